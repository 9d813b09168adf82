#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Make the small pictures that the decoder tests read, and the expected results of the resize test.

    make_test_images.py [tests/data]

The files are committed; run this only to change them. Needs Pillow (13 was used; AVIF included),
pillow-heif and torchvision. What the picture shows is known to tests/support/test_picture.c: 48 x 32 pixels in four
quarters, red, green, blue and yellow. Variants that Pillow cannot write are written here by hand.
"""

import io
import os
import struct
import sys
import zlib

from PIL import Image, ImageCms, TiffImagePlugin

WIDTH, HEIGHT = 48, 32
RED, GREEN, BLUE, YELLOW = (210, 40, 40), (40, 170, 60), (40, 60, 200), (230, 210, 60)
TAKEN_AT = "2021:03:04 05:06:07"
ORIENTATION, DATE_TIME_ORIGINAL, EXIF_IFD = 0x0112, 0x9003, 0x8769

# How an upright picture is stored so that the orientation makes it upright again.
STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
}


def quarters(alpha=(255, 255, 255, 255)):
    image = Image.new("RGBA", (WIDTH, HEIGHT))
    for i, colour in enumerate((RED, GREEN, BLUE, YELLOW)):
        left, top = i % 2 * WIDTH // 2, i // 2 * HEIGHT // 2
        image.paste(colour + (alpha[i],), (left, top, left + WIDTH // 2, top + HEIGHT // 2))
    return image


def exif(orientation):
    block = Image.Exif()
    block[ORIENTATION] = orientation
    block.get_ifd(EXIF_IFD)[DATE_TIME_ORIGINAL] = TAKEN_AT
    return block


def stored(image, orientation):
    return image.transpose(STORED[orientation]) if orientation in STORED else image


def swapped_profile():
    """sRGB with red and green exchanged: a profile whose use is plain to see."""
    icc = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    icc[24:36] = bytes(12)  # the date: always the same file
    return bytes(icc.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ"))


def ycck_jpeg(image):
    """Adobe's YCCK: the inks C, M, Y as if they were R, G, B in YCbCr; K inverted."""
    c, m, y, k = image.convert("CMYK").split()
    luma, cb, cr = Image.merge("RGB", (c, m, y)).convert("YCbCr").split()
    inverted = [plane.point(lambda v: 255 - v) for plane in (luma, cb, cr)]
    out = io.BytesIO()
    Image.merge("CMYK", (*inverted, k)).save(out, "JPEG", quality=90)
    data = bytearray(out.getvalue())
    data[data.index(b"Adobe") + 11] = 2  # the transform byte
    return bytes(data)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, depth, colour_type, rows, interlace=0):
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, interlace)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) +
            chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def png_16_bit(image):
    rows = b"".join(b"\0" + b"".join(struct.pack(">HHH", *(v * 257 for v in image.getpixel((x, y))))
                                     for x in range(WIDTH)) for y in range(HEIGHT))
    return png(WIDTH, HEIGHT, 16, 2, rows)


def png_interlaced(image):
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
              (0, 1, 1, 2))
    rows = b"".join(b"\0" + b"".join(bytes(image.getpixel((x, y))) for x in range(x0, WIDTH, dx))
                    for x0, y0, dx, dy in passes for y in range(y0, HEIGHT, dy))
    return png(WIDTH, HEIGHT, 8, 2, rows, 1)


