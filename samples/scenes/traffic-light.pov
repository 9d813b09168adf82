// SPDX-License-Identifier: Apache-2.0
// Traffic lights in the street, by day, at dusk and at night.
#version 3.7;
#include "studio.inc"

#declare Hue = array[3] { rgb <0.95, 0.04, 0.02>, rgb <1, 0.5, 0.02>, rgb <0.05, 0.85, 0.4> };

// One lamp: lens, ring and visor, facing -z, its centre at the origin.
#macro Signal(Colour, On, Case)
    union {
        sphere {
            0, 10.2 scale <1, 1, 0.25>
            #if (On)
                texture {
                    pigment {
                        spherical
                        color_map { [0 color Colour] [0.5 color Colour * 0.75 + 0.25] [1 color Colour * 0.55 + 0.45] }
                        scale 11
                    }
                    finish { diffuse 0 emission 1.5 }
                }
            #else
                texture {
                    pigment { color Colour * 0.14 + 0.015 }
                    normal { quilted 0.5 scale 1.6 }
                    finish { Glaze }
                }
            #end
        }
        difference {
            cylinder { z * 2, -z * 15, 11.4 }
            cylinder { z * 3, -z * 18, 10.8 }
            box { <-20, -40, -40>, <20, 0, 20> rotate x * 26 translate -y * 6 }
            texture { Case }
        }
    }
#end

// Three lamps one above the other; Lit is 0 (red), 1 (amber) or 2 (green). Its centre is the origin.
#macro Traffic_light(Lit, Case, Board)
    union {
        #for (I, 0, 2)
            object { Signal(Hue[I], (I = Lit), Case) translate <0, 27 - 27 * I, -3> }
            box { <-13.5, 14 - 27 * I, -2>, <13.5, 40 - 27 * I, 16> texture { Case } }
        #end
        #if (Board)
            box { <-25, -53, 2>, <25, 53, 3> texture { Case } }
            difference {
                box { <-24.5, -52.5, 1.8>, <24.5, 52.5, 2.1> }
                box { <-22, -50, 1>, <22, 50, 3> }
                texture { pigment { srgb 0.85 } finish { Satin } }
            }
        #end
    }
#end

#macro Paint(Colour) texture { pigment { color Colour } finish { Satin } } #end
#declare Black = Paint(srgb <0.06, 0.065, 0.065>)
#declare Yellow = Paint(srgb <0.88, 0.62, 0.05>)
#declare Dark_green = Paint(srgb <0.05, 0.2, 0.13>)

#macro Post(X, Top) cylinder { <X, -900, 12>, <X, Top, 12>, 5.5 Paint(srgb 0.45) } #end

#macro House(Corner, Size, Colour, Window)
    box {
        0, Size
        texture {
            pigment {
                function { max(abs(mod(x + z + 99, 1) - 0.5), abs(mod(y + 99, 1) - 0.5)) }
                color_map { [0.27 color Window] [0.27 color Colour] }
                scale <260, 330, 260>
            }
        }
        translate Corner
    }
#end

#macro Crown(Centre, Size, Colour, Seed)
    #local S = seed(Seed);
    union {
        #for (I, 1, 3000)
            sphere {
                vrotate(x * Size * pow(rand(S), 0.4), 360 * <rand(S), rand(S), rand(S)>), Size * (0.02 + 0.03 * rand(S))
                pigment { color Colour * (0.5 + 0.9 * rand(S)) }
            }
        #end
        translate Centre
    }
#end

#switch (Shot)
#case (1)
    Look(<-40, -90, -260>, <6, -4, 0>, 32, 10)
    Sun(<-0.6, 0.7, -0.6>, 1.3 * <1, 0.95, 0.88>)
    Sky(srgb <0.22, 0.45, 0.8>, srgb <0.65, 0.8, 0.94>, rgb 0.95, 0.5)
    object { Traffic_light(0, Black, 0) }
    Post(0, 60)
    Crown(<330, -120, 900>, 330, srgb <0.25, 0.42, 0.16>, 4)
    #break
#case (2)
    Look(<70, -60, -250>, <-6, -4, 0>, 34, 12)
    Sun(<0.7, 0.8, -0.5>, 1.2 * <1, 0.96, 0.9>)
    Sky(srgb <0.4, 0.55, 0.75>, srgb <0.8, 0.86, 0.92>, rgb 0.95, 0.6)
    House(<-1900, -900, 1900>, <1500, 2300, 800>, srgb <0.7, 0.5, 0.4>, srgb <0.2, 0.25, 0.32>)
    House(<-300, -900, 2600>, <1500, 1700, 800>, srgb <0.8, 0.75, 0.65>, srgb <0.25, 0.3, 0.36>)
    object { Traffic_light(2, Yellow, 0) rotate y * -8 }
    Post(0, 60)
    #break
#case (3)
    Look(<-70, -80, -320>, <14, 4, 0>, 33, 8)
    Sun(<-0.9, 0.15, 0.4>, 1.2 * <1, 0.6, 0.35>)
    Sky(srgb <0.2, 0.24, 0.45>, srgb <0.95, 0.6, 0.4>, rgb <0.75, 0.42, 0.4>, 0.5)
    cylinder { <-900, 62, 12>, <900, 66, 12>, 6 Paint(srgb 0.3) }
    object { Traffic_light(1, Black, 0) rotate -y * 6 translate -x * 26 }
    object { Traffic_light(1, Black, 0) rotate -y * 12 translate x * 75 }
    #break
#case (4)
    Look(<60, -70, -230>, <5, -2, 0>, 34, 10)
    Sky(rgb <0.01, 0.014, 0.05>, rgb <0.12, 0.09, 0.13>, rgb <0.06, 0.05, 0.08>, 0.5)
    Lamp(<-300, 300, -400>, 1.1 * <1, 0.8, 0.55>, 60)
    #declare S = seed(11);
    #for (I, 1, 90)
        sphere {
            <-1600 + 3200 * rand(S), -200 + 1500 * rand(S) * rand(S), 1500 + 900 * rand(S)>, 16 + 16 * rand(S)
            pigment { color rgb <1, 0.45 + 0.5 * rand(S), 0.2 + 0.5 * rand(S)> transmit 0.3 + 0.4 * rand(S) }
            finish { diffuse 0 emission 0.9 }
            no_shadow
        }
    #end
    House(<-2300, -900, 2500>, <1900, 2100, 700>, rgb <0.03, 0.03, 0.04>, rgb <0.5, 0.36, 0.16>)
    object { Traffic_light(0, Dark_green, 0) rotate y * -6 }
    Post(0, 60)
    #break
#case (5)
    Look(<-90, -60, -290>, <6, -4, 0>, 33, 12)
    Sun(<-0.5, 0.9, -0.8>, 0.6 * <1, 1, 1>)
    Room_light(srgb <0.78, 0.81, 0.84>)
    Crown(<-460, -60, 1300>, 480, srgb <0.24, 0.36, 0.16>, 1)
    Crown(<430, -100, 1100>, 440, srgb <0.33, 0.42, 0.16>, 2)
    object { Traffic_light(2, Black, 1) rotate y * 6 }
    Post(0, 70)
    #break
#end
