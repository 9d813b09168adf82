#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Make an 8-bit version of an image model, and say what is lost and what is won.

usage: quantize_model.py MODEL_DIR PHOTOS OUT_DIR [--labelled FOLDER]

MODEL_DIR is a folder of the model store whose graph is ONNX. Weights and what flows between the
layers become int8 (post-training, static, QuantizeLinear and DequantizeLinear in the graph), which
engines compute in int8 where the processor can. PHOTOS should be like those that will be grouped:
one part of them sets the ranges, another, held out, measures the loss. A text tower stays as it is,
and so do its vectors' distances to the images' as far as the images' vectors stay.

OUT_DIR becomes a folder of the same kind, version "...-int8"; vectors of the two versions are not to
be mixed. Printed of the held-out photos: cosine of each float vector to its int8 one, how many of a
photo's 10 nearest neighbours stay the same, sizes, images/s of both under OpenVINO in turns. With
--labelled (a folder of photos per group) also how often a photo's 5 nearest tell its group.

Random weights tell nothing of what real ones lose: their activations have no outliers.

--linear         only matrix products with weights; convolutions stay as they are
--attention      also the products within attention
--method         how ranges are found: minmax (default) or percentile (99.99)
--depthwise      also convolutions of single channels and the first of all, which win little
                 and lose much
--eight-bits     weights of 8 bits instead of 7; only for processors with VNNI or AMX: without, the
                 sums of products overflow 16 bits

needs: numpy pillow onnx==1.23.2 onnxruntime==1.32.0, and openvino of tools/openvino.txt
"""
import argparse
import collections
import logging
import os
import pathlib
import shutil
import statistics
import sys
import tempfile
import time

import numpy as np
import onnx
from onnxruntime import quantization as ort
from onnxruntime.quantization.shape_inference import quant_pre_process

import model_folder

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
METHODS = {"minmax": ort.CalibrationMethod.MinMax, "percentile": ort.CalibrationMethod.Percentile}
BATCH = 8
NEIGHBOURS = 10
VOTERS = 5
ROUNDS = 5


# ---- photos --------------------------------------------------------------------------------------

def find_photos(folder):
    return sorted(str(path) for path in pathlib.Path(folder).rglob("*")
                  if path.suffix.lower() in SUFFIXES)


def spread(items, n):
    """At most n of them, evenly."""
    return [items[i * len(items) // n] for i in range(n)] if len(items) > n else items


def divided(photos, n_calibration, n_held_out):
    """Two disjoint lists."""
    calibration = spread(photos, min(n_calibration, len(photos) // 2))
    known = set(calibration)
    return calibration, spread([path for path in photos if path not in known], n_held_out)


# ---- quantisation --------------------------------------------------------------------------------

class Reader(ort.CalibrationDataReader):
    """The calibration photos, one inference at a time."""

    def __init__(self, photos, manifest):
        self.name = manifest["input"]
        self.inputs = (model_folder.read_pixels(path, manifest) for path in photos)

    def get_next(self):
        pixels = next(self.inputs, None)
        return None if pixels is None else {self.name: pixels}


def depthwise(path):
    """The names of the convolutions that look at each channel alone, and of the first of all."""
    nodes = [node for node in onnx.load(path).graph.node if node.op_type == "Conv"]
    groups = [next((a.i for a in node.attribute if a.name == "group"), 1) for node in nodes]
    return [node.name for i, (node, n) in enumerate(zip(nodes, groups)) if n > 1 or i == 0]


def quantise(graph, out, photos, manifest, arguments):
    """Per channel symmetric weights, asymmetric activations: what OpenVINO runs in int8.

    Sums, normalisations and softmax stay in float: they are little work and lose most.
    """
    with tempfile.TemporaryDirectory() as scratch:
        prepared = os.path.join(scratch, "model.onnx")
        quant_pre_process(str(graph), prepared, skip_symbolic_shape=True)  # folds casts and norms
        ort.quantize_static(
            prepared, str(out), Reader(photos, manifest), quant_format=ort.QuantFormat.QDQ,
            op_types_to_quantize=["MatMul", "Gemm"] + ([] if arguments.linear else ["Conv"]),
            per_channel=True, reduce_range=not arguments.eight_bits,
            nodes_to_exclude=[] if arguments.depthwise else depthwise(prepared),
            activation_type=ort.QuantType.QUInt8, weight_type=ort.QuantType.QInt8,
            calibrate_method=METHODS[arguments.method],
            extra_options={"WeightSymmetric": True, "ActivationSymmetric": False,
                           "MatMulConstBOnly": not arguments.attention,
                           "QDQOpTypePerChannelSupportToAxis": {"MatMul": 1},
                           "OpTypesToExcludeOutputQuantization": ["MatMul", "Gemm", "Conv"],
                           "CalibPercentile": 99.99})


def write_model(source, folder, manifest, calibration, arguments):
    """The new folder's manifest."""
    quantise(source / manifest["graph"], folder / "model.onnx", calibration, manifest, arguments)
    replaced = {manifest["graph"], manifest["weights"]}
    kept = [file["name"] for file in manifest["files"] if file["name"] not in replaced]
    for name in kept:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, folder / name)
    changed = {**manifest, "version": manifest["version"] + "-int8", "graph": "model.onnx",
               "weights": "model.onnx",
               "files": model_folder.described_files(folder, ["model.onnx", *kept])}
    model_folder.write_manifest(folder, changed)
    return changed


