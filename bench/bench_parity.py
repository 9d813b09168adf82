#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How close embeddings come to those of PyTorch, for full-size models with random weights.

usage: bench_parity.py ENGINE PHOTOS KIND...

KIND is one that tools/export_models.py knows; its random model is exported to --store (kept when it
is there already) and the same weights are run by PyTorch. PyTorch's side decodes with Pillow and
prepares the pixels with torchvision's transforms, as the models' authors do; texts are token ids.
ENGINE is one of

  openvino    OpenVINO's Python interface, opened as the program does: no cache, in each of
              --precisions; pixels are made by the manifest
  a program   run as --command says, where {program}, {store}, {name}, {precision} and {photos} are
              filled in; answers a line of JSON with "path" and "embedding" per photo. Photos only: a
              program takes no token ids.

Each line tells the least and the mean cosine over all photos or texts; status 1 if one is under its
bar: 0.9999 for f32, 0.999 for bf16. needs: what export_models.py needs, torchvision
"""
import argparse
import json
import os
import pathlib
import shlex
import subprocess
import sys

import numpy as np
import torch
from PIL import Image
from torchvision import transforms

TOOLS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tools")
sys.path.insert(0, TOOLS)

import model_folder  # noqa: E402
from measure import find_images, machine  # noqa: E402
from model_kinds import KINDS, build  # noqa: E402

BARS = {"f32": 0.9999, "bf16": 0.999}
BATCH = 8
TEXTS = 32


# ---- PyTorch -------------------------------------------------------------------------------------

def transform(preprocessing, side):
    how = {"bicubic": transforms.InterpolationMode.BICUBIC,
           "bilinear": transforms.InterpolationMode.BILINEAR}[preprocessing.filter]
    if preprocessing.rule == "stretch":
        resize = [transforms.Resize((side, side), how)]
    else:
        resize = [transforms.Resize(round(side * preprocessing.short), how),
                  transforms.CenterCrop(side)]
    return transforms.Compose([*resize, transforms.ToTensor(),
                               transforms.Normalize(preprocessing.mean, preprocessing.std)])


def in_batches(module, values):
    with torch.inference_mode():
        return np.concatenate([module(values[i:i + BATCH]).numpy()
                               for i in range(0, len(values), BATCH)])


def token_ids(built):
    """Texts of all lengths, each ended and filled up by the last token."""
    random = np.random.default_rng(2)
    ids = random.integers(0, built.vocabulary - 2, (TEXTS, built.context))
    for number, row in enumerate(ids):
        row[1 + number * (built.context - 2) // TEXTS:] = built.last_token
    return ids


def of_pytorch(kind, photos):
    """Vectors of the photos; token ids and their vectors, or None twice."""
    built = build(kind)
    prepare = transform(KINDS[kind].preprocessing, built.side)
    pixels = torch.stack([prepare(Image.open(path).convert("RGB")) for path in photos])
    images = in_batches(built.image, pixels)
    if not built.text:
        return images, None, None
    ids = token_ids(built)
    return images, ids, in_batches(built.text, torch.from_numpy(ids))


# ---- engines -------------------------------------------------------------------------------------

class OpenVino:
    """The graphs opened as the program opens them."""

    def __init__(self, folder, precision):
        self.folder, self.precision = folder, precision
        self.manifest = model_folder.read_manifest(folder)

    def run(self, graph, values):
        compiled = model_folder.opened(self.folder / graph, self.precision)
        used = compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name()
        return np.concatenate([compiled(values[i:i + BATCH])[0]
                               for i in range(0, len(values), BATCH)]), used

    def images(self, photos):
        pixels = [model_folder.read_pixels(path, self.manifest) for path in photos]
        return self.run(self.manifest["graph"], np.concatenate(pixels))

    def texts(self, ids):
        return self.run(self.manifest["text"]["graph"], ids)


class Program:
    def __init__(self, folder, precision, program, command):
        self.precision = precision
        self.values = {"program": program, "store": str(folder.parent), "name": folder.name,
                       "precision": precision}
        self.command = command

    def images(self, photos):
        command = []
        for word in shlex.split(self.command):
            command += photos if word == "{photos}" else [word.format(**self.values)]
        lines = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()
        found = {os.path.abspath(image["path"]): image["embedding"]
                 for image in map(json.loads, lines)}
        return np.array([found[os.path.abspath(path)] for path in photos]), self.precision

    def texts(self, _ids):
        return None, self.precision


# ---- command -------------------------------------------------------------------------------------

def exported(kind, store, half):
    folder = store / (kind + ("-random-f16" if half else "-random"))
    if not folder.exists():
        tool = os.path.join(TOOLS, "export_models.py")
        subprocess.run([sys.executable, tool, kind, str(folder), "--random",
                        *(["--half"] if half else [])], check=True, stdout=subprocess.DEVNULL)
    return folder


def report(what, expected, found, precision, used):
    cosines = model_folder.cosines(expected, found)
    reached = cosines.min() >= BARS[precision]
    others = model_folder.similarities(expected)[~np.eye(len(expected), dtype=bool)]
    print("%-38s %-5s (computed in %s): cosine least %.7f, mean %.7f, %d of them; bar %g %s; "
          "different inputs %.2f to %.2f" % (
              what, precision, used, cosines.min(), cosines.mean(), len(cosines), BARS[precision],
              "reached" if reached else "MISSED", others.min(), others.max()), flush=True)
    return reached


def compare(arguments, kind, photos):
    folder = exported(kind, arguments.store, arguments.half)
    images, ids, texts = of_pytorch(kind, photos)
    good = True
    for precision in arguments.precisions:
        if arguments.engine == "openvino":
            engine = OpenVino(folder, precision)
        else:
            engine = Program(folder, precision, arguments.engine, arguments.command)
        found, used = engine.images(photos)
        good &= report(folder.name + " photos", images, found, precision, used)
        if ids is not None:
            found, used = engine.texts(ids)
            if found is not None:
                good &= report(folder.name + " texts", texts, found, precision, used)
    return good


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", metavar="ENGINE")
    parser.add_argument("photos", metavar="PHOTOS")
    parser.add_argument("kinds", metavar="KIND", nargs="+", choices=KINDS)
    parser.add_argument("--store", type=pathlib.Path, default=pathlib.Path("parity-models"))
    parser.add_argument("--half", action="store_true", help="weights stored as float16")
    parser.add_argument("--precisions", default="f32,bf16")
    parser.add_argument("--photos", dest="n_photos", type=int, default=24, metavar="N",
                        help="of the folder, spread evenly")
    parser.add_argument("--command", default="{program} embed {photos} --models-dir {store} "
                        "--model {name} --precision {precision} --pixels exact")
    arguments = parser.parse_args()
    arguments.precisions = arguments.precisions.split(",")
    if not set(arguments.precisions) <= set(BARS):
        parser.error("--precisions knows %s" % ", ".join(BARS))
    return arguments


def main():
    arguments = parse_arguments()
    found = find_images([arguments.photos])
    if not found:
        sys.exit("bench_parity: there are no photos in " + arguments.photos)
    photos = found[::max(1, len(found) // arguments.n_photos)][:arguments.n_photos]
    print("machine  " + machine())
    results = [compare(arguments, kind, photos) for kind in arguments.kinds]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
