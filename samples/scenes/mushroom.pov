// SPDX-License-Identifier: Apache-2.0
// Fly agarics and brown mushrooms in grass and moss.
#version 3.7;
#include "studio.inc"

// Cap of radius 1, 0.75 high, over a stem; Turn gives each its own warts. Its foot is the origin.
#macro Mushroom(Cap, Flat, Stem_height, Warts, Turn)
    #local S = seed(Turn);
    union {
        union {
            intersection {
                sphere { 0, 1 }
                plane { -y, 0 }
                texture { Cap }
            }
            torus { 0.94, 0.06 texture { Cap } }
            intersection {
                cone { -y * 0.22, 0.25, y * 0.02, 0.97 }
                plane { y, 0 }
                texture {
                    pigment {
                        radial frequency 70 triangle_wave
                        color_map { [0 srgb <0.75, 0.7, 0.58>] [1 srgb <0.95, 0.92, 0.82>] }
                    }
                    normal { radial 0.8 frequency 70 }
                }
            }
            #for (I, 1, Warts)
                #local Up = 1 - 0.9 * I / Warts;
                #local Side = sqrt(1 - Up * Up);
                #local Angle = I * 2.39996 + 0.7 * rand(S);
                sphere {
                    0, 0.05 + 0.06 * rand(S)
                    scale <1, 0.7, 1>
                    translate <Side * cos(Angle), Up, Side * sin(Angle)>
                    texture { pigment { srgb <0.96, 0.93, 0.85> } normal { granite 0.4 scale 0.2 } }
                }
            #end
            scale <1, Flat, 1>
            translate y * Stem_height
        }
        union {
            cone { 0, 0.3, y * Stem_height, 0.19 }
            sphere { 0, 0.38 scale <1, 0.9, 1> }
            #if (Warts > 0)
                cone { y * Stem_height * 0.62, 0.42, y * Stem_height * 0.78, 0.2 open }
            #end
            texture {
                pigment {
                    bozo color_map { [0 srgb <0.93, 0.9, 0.82>] [1 srgb <0.82, 0.76, 0.64>] }
                    scale <0.1, 0.5, 0.1>
                }
                normal { wrinkles 0.4 scale <0.05, 0.5, 0.05> }
            }
        }
        rotate <8 * rand(S) - 4, 360 * rand(S), 8 * rand(S) - 4>
    }
#end

// Blades of grass over the ground in front of and behind the mushrooms.
#macro Grass(Count, Height, Colour, Seed)
    #local S = seed(Seed);
    #for (Shade, 1, 4)
        mesh {
            #for (I, 1, Count / 4)
                #local P = <-40 + 80 * rand(S), 0, -14 + 70 * pow(rand(S), 1.5)>;
                #local H = Height * (0.4 + 0.8 * rand(S));
                #local Side = vrotate(x * 0.09, y * 180 * rand(S));
                #local Lean = vrotate(x * H * 0.6 * rand(S), y * 360 * rand(S));
                #local Mid = P + y * H * 0.6 + Lean * 0.3;
                triangle { P - Side, P + Side, Mid + Side * 0.7 }
                triangle { P - Side, Mid + Side * 0.7, Mid - Side * 0.7 }
                triangle { Mid - Side * 0.7, Mid + Side * 0.7, P + y * H + Lean }
            #end
            texture { pigment { color Colour * (0.45 + 0.2 * Shade) } finish { Satin } }
        }
    #end
#end

#macro Ground(Dark, Pale)
    plane {
        y, 0
        texture {
            pigment { granite turbulence 0.5 color_map { [0 color Dark] [0.6 color Pale] [1 color Dark * 1.4] } scale 9 }
            normal { granite 1.2 scale 4 }
        }
    }
#end

#macro Leaves(Count, Seed)
    #local S = seed(Seed);
    #for (I, 1, Count)
        disc {
            0, y, 1
            scale <0.8, 1, 1.5> * (0.6 + 0.5 * rand(S))
            rotate <40 * rand(S) - 20, 360 * rand(S), 40 * rand(S) - 20>
            translate <-30 + 60 * rand(S), 0.4 + 0.2 * rand(S), -12 + 60 * rand(S)>
            pigment { color srgb <0.55 + 0.3 * rand(S), 0.25 + 0.25 * rand(S), 0.08> }
        }
    #end
#end

#macro Trunks(Seed)
    #local S = seed(Seed);
    #for (I, 1, 16)
        cylinder {
            0, y * 300, 4 + 5 * rand(S)
            texture {
                pigment { bozo color_map { [0 srgb <0.2, 0.15, 0.1>] [1 srgb <0.4, 0.32, 0.24>] } scale <1, 9, 1> }
            }
            translate <-140 + 280 * rand(S), 0, 80 + 150 * rand(S)>
        }
    #end
