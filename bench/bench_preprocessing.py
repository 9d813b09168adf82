#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How close the pictures that a model sees are to those of PyTorch's transforms.

usage: bench_preprocessing.py PROGRAM PATH... [--photos N] [--large N]

PROGRAM is build/debug/bin/bench_preprocessing, each PATH a photo or a folder of them. For each resize rule N
of the photos are decoded by the program, exact and fast, and by Pillow and torchvision (to be installed
for the Python that runs this): the mean difference of a sample in levels of 255, over all and of the worst
picture, the largest one, and the program's milliseconds per image on one core. Then the same of photos of 12
million pixels, which are made from the others: by turns one photo enlarged, with noise, and many side by side,
as sharp as they are; as JPEG in several qualities, half of them stored turned; and of a few of these as
PNG, where no JPEG decoder can differ. Pillow does not convert colours, so photos with an embedded profile and those in other modes than RGB and grey are left out.
The status is 1 if the mean of a rule in exact mode is not below one level.
"""
import argparse
import collections
import os
import random
import subprocess
import sys
import tempfile

import numpy
from PIL import Image, ImageOps
from torchvision.transforms import CenterCrop, Compose, InterpolationMode, Resize
from torchvision.transforms import functional

from measure import find_images, machine

BICUBIC, BILINEAR = InterpolationMode.BICUBIC, InterpolationMode.BILINEAR
LARGE = (4000, 3000)
CELL = 500  # of a collage, about a photo
FILL = (124, 116, 104)  # as in bench_preprocessing.c
ORIENTATION = 0x0112


def pad(size):
    """As timm's ResizeKeepRatio and CenterCropOrPad: the longer side becomes `size`, the rest is filled."""
    def apply(image):
        sides = [round(side * size / max(image.size)) for side in image.size]
        left, top = [(size - side) // 2 for side in sides]
        margins = [left, top, size - sides[0] - left, size - sides[1] - top]
        return functional.pad(functional.resize(image, sides[::-1], BICUBIC), margins, fill=FILL)
    return apply


def crop_down(size):
    """As the image processors of transformers cut: the place of the crop is rounded down."""
    return lambda image: functional.crop(image, (image.height - size) // 2,
                                         (image.width - size) // 2, size, size)


# What the program is told, the side of the picture, the reference.
RULES = (
    ("crop bicubic down 224 224", 224, Compose([Resize(224, BICUBIC), CenterCrop(224)])),
    ("crop bicubic down 256 224", 224, Compose([Resize(256, BICUBIC), CenterCrop(224)])),
    ("crop bicubic all-down 256 224", 224, Compose([Resize(256, BICUBIC), crop_down(224)])),
    ("crop bilinear down 256 224", 224, Compose([Resize(256, BILINEAR), CenterCrop(224)])),
    ("crop bilinear down 224 224", 224, Compose([Resize(224, BILINEAR), CenterCrop(224)])),
    ("stretch bicubic nearest 224 224", 224, Resize((224, 224), BICUBIC)),
    ("stretch bilinear nearest 384 384", 384, Resize((384, 384), BILINEAR)),
    ("pad bicubic nearest 224 224", 224, pad(224)),
)


def is_plain(path):
    with Image.open(path) as image:
        return image.mode in ("RGB", "L") and "icc_profile" not in image.info


def read(path):
    with Image.open(path) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


def enlarge(photo, size, rng):
    pixels = numpy.asarray(read(photo).resize(size, Image.BICUBIC), dtype=numpy.int16)
    pixels = numpy.clip(pixels + rng.integers(-12, 13, pixels.shape, dtype=numpy.int16), 0, 255)
    return Image.fromarray(pixels.astype(numpy.uint8))


def collage(photos, size, rng):
    image = Image.new("RGB", size)
    for left in range(0, size[0], CELL):
        for top in range(0, size[1], CELL):
            photo = read(photos[rng.integers(len(photos))])
            image.paste(ImageOps.fit(photo, (CELL, CELL)), (left, top))
    return image


def make_large(photos, folder, n):
    """`n` JPEGs of 12 million pixels and, of every third, a PNG; two lists of paths."""
    rng = numpy.random.default_rng(1)
    jpegs, pngs = [], []
    for i, photo in enumerate(photos[:n]):
        size = LARGE if i % 4 < 2 else LARGE[::-1]
        image = collage(photos, size, rng) if i % 2 else enlarge(photo, size, rng)
        exif = Image.Exif()
        exif[ORIENTATION] = (1, 6, 1, 3, 8, 1)[i % 6]
        jpegs.append(os.path.join(folder, f"{i}.jpg"))
        image.save(jpegs[-1], quality=(95, 90, 80)[i % 3], subsampling=(2, 2, 0)[i % 3], exif=exif)
        if i % 3 == 0:
            pngs.append(os.path.join(folder, f"{i}.png"))
            image.save(pngs[-1], compress_level=1)
    return jpegs, pngs


Ours = collections.namedtuple("Ours", "pictures ms")


def ours(program, rule, side, mode, files):
    done = subprocess.run([program, *rule.split(), mode, *files], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        sys.exit(done.stderr.decode(errors="replace"))
    pictures = numpy.frombuffer(done.stdout, dtype=numpy.uint8)
    return Ours(pictures.reshape(len(files), side, side, 3), float(done.stderr))


def compare(program, title, files):
    """Print a table; the largest mean of a rule in exact mode."""
    print(f"\n{title}: {len(files)} files")
    print(f"{'rule':34}" + "".join(f"{mode + ': mean':>13}{'worst':>7}{'max':>5}{'ms':>8}"
                                   for mode in ("exact", "fast")))
    expected = [[] for _ in RULES]
    for path in files:
        image = read(path)
        for pictures, (_, _, transform) in zip(expected, RULES):
            pictures.append(numpy.asarray(transform(image), dtype=numpy.int16))
    largest = 0
    for (rule, side, _), pictures in zip(RULES, expected):
        line = f"{rule:34}"
        for mode in ("exact", "fast"):
            mine = ours(program, rule, side, mode, files)
            difference = numpy.abs(mine.pictures - numpy.stack(pictures))
            means = difference.mean(axis=(1, 2, 3))
            line += f"{means.mean():13.3f}{means.max():7.3f}{difference.max():5d}{mine.ms:8.2f}"
            largest = max(largest, means.mean()) if mode == "exact" else largest
        print(line, flush=True)
    return largest


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program")
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--photos", type=int, default=100)
    parser.add_argument("--large", type=int, default=12)
    options = parser.parse_args()
    print(machine())
    found = [path for path in find_images(options.paths) if is_plain(path)]
    photos = random.Random(1).sample(found, min(options.photos, len(found)))
    largest = compare(options.program, "photos", photos)
    with tempfile.TemporaryDirectory(prefix="ica-bench-") as folder:
        jpegs, pngs = make_large(photos, folder, options.large)
        largest = max(largest, compare(options.program, "12 MP, JPEG", jpegs))
        largest = max(largest, compare(options.program, "12 MP, PNG", pngs))
    sys.exit(0 if largest < 1 else f"exact: a mean difference of {largest:.3f} levels")


if __name__ == "__main__":
    main()
