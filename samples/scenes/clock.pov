// SPDX-License-Identifier: Apache-2.0
// Round clocks on walls of several kinds.
#version 3.7;
#include "studio.inc"

#macro Numeral(Text, Size, Font_number)
    #local T = text { internal Font_number Text 0.05, 0 scale <Size, Size, 1> }
    #local Mid = (min_extent(T) + max_extent(T)) / 2;
    object { T translate <-Mid.x, -Mid.y, 0> }
#end

#macro Hand(Length, Width, Turn)
    union {
        box { <-Width, -Length * 0.18, -0.1>, <Width, Length, 0.1> }
        cylinder { -z * 0.15, z * 0.15, Width * 2.2 }
        rotate -z * Turn
    }
#end

// A clock 30 cm across that faces -z, its back on z = 0. Style 0: ticks alone, else the built-in
// font of the numerals: 1 with serifs, 2 without.
#macro Clock(Hour, Minute, Face, Ink, Rim, Style)
    union {
        difference {
            torus { 14.2, 1.3 rotate x * 90 scale <1, 1, 1.6> translate -z * 2 }
            cylinder { z * 0, z * 9, 20 }
            texture { Rim }
        }
        cylinder { -z * 1.2, 0, 14.2 texture { pigment { color Face } finish { Satin } } }
        union {
            #for (I, 0, 59)
                #local Long = (mod(I, 5) = 0);
                #if (Style = 0 | !Long)
                    box { <-0.1 - 0.15 * Long, 11.2 - 1.3 * Long, -1.3>, <0.1 + 0.15 * Long, 12.3, -1.2> rotate z * I * 6 }
                #end
            #end
            #if (Style > 0)
                #for (I, 1, 12)
                    object {
                        Numeral(str(I, 0, 0), 3.1, Style)
                        translate <10.6 * sin(radians(I * 30)), 10.6 * cos(radians(I * 30)), -1.3>
                    }
                #end
            #end
            object { Hand(6.5, 0.4, Hour * 30 + Minute / 2) translate -z * 1.7 }
            object { Hand(9.8, 0.28, Minute * 6) translate -z * 2 }
            texture { pigment { color Ink } finish { Satin } }
        }
        object {
            Hand(10.5, 0.08, Hour * 77) translate -z * 2.3
            texture { pigment { srgb <0.75, 0.08, 0.06> } finish { Satin } }
        }
        interior { ior 1.5 }
    }
#end

#macro Lacquer(Colour) texture { pigment { color Colour } finish { Glaze } } #end
#declare Steel = texture { pigment { srgb 0.85 } finish { Chrome } }
#declare Brass = texture { pigment { srgb <0.83, 0.65, 0.3> } finish { Chrome } }
#declare Teak = Wood(srgb <0.5, 0.28, 0.14>, srgb <0.3, 0.14, 0.06>)
#declare Ivory = srgb <0.95, 0.93, 0.86>;
#declare Snow = srgb <0.95, 0.95, 0.95>;
#declare Black = srgb <0.05, 0.05, 0.06>;

#switch (Shot)
#case (1)
    Look(<0, -2, -75>, <0, 0, 0>, 38, 0)
    Lamp(<-60, 70, -60>, <1, 0.97, 0.92>, 40)
    Room_light(<0.45, 0.46, 0.48>)
    plane { -z, 0 Plaster(srgb <0.55, 0.68, 0.72>) }
    object { Clock(10, 9, Snow, Black, Lacquer(Black), 1) }
    #break
#case (2)
    Look(<-32, -14, -70>, <1, 0, 0>, 36, 0)
    Lamp(<60, 60, -50>, 1.1 * <1, 0.9, 0.75>, 30)
    Room_light(<0.4, 0.42, 0.46>)
    plane { -z, 0 Bricks(srgb <0.7, 0.68, 0.65>, srgb <0.6, 0.3, 0.22>) }
    object { Clock(4, 42, Ivory, Black, Brass, 2) }
    #break
#case (3)
    Look(<20, -30, -72>, <4, 1, 0>, 44, 0)
    Lamp(<-30, 80, -60>, <1, 1, 1>, 40)
    Room_light(<0.5, 0.5, 0.5>)
    plane { -z, 0 Plaster(srgb <0.9, 0.88, 0.83>) }
    object { Clock(1, 53, Snow, Black, Lacquer(srgb <0.7, 0.06, 0.06>), 1) }
    #break
#case (4)
    Look(<8, 5, -66>, <-2, 0, 0>, 36, 0)
    Lamp(<-70, 40, -60>, <1, 0.95, 0.85>, 30)
    Room_light(<0.4, 0.4, 0.42>)
    object { Planks(srgb <0.5, 0.36, 0.25>, srgb <0.3, 0.19, 0.12>, 14) rotate x * -90 }
    object { Clock(7, 25, Snow, Black, Steel, 0) }
    #break
#case (5)
    Look(<26, 0, -66>, <0, -1, 0>, 42, 0)
    Lamp(<50, 70, -40>, <1, 0.96, 0.9>, 40)
    Room_light(<0.42, 0.42, 0.44>)
    plane {
        -z, 0
        texture {
            pigment { gradient x color_map { [0.5 srgb <0.83, 0.78, 0.62>] [0.5 srgb <0.76, 0.7, 0.52>] } scale 9 }
        }
    }
    object { Clock(11, 35, Ivory, srgb <0.2, 0.1, 0.05>, Teak, 2) }
    #break
#end
