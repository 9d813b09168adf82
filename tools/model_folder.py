# SPDX-License-Identifier: Apache-2.0
"""What the tools for models share: a model's folder with its manifest, and pixels as it says.

models/README.md describes the manifest. needs: numpy pillow; openvino for opened()
"""
import hashlib
import json
import os
import pathlib
import shutil
import tempfile

import numpy as np
from PIL import Image

MANIFEST = "manifest.json"
FILTERS = {"bicubic": Image.BICUBIC, "bilinear": Image.BILINEAR}
MAX_CHANNELS = 3


# ---- files ---------------------------------------------------------------------------------------

def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def described_files(folder, names):
    """The manifest's member `files` for some files of a folder."""
    return [{"name": name, "size": os.path.getsize(os.path.join(folder, name)),
             "sha256": sha256(os.path.join(folder, name))} for name in names]


def read_manifest(folder):
    with open(os.path.join(folder, MANIFEST), encoding="utf-8") as file:
        return json.load(file)


def write_manifest(folder, manifest):
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    pathlib.Path(folder, MANIFEST).write_text(text, "utf-8")


class Replaced:
    """A new folder to fill; `out` becomes it when all went well, else stays what it was."""

    def __init__(self, out):
        self.out = pathlib.Path(out)

    def __enter__(self):
        self.out.parent.mkdir(parents=True, exist_ok=True)
        self.scratch = tempfile.TemporaryDirectory(dir=self.out.parent, prefix=".model-")
        folder = pathlib.Path(self.scratch.name) / "model"
        folder.mkdir()
        return folder

    def __exit__(self, kind, error, trace):
        try:
            if kind is None:
                if self.out.exists():
                    shutil.rmtree(self.out)
                (pathlib.Path(self.scratch.name) / "model").rename(self.out)
        finally:
            self.scratch.cleanup()


# ---- pixels --------------------------------------------------------------------------------------

def scaled(length, numerator, denominator, rounding):
    """length * numerator / denominator as whole pixels; halves go to the even number."""
    if rounding in ("down", "all-down"):
        return length * numerator // denominator
    return round(length * numerator / denominator)


def crop_begin(extra, rounding):
    """Where a crop begins that leaves out `extra` pixels on both sides together."""
    return round(extra / 2) if rounding == "down" else extra // 2


def square(picture, manifest):
    """The RGB square that the model sees, as uint8 [size, size, 3]."""
    size = manifest["input_size"]
    rule = manifest.get("resize_rule", "crop")
    rounding = manifest.get("resize_rounding", "nearest")
    how = FILTERS[manifest["resize_filter"]]
    if rule == "stretch":
        return np.asarray(picture.resize((size, size), how))
    if rule == "pad":
        longer = max(picture.size)
        sides = [max(1, scaled(side, size, longer, rounding)) for side in picture.size]
        ground = Image.new("RGB", (size, size), tuple(manifest.get("pad_colour", (0, 0, 0))))
        ground.paste(picture.resize(sides, how), [(size - side) // 2 for side in sides])
        return np.asarray(ground)
    short, least = manifest["resize_side"], min(picture.size)
    sides = [max(short, scaled(side, short, least, rounding)) for side in picture.size]
    left, top = [crop_begin(side - size, rounding) for side in sides]
    return np.asarray(picture.resize(sides, how).crop((left, top, left + size, top + size)))


def per_channel(value):
    return np.broadcast_to(np.asarray(value, np.float32), (MAX_CHANNELS,))


def network_input(samples, manifest):
    """Squares [n, size, size, 3] of uint8 as the numbers of the graph's input."""
    if manifest["normalisation"] == "program":
        samples = ((samples.astype(np.float32) - per_channel(manifest["mean"]))
                   * per_channel(manifest["scale"]))
    if manifest.get("channel_order", "RGB") == "BGR":
        samples = samples[..., ::-1]
    if manifest["input_layout"] == "NCHW":
        samples = samples.transpose(0, 3, 1, 2)
    element = np.uint8 if manifest["input_type"] == "u8" else np.float32
    return np.ascontiguousarray(samples.astype(element))


def read_pixels(path, manifest):
    """One file as the graph's input for one image."""
    with Image.open(path) as file:
        picture = file.convert("RGB")
    return network_input(square(picture, manifest)[None], manifest)


# ---- engine --------------------------------------------------------------------------------------

def opened(graph, precision="f32", streams=1, threads=0):
    """A graph compiled as the program compiles it, without the cache of compiled models."""
    import openvino
    settings = {"NUM_STREAMS": str(streams), "INFERENCE_PRECISION_HINT": precision}
    if threads:
        settings["INFERENCE_NUM_THREADS"] = str(threads)
    return openvino.Core().compile_model(str(graph), "CPU", settings)


def pooled(values, manifest):
    """The embedding output as one vector per image."""
    how = manifest.get("embedding_pooling", "none")
    if how == "first":
        return values[:, 0]
    return values.mean(1) if how == "mean" else values


def embed(compiled, manifest, pixels):
    """One vector per image of the graph's input."""
    result = compiled({manifest["input"]: pixels})[manifest["embedding_output"]]
    return np.array(pooled(result, manifest))


def cosines(a, b):
    """Row by row."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return (a * b).sum(1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))


def similarities(vectors):
    """The cosine of each to each."""
    unit = np.asarray(vectors, np.float64)
    unit = unit / np.linalg.norm(unit, axis=1, keepdims=True)
    return unit @ unit.T


def nearest(vectors, k):
    """For each vector the numbers of the k others that are nearest by cosine."""
    near = similarities(vectors)
    np.fill_diagonal(near, -np.inf)
    return np.argsort(-near, 1, kind="stable")[:, :k]
