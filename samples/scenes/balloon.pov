// SPDX-License-Identifier: Apache-2.0
// Hot-air balloons over hills, at several hours of the day. Lengths are in metres.
#version 3.7;
#include "studio.inc"

#macro Ropes(Top, Top_y, Foot, Foot_y)
    #for (X, -1, 1, 2)
        #for (Z, -1, 1, 2)
            cylinder { <X * Top, Top_y, Z * Top>, <X * Foot, Foot_y, Z * Foot>, 0.035 }
        #end
    #end
#end

// About 17 m wide; the basket's floor is y = 0.
#macro Balloon(Silk)
    union {
        lathe {
            cubic_spline 11,
            <1.2, 4.4>, <1.5, 5>, <2.7, 6.7>, <4.9, 9.6>, <7.2, 13>, <8.4, 16.6>,
            <7.9, 20>, <5.7, 22.8>, <2.8, 24.2>, <0, 24.6>, <-2.8, 24.2>
            texture { pigment { Silk } normal { radial 0.8 frequency 24 scallop_wave } finish { Satin emission 0.12 } }
        }
        union {
            difference {
                box { <-0.75, 0, -0.75>, <0.75, 1.15, 0.75> }
                box { <-0.68, 0.1, -0.68>, <0.68, 2, 0.68> }
            }
            texture {
                pigment { checker srgb <0.5, 0.33, 0.17>, srgb <0.36, 0.22, 0.1> scale 0.13 }
            }
        }
        union {
            Ropes(1.05, 5, 0.7, 1.1)
            box { <-0.5, 2.6, -0.5>, <0.5, 2.75, 0.5> }
            sphere { <0.25, 1.6, 0.1>, 0.17 }
            cylinder { <0.25, 0.2, 0.1>, <0.25, 1.5, 0.1>, 0.22 }
            texture { pigment { srgb 0.12 } }
        }
    }
#end

#macro Hills(Height, Far, Haze, Green, Gold)
    height_field {
        function 300, 300 { pattern { bozo turbulence 0.4 octaves 4 scale 0.12 translate Shot * 5 } }
        smooth
        translate <-0.5, -1, -0.05>
        scale <2400, Height, 2400>
        texture {
            pigment {
                crackle solid
                color_map { [0 color Green * 0.6] [0.5 color Green] [0.8 color Green * 0.5 + Gold * 0.5] [1 color Gold] }
                scale <45, 400, 45>
            }
            normal { granite 0.5 scale 25 }
        }
        translate y * (Height * 0.55 - 45)
    }
    fog { fog_type 2 distance Far color Haze fog_offset 10 fog_alt 25 }
#end

#declare Red = srgb <0.8, 0.07, 0.06>;
#declare Yellow = srgb <0.98, 0.78, 0.1>;
#declare Blue = srgb <0.08, 0.22, 0.62>;
#declare White = srgb <0.95, 0.95, 0.93>;
#declare Green = srgb <0.1, 0.5, 0.22>;
#declare Violet = srgb <0.4, 0.12, 0.5>;
#declare Orange = srgb <0.95, 0.42, 0.06>;

// Silks: gores in turn round the balloon, or hoops up its height.
#declare Rainbow = pigment {
    radial frequency 2
    color_map {
        [1/6 color Red] [1/6 color Orange] [2/6 color Orange] [2/6 color Yellow] [3/6 color Yellow] [3/6 color Green]
        [4/6 color Green] [4/6 color Blue] [5/6 color Blue] [5/6 color Violet]
    }
}
#declare Red_white = pigment {
    radial frequency 12
    color_map {
        [0.5 color Red] [0.5 color White]
    }
}
#declare Blue_yellow = pigment {
    radial frequency 6
    color_map {
        [0.5 color Blue] [0.5 color Yellow]
    }
}
#declare Hoops = pigment {
    gradient y
    color_map {
        [0.38 color Violet] [0.38 color White] [0.46 color White] [0.46 color Orange] [0.62 color Orange]
        [0.62 color Yellow] [0.7 color Yellow] [0.7 color Violet] [0.84 color Violet] [0.84 color White]
    }
    scale 26
}
#declare Teal_band = pigment {
    gradient y
    color_map {
        [0.5 srgb <0.05, 0.4, 0.42>] [0.5 color White] [0.58 color White] [0.58 color Red] [0.68 color Red]
        [0.68 color White] [0.76 color White] [0.76 srgb <0.05, 0.4, 0.42>]
    }
    scale 26
}

#switch (Shot)
#case (1)
    Look(<0, 6, -62>, <0, 13, 0>, 40, 0)
    Sun(<-0.7, 0.6, -0.7>, 1.6 * <1, 0.95, 0.85>)
    Sky(srgb <0.2, 0.42, 0.78>, srgb <0.68, 0.8, 0.92>, rgb 0.9, 0.45)
    Hills(150, 1500, srgb <0.68, 0.8, 0.92>, srgb <0.35, 0.5, 0.2>, srgb <0.7, 0.65, 0.35>)
    object { Balloon(Rainbow) rotate y * 20 translate <0, 3, 0> }
    #break
#case (2)
    Look(<0, 1, -70>, <4, 21, 0>, 48, 0)
    Sun(<0.8, 0.5, -0.6>, 1.6 * <1, 0.95, 0.88>)
    Sky(srgb <0.1, 0.3, 0.68>, srgb <0.55, 0.72, 0.9>, rgb 0.95, 0.36)
    object { Balloon(Red_white) rotate y * 12 translate <-6, 10, 0> }
    object { Balloon(Blue_yellow) translate <44, 28, 70> }
    #break
#case (3)
    Look(<0, 4, -80>, <4, 14, 0>, 42, 0)
    Sun(<-0.9, 0.22, -0.5>, 1.7 * <1, 0.68, 0.4>)
    Sky(srgb <0.25, 0.32, 0.58>, srgb <0.98, 0.68, 0.42>, rgb <0.9, 0.5, 0.4>, 0.42)
    Hills(180, 900, srgb <0.9, 0.66, 0.5>, srgb <0.3, 0.36, 0.16>, srgb <0.5, 0.42, 0.2>)
    object { Balloon(Hoops) rotate y * 30 translate <4, 2, 0> }
    object { Balloon(Red_white) translate <-70, 14, 130> }
    object { Balloon(Blue_yellow) translate <105, 40, 190> }
    #break
#case (4)
    Look(<10, -14, -34>, <0, 17, 0>, 52, 0)
    Sun(<0.4, 0.8, -0.7>, 1.5 * <1, 0.98, 0.94>)
    Sky(srgb <0.18, 0.4, 0.75>, srgb <0.6, 0.76, 0.9>, rgb 0.92, 0.5)
    object { Balloon(Blue_yellow) rotate y * 40 translate <-2, 5, 0> }
    #break
#case (5)
    Look(<0, 14, -75>, <-4, 12, 0>, 42, 0)
    Sun(<0.7, 0.4, -0.6>, 1.3 * <1, 0.9, 0.78>)
    Sky(srgb <0.5, 0.6, 0.72>, srgb <0.85, 0.87, 0.88>, rgb 0.9, 0.55)
    Hills(200, 650, srgb <0.8, 0.84, 0.87>, srgb <0.25, 0.42, 0.2>, srgb <0.45, 0.5, 0.28>)
    object { Balloon(Teal_band) translate <-7, 0, 0> }
    #break
#end
