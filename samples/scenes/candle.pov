// SPDX-License-Identifier: Apache-2.0
// Candles that burn on tables and sills in the evening.
#version 3.7;
#include "studio.inc"

// A flame 3 cm high with its light; the foot of the wick is the origin.
#macro Flame(Power)
    light_source {
        y * 2.2 color Power * <1, 0.62, 0.28>
        area_light x * 0.8, y * 1.5, 2, 2 jitter
        fade_distance 12 fade_power 2
    }
    lathe {
        cubic_spline 8,
        <-0.2, 0.5>, <0, 0.4>, <0.36, 0.9>, <0.42, 1.4>, <0.28, 2.3>, <0.1, 3.2>, <0, 3.6>, <-0.1, 3.8>
        pigment {
            gradient y
            color_map {
                [0.1 rgbt <0.2, 0.3, 1, 0.85>]
                [0.25 rgbt <1, 0.6, 0.2, 0.3>]
                [0.45 rgb <1, 0.93, 0.7>]
                [0.8 rgb <1, 0.8, 0.35>]
                [1 rgbt <1, 0.5, 0.1, 0.6>]
            }
            scale 3.7
        }
        finish { diffuse 0 emission 2.2 }
        no_shadow
    }
    cylinder { 0, y * 0.9, 0.07 pigment { srgb 0.05 } no_shadow }
    // The halo that a lens draws round a bright flame.
    sphere {
        0, 1
        pigment { rgbt 1 }
        hollow no_shadow
        interior {
            media {
                emission Power * 0.05 * <1, 0.6, 0.25>
                density { spherical density_map { [0 rgb 0] [0.5 rgb 0.06] [1 rgb 1] } }
                samples 4
            }
        }
        scale 4 translate y * 1.8
    }
#end

// Wax glows near its flame.
#macro Candle(Radius, Height, Colour, Power)
    union {
        difference {
            union {
                cylinder { 0, y * (Height - 0.3), Radius }
                cylinder { 0, y * Height, Radius - 0.3 }
                torus { Radius - 0.3, 0.3 translate y * (Height - 0.3) }
            }
            sphere { 0, Radius * 0.85 scale <1, 0.35, 1> translate y * (Height + 0.1) }
        }
        texture {
            pigment { color Colour }
            normal { bumps 0.06 scale <1, 3, 1> }
            finish { Satin }
        }
        texture {
            pigment {
                gradient y
                color_map { [0.1 color Colour transmit 1] [1 color Colour * <1, 0.72, 0.42> transmit 0.25] }
                scale Height * 1.02
            }
            finish { diffuse 0.4 emission 0.7 }
        }
    }
    union { Flame(Power) translate y * (Height - Radius * 0.28) }
#end

#macro Holder()
    union {
        cylinder { 0, y * 0.6, 4.5 }
        torus { 4.5, 0.5 translate y * 0.6 }
        cone { y * 0.6, 1.6, y * 2, 0.7 }
        sphere { y * 2.8, 1.1 }
        cylinder { y * 2, y * 7, 0.6 }
        sphere { y * 6.4, 0.9 }
        cone { y * 6.6, 0.9, y * 8, 1.6 }
        texture { pigment { srgb <0.85, 0.65, 0.3> } finish { Chrome } }
    }
#end

// Fairy lights, far out of focus.
#macro Bokeh(Count, Colour, Seed)
    #local S = seed(Seed);
    #for (I, 1, Count)
        sphere {
            <-75 + 150 * rand(S), 2 + 45 * rand(S), 90 + 40 * rand(S)>, 0.9 + 0.9 * rand(S)
            pigment { color Colour transmit 0.3 + 0.5 * rand(S) }
            finish { diffuse 0 emission 0.9 }
            no_shadow
        }
    #end
#end

#macro Wall(Colour) plane { -z, -70 Plaster(Colour) } #end

#declare Wax = srgb <0.93, 0.86, 0.72>;
#declare Red_wax = srgb <0.62, 0.05, 0.05>;
#declare Green_wax = srgb <0.1, 0.3, 0.16>;

// The rest of the evening's light, from behind the camera.
Lamp(<-60, 60, -90>, 0.22 * <1, 0.75, 0.55>, 60)

#switch (Shot)
#case (1)
    Look(<0, 14, -44>, <0, 8, 0>, 36, 1.6)
    Room_light(rgb <0.02, 0.025, 0.05>)
    Planks(srgb <0.5, 0.34, 0.2>, srgb <0.3, 0.18, 0.1>, 13)
    Bokeh(50, rgb <1, 0.6, 0.25>, 3)
    union { Candle(3.6, 12, Wax, 1.5) }
    #break
#case (2)
    Look(<-14, 20, -48>, <0, 8, 2>, 38, 1.2)
    Room_light(rgb <0.03, 0.03, 0.04>)
    Planks(srgb <0.4, 0.25, 0.15>, srgb <0.22, 0.12, 0.07>, 16)
    Wall(srgb <0.5, 0.25, 0.2>)
    union { Candle(3.4, 14, Red_wax, 1) translate <1, 0, 6> }
    union { Candle(3.4, 9.5, Wax, 1) translate <-7, 0, -1> }
    union { Candle(3.4, 6.5, Wax, 1) translate <7, 0, -2> }
    #break
#case (3)
    Look(<10, 20, -60>, <0, 15, 0>, 40, 1.5)
    Room_light(rgb <0.04, 0.05, 0.08>)
    Marble(srgb <0.6, 0.58, 0.55>, srgb <0.3, 0.28, 0.3>)
    Wall(srgb <0.25, 0.3, 0.4>)
    object { Holder() }
    union { Candle(1.1, 18, srgb <0.95, 0.93, 0.88>, 1.6) translate y * 7.6 }
    #break
#case (4)
    Look(<0, 24, -50>, <0, 6, 0>, 34, 1.2)
    Room_light(rgb <0.06, 0.07, 0.1>)
    Cloth(srgb <0.85, 0.82, 0.75>, srgb <0.5, 0.1, 0.1>)
    Wall(srgb <0.3, 0.28, 0.25>)
    union { Candle(4, 10, Green_wax, 1.3) translate <-5, 0, 3> }
    union { Candle(4, 7, Red_wax, 1.3) translate <6, 0, -2> }
    #break
#case (5)
    Look(<-6, 10, -46>, <0, 8.5, 0>, 40, 1.6)
    Room_light(rgb <0.02, 0.02, 0.03>)
    Planks(srgb <0.35, 0.25, 0.2>, srgb <0.2, 0.13, 0.1>, 12)
    Bokeh(40, rgb <0.5, 0.65, 1>, 8)
    union { Candle(2.6, 13, srgb <0.95, 0.95, 0.93>, 1.1) translate -x * 6 }
    union { Candle(2.6, 9, srgb <0.95, 0.95, 0.93>, 1.1) translate <5, 0, 4> }
    #break
#end