def bmp(bits, compression, pixels, palette=b"", masks=b"", height=HEIGHT):
    offset = 14 + 40 + len(masks) + len(palette)
    header = struct.pack("<IiiHHIIiiII", 40, WIDTH, height, 1, bits, compression, len(pixels),
                         2835, 2835, len(palette) // 4, 0)
    return (b"BM" + struct.pack("<IHHI", offset + len(pixels), 0, 0, offset) + header + masks +
            palette + pixels)


def bmp_variants(image):
    palette = b"".join(bytes(c[::-1]) + b"\0" for c in (RED, GREEN, BLUE, YELLOW))
    upper, lower = (0, 1), (2, 3)
    half = WIDTH // 2
    from_below = [lower] * (HEIGHT // 2) + [upper] * (HEIGHT // 2)
    rle8 = b"".join(bytes((half, a, half, b, 0, 0)) for a, b in from_below) + b"\0\1"
    # RLE4: a run, or a jump over pixels that keep index 0; then plain pixels.
    rle4 = b"".join((bytes((half, a << 4 | a)) if a else bytes((0, 2, half, 0))) +
                    bytes((0, half)) + bytes((b << 4 | b,)) * (half // 2) + b"\0\0"
                    for a, b in from_below) + b"\0\1"
    pixels = [[image.getpixel((x, y)) for x in range(WIDTH)] for y in range(HEIGHT)]
    rgb565 = b"".join(struct.pack("<H", r >> 3 << 11 | g >> 2 << 5 | b >> 3)
                      for row in reversed(pixels) for r, g, b in row)
    top_down = b"".join(bytes((b, g, r, 0)) for row in pixels for r, g, b in row)
    indexes = b"".join(bytes((a << 4 | a,)) * (half // 2) + bytes((b << 4 | b,)) * (half // 2)
                       for a, b in from_below)
    return {
        "rle8.bmp": bmp(8, 1, rle8, palette),
        "rle4.bmp": bmp(4, 2, rle4, palette),
        "4-bit.bmp": bmp(4, 0, indexes, palette),
        "565.bmp": bmp(16, 3, rgb565, masks=struct.pack("<III", 0xf800, 0x07e0, 0x001f)),
        "top-down.bmp": bmp(32, 0, top_down, height=-HEIGHT),
    }


def save(folder, name, image, **options):
    image.save(os.path.join(folder, name), **options)


def write(folder, name, data):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def make_jpegs(folder, rgb):
    save(folder, "colour.jpg", rgb, quality=90)
    save(folder, "progressive.jpg", rgb, quality=90, progressive=True)
    save(folder, "grey.jpg", rgb.convert("L"), quality=90)
    save(folder, "cmyk.jpg", rgb.convert("CMYK"), quality=90)
    write(folder, "ycck.jpg", ycck_jpeg(rgb))
    save(folder, "profile.jpg", rgb, quality=90, icc_profile=swapped_profile())
    for orientation in range(1, 9):
        save(folder, f"orientation-{orientation}.jpg", stored(rgb, orientation), quality=90,
             exif=exif(orientation))
    with open(os.path.join(folder, "colour.jpg"), "rb") as file:
        huge = bytearray(file.read())
    at = huge.index(b"\xff\xc0") + 5
    huge[at:at + 4] = struct.pack(">HH", 60000, 60000)
    write(folder, "60000x60000.jpg", huge)


def make_pngs(folder, rgb, rgba):
    save(folder, "colour.png", rgb)
    save(folder, "alpha.png", rgba)
    save(folder, "grey.png", rgb.convert("L"))
    save(folder, "grey-alpha.png", Image.merge("LA", (rgb.convert("L"), rgba.getchannel("A"))))
    save(folder, "palette.png", rgb.quantize(4))
    save(folder, "palette-alpha.png", rgba.quantize(8))
    save(folder, "black-white.png", rgb.convert("L").point(lambda v: 255 * (v > 128), "1"))
    save(folder, "orientation-6.png", stored(rgb, 6), exif=exif(6))
    write(folder, "16-bit.png", png_16_bit(rgb))
    write(folder, "interlaced.png", png_interlaced(rgb))
    save(folder, "1x1.png", Image.new("RGB", (1, 1), RED))
    save(folder, "1x20000.png", Image.new("RGB", (1, 20000), RED))
    write(folder, "60000x60000.png", png(60000, 60000, 8, 2, b"\0" * 100))


def make_others(folder, rgb, rgba):
    for name, options in (("colour", {"quality": 90}), ("lossless", {"lossless": True})):
        save(folder, f"{name}.webp", rgb, **options)
    save(folder, "alpha.webp", rgba, quality=90, exact=True)
    save(folder, "animated.webp", rgb, save_all=True, append_images=[Image.new("RGB", rgb.size)],
         duration=100)
    save(folder, "orientation-6.webp", stored(rgb, 6), exif=exif(6), quality=90)

    save(folder, "colour.gif", rgb.quantize(4), interlace=0)
    save(folder, "interlaced.gif", rgb.quantize(4), interlace=1)
    save(folder, "alpha.gif", quarters((255, 255, 255, 0)))
    save(folder, "animated.gif", rgb.quantize(4), save_all=True,
         append_images=[Image.new("RGB", rgb.size).quantize(4)], duration=100)

    save(folder, "colour.tiff", rgb)
    save(folder, "lzw.tiff", rgb, compression="tiff_lzw")
    save(folder, "alpha.tiff", rgba, compression="tiff_lzw")
    save(folder, "grey.tiff", rgb.convert("L"), compression="tiff_lzw")
    grey = [v * 257 for v in rgb.convert("L").tobytes()]
    deep = Image.frombytes("I;16", rgb.size, struct.pack(f"<{len(grey)}H", *grey))
    save(folder, "16-bit.tiff", deep, compression="tiff_lzw")
    save(folder, "palette.tiff", rgb.quantize(4), compression="tiff_lzw")
    save(folder, "cmyk.tiff", rgb.convert("CMYK"), compression="tiff_lzw")
    save(folder, "float.tiff", rgb.convert("F"), compression="tiff_lzw")
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[ORIENTATION] = 6
    save(folder, "orientation-6.tiff", stored(rgb, 6), compression="tiff_lzw", tiffinfo=tags)

    save(folder, "palette.bmp", rgb.quantize(4))
    save(folder, "black-white.bmp", rgb.convert("L").point(lambda v: 255 * (v > 128), "1"))
    for name, data in bmp_variants(rgb).items():
        write(folder, name, data)

    import pillow_heif
    pillow_heif.register_heif_opener()
    save(folder, "colour.heic", rgb, quality=90)
    save(folder, "orientation-6.heic", stored(rgb, 6), quality=90, exif=exif(6).tobytes())
    save(folder, "colour.avif", rgb, quality=90)
    save(folder, "alpha.avif", rgba, quality=95)


def pattern(width, height):
    """The picture of the resize test; tests/unit/test_resize.c computes the same."""
    return Image.frombytes("RGB", (width, height), bytes(
        v for y in range(height) for x in range(width)
        for v in (50 + 150 * x // width, 50 + 150 * y // height,
                  60 + (5 * (x * x + 3 * y * y)) % 131)))


def make_resized(folder):
    """Reference results of Pillow's BICUBIC as raw RGB: crops of 16 from 20, a stretch and a fit to 16."""
    for width, height in ((61, 47), (13, 9), (24, 20), (26, 16)):  # 26 * 20 / 16 is 32.5: a tie
        image = pattern(width, height)
        scale = 20 / min(width, height)
        crop = image.resize([max(20, round(side * scale)) for side in image.size], Image.BICUBIC)
        left, top = [(side - 16) // 2 for side in crop.size]
        write(folder, f"crop-{width}x{height}.rgb",
              crop.crop((left, top, left + 16, top + 16)).tobytes())
    write(folder, "stretch-61x47.rgb", pattern(61, 47).resize((16, 16), Image.BICUBIC).tobytes())
    write(folder, "fit-61x47.rgb", pattern(61, 47).resize((16, 12), Image.BICUBIC).tobytes())


def make_transformed(folder):
    """Reference results of torchvision's transforms of Pillow's images, in files named as the test's cases."""
    from torchvision.transforms import functional as transforms
    from torchvision.transforms import CenterCrop, InterpolationMode, Resize
    bicubic, bilinear = InterpolationMode.BICUBIC, InterpolationMode.BILINEAR

    def save_raw(name, image):
        write(folder, f"{name}-{width}x{height}.rgb", image.tobytes())

    for width, height in ((61, 47), (47, 61), (58, 50)):  # 23 of 58: CenterCrop begins at round(3.5)
        resized = Resize(20, bicubic)(pattern(width, height))
        save_raw("down", CenterCrop(16)(resized))
    left, top = [(side - 16) // 2 for side in resized.size]  # as the processors of transformers
    save_raw("all-down", resized.crop((left, top, left + 16, top + 16)))
    for width, height in ((61, 47), (13, 9)):
        image = pattern(width, height)
        save_raw("bilinear", CenterCrop(16)(Resize(20, bilinear)(image)))
        save_raw("bilinear-stretch", Resize((16, 16), bilinear)(image))
    for name, width, height, rounded in (("pad", 61, 50, round), ("pad", 50, 61, round),
                                         ("pad-down", 61, 48, int)):
        scaled = [rounded(side * 16 / 61) for side in (width, height)]
        left, top = [(16 - side) // 2 for side in scaled]
        margins = [left, top, 16 - scaled[0] - left, 16 - scaled[1] - top]
        save_raw(name, transforms.pad(Resize(scaled[::-1], bicubic)(pattern(width, height)),
                                      margins, fill=(124, 116, 104)))


def main():
    data = sys.argv[1] if len(sys.argv) > 1 else "tests/data"
    folder = os.path.join(data, "images")
    resized = os.path.join(data, "resize")
    os.makedirs(folder, exist_ok=True)
    os.makedirs(resized, exist_ok=True)
    rgb, rgba = quarters().convert("RGB"), quarters((255, 128, 255, 0))
    make_jpegs(folder, rgb)
    make_pngs(folder, rgb, rgba)
    make_others(folder, rgb, rgba)
    make_resized(resized)
    make_transformed(resized)


if __name__ == "__main__":
    main()