#end

#macro Cap(Top, Rim)
    texture {
        pigment { gradient y color_map { [0 color Rim] [0.5 color Top] [1 color Top * 0.9] } }
        normal { bumps 0.05 scale 0.3 }
        finish { diffuse 0.75 specular 0.35 roughness 0.02 }
    }
#end

#declare Scarlet = Cap(srgb <0.75, 0.06, 0.03>, srgb <0.85, 0.2, 0.05>)
#declare Amber = Cap(srgb <0.85, 0.35, 0.06>, srgb <0.92, 0.55, 0.15>)
#declare Brown = Cap(srgb <0.5, 0.3, 0.15>, srgb <0.68, 0.5, 0.32>)
#macro Forest() Foliage(srgb <0.12, 0.18, 0.08>, srgb <0.36, 0.48, 0.24>, srgb <0.9, 0.92, 0.75>) #end

#switch (Shot)
#case (1)
    Look(<0, 8, -34>, <0, 5.6, 0>, 32, 1)
    Sun(<-0.6, 0.9, -0.5>, 1.3 * <1, 0.93, 0.8>)
    Forest()
    Ground(srgb <0.12, 0.14, 0.05>, srgb <0.25, 0.28, 0.1>)
    Grass(9000, 2.6, srgb <0.3, 0.48, 0.12>, 1)
    Trunks(2)
    object { Mushroom(Scarlet, 0.62, 1.55, 46, 3) scale 4.6 }
    #break
#case (2)
    Look(<-8, 14, -36>, <0, 4.5, 0>, 34, 1)
    Sun(<0.7, 0.8, -0.4>, 1.3 * <1, 0.9, 0.75>)
    Forest()
    Ground(srgb <0.14, 0.1, 0.06>, srgb <0.3, 0.22, 0.13>)
    Grass(2500, 2, srgb <0.35, 0.45, 0.12>, 5)
    Leaves(170, 7)
    Trunks(6)
    object { Mushroom(Scarlet, 0.5, 1.5, 40, 12) scale 4 translate <-4, 0, 2> }
    object { Mushroom(Amber, 0.8, 1.4, 34, 15) scale 2.6 translate <4.6, 0, -2> }
    #break
#case (3)
    Look(<4, 4.5, -36>, <0, 5.8, 0>, 34, 1)
    Sun(<0.7, 0.7, -0.3>, 1.4 * <1, 0.9, 0.7>)
    Foliage(srgb <0.3, 0.38, 0.22>, srgb <0.55, 0.66, 0.42>, srgb <0.97, 0.97, 0.85>)
    Ground(srgb <0.1, 0.13, 0.05>, srgb <0.2, 0.26, 0.1>)
    Grass(8000, 1.8, srgb <0.32, 0.5, 0.15>, 9)
    Trunks(11)
    object { Mushroom(Brown, 0.55, 1.7, 0, 21) scale 3.8 translate <-3, 0, 0> }
    object { Mushroom(Brown, 0.7, 1.4, 0, 22) scale 2.7 translate <4.5, 0, 1.5> }
    #break
#case (4)
    Look(<6, 24, -30>, <0, 5, 0>, 30, 0.8)
    Sun(<-0.3, 1, -0.4>, 1.2 * <1, 0.97, 0.9>)
    Forest()
    Ground(srgb <0.1, 0.13, 0.04>, srgb <0.22, 0.27, 0.09>)
    Grass(10000, 1.7, srgb <0.28, 0.46, 0.14>, 15)
    Leaves(40, 18)
    object { Mushroom(Scarlet, 0.45, 1.2, 54, 31) scale 5 }
    #break
#case (5)
    Look(<-3, 7, -40>, <0, 5, 0>, 36, 1)
    Sun(<-0.8, 0.6, -0.3>, 1.4 * <1, 0.86, 0.65>)
    Forest()
    Ground(srgb <0.14, 0.11, 0.06>, srgb <0.28, 0.22, 0.12>)
    Grass(6000, 2.2, srgb <0.42, 0.5, 0.16>, 25)
    Leaves(60, 28)
    Trunks(27)
    object { Mushroom(Amber, 0.6, 1.6, 36, 41) scale 3.4 translate <-5.5, 0, 1> }
    object { Mushroom(Scarlet, 0.7, 1.7, 40, 42) scale 3.8 translate <2, 0, 3> }
    object { Mushroom(Scarlet, 0.95, 1.1, 30, 43) scale 2.3 translate <7.5, 0, -1> }
    #break
#end
