// SPDX-License-Identifier: Apache-2.0
// Coffee mugs on kitchen and office tables.
#version 3.7;
#include "studio.inc"

#declare Coffee = texture {
    pigment {
        spherical turbulence 0.15
        color_map { [0 srgb <0.42, 0.24, 0.1>] [0.25 srgb <0.22, 0.1, 0.04>] [1 srgb <0.16, 0.07, 0.03>] }
        scale 4.2
    }
    finish { diffuse 0.7 specular 0.5 roughness 0.005 reflection 0.06 }
}

// Stands on y = 0, its handle towards +x.
#macro Mug(Outside, Inside)
    union {
        difference {
            union {
                cylinder { y * 0.5, y * 9.4, 4.1 }
                cylinder { 0, y * 0.5, 3.6 }
                torus { 3.6, 0.5 translate y * 0.5 }
            }
            cylinder { y * 0.6, y * 10, 3.75 texture { Inside } }
            texture { Outside }
        }
        torus { 3.925, 0.175 translate y * 9.4 texture { Inside } }
        difference {
            torus { 2.45, 0.52 rotate x * 90 scale <0.95, 1.2, 1> translate <4.2, 4.9, 0> }
            cylinder { -y, y * 11, 3.9 }
            texture { Inside }
        }
        cylinder { y * 0.7, y * 8, 3.74 texture { Coffee translate y * 8 } }
        interior { ior 1.5 }
    }
#end

#macro China(Colour) texture { pigment { color Colour } finish { Glaze } } #end
#macro Striped(A, B, Size)
    texture { pigment { gradient y color_map { [0.5 color A] [0.5 color B] } scale Size } finish { Glaze } }
#end

#macro Printed(Words, Ground, Ink)
    texture {
        pigment {
            object {
                text { internal 2 Words 5, 0 scale <2, 2, 1> translate <-3.1, 4.2, -5> }
                color Ground color Ink
            }
        }
        finish { Glaze }
    }
#end

#declare White = China(srgb <0.93, 0.92, 0.9>)
#declare Cream = China(srgb <0.95, 0.89, 0.75>)

#macro Wall(Colour) plane { -z, -60 Plaster(Colour) } #end

#switch (Shot)
#case (1)
    Look(<-6, 22, -33>, <1, 4.4, 0>, 31, 0.9)
    Lamp(<-60, 80, -30>, 1.1 * <1, 0.95, 0.88>, 40)
    Room_light(<0.45, 0.47, 0.5>)
    Planks(srgb <0.74, 0.52, 0.3>, srgb <0.5, 0.3, 0.15>, 13)
    Wall(srgb <0.75, 0.78, 0.74>)
    object { Mug(White, White) rotate y * 25 }
    #break
#case (2)
    Look(<8, 12, -36>, <0.5, 4.6, 0>, 28, 0.9)
    Lamp(<50, 70, -50>, <1, 0.97, 0.92>, 30)
    Room_light(<0.5, 0.5, 0.52>)
    Marble(srgb <0.9, 0.9, 0.88>, srgb <0.55, 0.55, 0.58>)
    Wall(srgb <0.5, 0.62, 0.7>)
    object { Mug(China(srgb <0.75, 0.07, 0.06>), White) rotate y * -10 }
    #break
#case (3)
    Look(<-10, 22, -38>, <1, 4, 2>, 36, 0.9)
    Lamp(<-70, 70, 20>, 1.1 * <1, 0.92, 0.8>, 40)
    Room_light(<0.42, 0.44, 0.5>)
    Planks(srgb <0.42, 0.27, 0.17>, srgb <0.25, 0.14, 0.08>, 16)
    Wall(srgb <0.82, 0.76, 0.65>)
    object { Mug(Striped(srgb <0.1, 0.22, 0.5>, srgb <0.93, 0.92, 0.9>, 3), White) rotate y * 35 translate <-5, 0, -1> }
    object { Mug(China(srgb <0.2, 0.45, 0.45>), Cream) rotate y * -20 translate <6, 0, 5> }
    #break
#case (4)
    Look(<3, 27, -26>, <0.8, 4, 0>, 30, 0.7)
    Lamp(<40, 80, 30>, <1, 1, 0.96>, 40)
    Room_light(<0.5, 0.5, 0.5>)
    Cloth(srgb <0.93, 0.92, 0.9>, srgb <0.65, 0.15, 0.15>)
    object { Mug(China(srgb <0.95, 0.72, 0.12>), White) rotate y * 30 }
    #break
#case (5)
    Look(<-3, 17, -36>, <1, 4.6, 0>, 29, 0.9)
    Lamp(<-40, 60, -60>, <1, 0.98, 0.95>, 40)
    Room_light(<0.5, 0.52, 0.55>)
    Planks(srgb <0.85, 0.75, 0.6>, srgb <0.7, 0.56, 0.4>, 9)
    plane { -z, -45 Bricks(srgb <0.7, 0.68, 0.65>, srgb <0.62, 0.3, 0.22>) }
    object { Mug(Printed("HELLO", srgb <0.45, 0.58, 0.5>, srgb <0.96, 0.95, 0.9>), Cream) }
    #break
#end