# ---- loss and gain -------------------------------------------------------------------------------

def vectors(compiled, manifest, photos):
    return np.concatenate([
        model_folder.embed(compiled, manifest, np.concatenate(
            [model_folder.read_pixels(path, manifest) for path in photos[i:i + BATCH]]))
        for i in range(0, len(photos), BATCH)])


def overlap(a, b):
    """The mean share of the nearest neighbours by one that are so by the other."""
    k = min(NEIGHBOURS, len(a) - 1)
    return np.mean([len(set(x) & set(y)) / k for x, y in
                    zip(model_folder.nearest(a, k), model_folder.nearest(b, k))])


def vote_accuracy(found, photos):
    """How often most of a photo's nearest, the nearer one in a tie, are of its own folder."""
    groups = [os.path.basename(os.path.dirname(path)) for path in photos]
    right = 0
    for group, near in zip(groups, model_folder.nearest(found, VOTERS)):
        votes = collections.Counter(groups[i] for i in near)
        right += votes.most_common(1)[0][0] == group
    return right / len(photos)


def images_per_second(compiled, manifest, pixels):
    start = time.monotonic()
    model_folder.embed(compiled, manifest, pixels)
    return len(pixels) / (time.monotonic() - start)


def report(models, held_out, arguments):
    """`models`: name to compiled graph, manifest and size, the float one first."""
    found = {name: vectors(compiled, manifest, held_out)
             for name, (compiled, manifest, _) in models.items()}
    before, after = found.values()
    cosines = model_folder.cosines(before, after)
    print("cosine of float to int8, %d photos held out: mean %.5f, least %.5f" % (
        len(held_out), cosines.mean(), cosines.min()))
    print("the %d nearest neighbours: %.1f %% are the same" % (NEIGHBOURS,
                                                               100 * overlap(before, after)))
    if arguments.labelled:
        photos = find_photos(arguments.labelled)
        print("group told by the %d nearest, %d photos: %s" % (VOTERS, len(photos), ", ".join(
            "%s %.1f %%" % (name, 100 * vote_accuracy(vectors(compiled, manifest, photos), photos))
            for name, (compiled, manifest, _) in models.items())))
    print("size: " + ", ".join("%s %.1f MB" % (name, size / 1e6)
                               for name, (_, _, size) in models.items()))
    pixels = np.concatenate([model_folder.read_pixels(path, models["float"][1])
                             for path in held_out[:BATCH]])
    rates = {name: [] for name in models}
    for _ in range(ROUNDS):
        for name, (compiled, manifest, _) in models.items():
            rates[name].append(images_per_second(compiled, manifest, pixels))
    print("OpenVINO, batches of %d: " % len(pixels) + ", ".join(
        "%s %.1f (%.1f-%.1f) images/s" % (name, statistics.median(rate), min(rate), max(rate))
        for name, rate in rates.items()))


def opened(folder, manifest):
    path = pathlib.Path(folder, manifest["graph"])
    size = sum(file["size"] for file in manifest["files"]
               if file["name"] in (manifest["graph"], manifest["weights"]))
    return model_folder.opened(path), manifest, size


# ---- command -------------------------------------------------------------------------------------

def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", metavar="MODEL_DIR", type=pathlib.Path)
    parser.add_argument("photos", metavar="PHOTOS")
    parser.add_argument("out", metavar="OUT_DIR")
    parser.add_argument("--labelled", metavar="FOLDER")
    parser.add_argument("--calibration", type=int, default=64, metavar="N")
    parser.add_argument("--held-out", type=int, default=64, metavar="N")
    parser.add_argument("--method", choices=METHODS, default="minmax")
    parser.add_argument("--linear", action="store_true")
    parser.add_argument("--attention", action="store_true")
    parser.add_argument("--depthwise", action="store_true")
    parser.add_argument("--eight-bits", action="store_true")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    logging.getLogger().setLevel(logging.ERROR)  # advice to prepare the model, which is done
    manifest = model_folder.read_manifest(arguments.model)
    if not manifest["graph"].endswith(".onnx"):
        sys.exit("quantize_model: %s is no ONNX file: only such a graph can be made smaller"
                 % manifest["graph"])
    calibration, held_out = divided(find_photos(arguments.photos), arguments.calibration,
                                    arguments.held_out)
    if len(calibration) < 8 or len(held_out) < 8:
        sys.exit("quantize_model: %s has too few photos; 16 are the least, 128 are better"
                 % arguments.photos)
    with model_folder.Replaced(arguments.out) as folder:
        smaller = write_model(arguments.model, folder, manifest, calibration, arguments)
        report({"float": opened(arguments.model, manifest), "int8": opened(folder, smaller)},
               held_out, arguments)


if __name__ == "__main__":
    main()
