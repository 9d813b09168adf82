#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Embed labelled pictures for fit_auto.py: as they are, or a few changed views of single ones.

usage: embed_sets.py MODEL_DIR INPUT_SIZE FOLDER OUT [--things N]

FOLDER has one folder of pictures per group. Writes OUT.emb.npy, OUT.logits.npy and OUT.names.txt ("group/file" a line).
--things N: of N pictures at random, each a group of its own, 4 to 8 views are embedded instead: the picture and versions of it
that are turned, mirrored, cropped, lit otherwise, and put on another ground where the picture is cut out (has an alpha channel).
Deterministic. needs: numpy openvino pillow
"""
import argparse
import pathlib

import numpy as np
import openvino
from PIL import Image, ImageEnhance

KINDS = {".jpg", ".jpeg", ".png", ".webp"}
LONGEST = 500  # pixels of a side
MARGIN = 1.15  # ground around a cut-out picture


class Embedder:
    def __init__(self, folder, size):
        self.model = openvino.Core().compile_model(str(pathlib.Path(folder) / "model.xml"), "CPU")
        self.size = size

    def embed(self, picture):
        """The shorter side to size / 0.875, then the middle, as the models were trained."""
        short = round(self.size / 0.875)
        scale = short / min(picture.size)
        picture = picture.resize([max(short, round(side * scale)) for side in picture.size], Image.BICUBIC)
        left, top = [(side - self.size) // 2 for side in picture.size]
        pixels = np.asarray(picture.crop((left, top, left + self.size, top + self.size)))
        result = self.model(pixels[None])
        return [np.array(result[name]).ravel() for name in ("pooled", "logits")]


def read(path, ground=(255, 255, 255)):
    picture = Image.open(path)
    cut_out = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    picture = picture.convert("RGBA" if cut_out else "RGB")
    picture.thumbnail((LONGEST, LONGEST))
    if not cut_out:
        return picture
    side = int(max(picture.size) * MARGIN)
    on = Image.new("RGB", (side, side), ground)
    on.paste(picture, [(side - length) // 2 for length in picture.size], picture)
    return on


def colour(rng):
    return tuple(int(v) for v in rng.integers(0, 256, 3))


def view(rng, path):
    picture = read(path, colour(rng)).rotate(rng.uniform(-25, 25), Image.BICUBIC, fillcolor=colour(rng))
    if rng.random() < 0.5:
        picture = picture.transpose(Image.FLIP_LEFT_RIGHT)
    width, height = [int(side * rng.uniform(0.6, 1.0)) for side in picture.size]
    left = int(rng.integers(0, picture.width - width + 1))
    top = int(rng.integers(0, picture.height - height + 1))
    picture = picture.crop((left, top, left + width, top + height))
    for change in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        picture = change(picture).enhance(rng.uniform(0.6, 1.5))
    return picture


def pictures(folder, things):
    """Yields (name, picture)."""
    paths = sorted(p for p in pathlib.Path(folder).glob("*/*") if p.suffix.lower() in KINDS)
    if not things:
        for path in paths:
            yield "%s/%s" % (path.parent.name, path.name), read(path)
        return
    rng = np.random.default_rng(5)
    for number in rng.permutation(len(paths))[:things]:
        path = paths[number]
        name = "%s_%s" % (path.parent.name, path.stem)
        yield name + "/0", read(path)
        for count in range(1, int(rng.integers(4, 9))):
            yield "%s/%d" % (name, count), view(rng, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("size", type=int)
    parser.add_argument("folder")
    parser.add_argument("out")
    parser.add_argument("--things", type=int, default=0)
    args = parser.parse_args()
    embedder = Embedder(args.model, args.size)
    names, rows = [], []
    for name, picture in pictures(args.folder, args.things):
        names.append(name)
        rows.append(embedder.embed(picture))
    for number, kind in enumerate(("emb", "logits")):
        np.save("%s.%s.npy" % (args.out, kind), np.float32([row[number] for row in rows]))
    pathlib.Path(args.out + ".names.txt").write_text("".join(name + "\n" for name in names))


if __name__ == "__main__":
    main()
