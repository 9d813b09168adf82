# SPDX-License-Identifier: Apache-2.0
"""The tiny models of tests/data/models: files as the manifests say, vectors as PyTorch's.

The second needs Python's numpy, pillow and openvino and is left out where they are not installed.
"""
import hashlib
import importlib.util
import json
import math
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODELS = ROOT / "tests" / "data" / "models"
NAMES = ("dinov2-tiny", "clip-tiny", "siglip-tiny")
LARGEST = 300_000
LARGEST_SUM = 1_000_000
LEAST_COSINE = 0.9999
MOST_ALIKE = 0.999  # two different inputs: a graph that ignores its input does not pass

HAS_ENGINE = all(importlib.util.find_spec(name) for name in ("numpy", "PIL", "openvino"))


def manifest_of(name):
    return json.loads((MODELS / name / "manifest.json").read_text("utf-8"))


def reference_of(name):
    return json.loads((MODELS / name / "reference.json").read_text("utf-8"))


def cosine(a, b):
    return sum(x * y for x, y in zip(a, b)) / math.sqrt(
        sum(x * x for x in a) * sum(y * y for y in b))


class Files(unittest.TestCase):
    def test_manifests_describe_their_files(self):
        for name in NAMES:
            for file in manifest_of(name)["files"]:
                data = (MODELS / name / file["name"]).read_bytes()
                self.assertEqual(len(data), file["size"], file["name"])
                self.assertEqual(hashlib.sha256(data).hexdigest(), file["sha256"], file["name"])
                self.assertLess(len(data), LARGEST)

    def test_they_are_small_together(self):
        sizes = [path.stat().st_size for path in MODELS.rglob("*") if path.is_file()]
        self.assertLess(sum(sizes), LARGEST_SUM)

    def test_references_tell_inputs_apart(self):
        for name in NAMES:
            dimension = manifest_of(name)["dimension"]
            for kind, rows in reference_of(name).items():
                vectors = [row["embedding"] for row in rows]
                for i, a in enumerate(vectors):
                    self.assertEqual(len(a), dimension)
                    for b in vectors[:i]:
                        self.assertLess(cosine(a, b), MOST_ALIKE, (name, kind, i))


@unittest.skipUnless(HAS_ENGINE, "needs Python's numpy, pillow and openvino")
class Vectors(unittest.TestCase):
    """No PyTorch is needed here: the reference holds what it computed."""

    @classmethod
    def setUpClass(cls):
        sys.path.insert(0, str(ROOT / "tools"))

    def picture(self, number, width, height):
        from PIL import Image
        noise, colours = number * 2654435761 + 1 & 0xFFFFFFFF, []
        for _ in range(27):
            noise = noise * 1664525 + 1013904223 & 0xFFFFFFFF
            colours.append(noise >> 24)
        samples = bytes(
            (colours[(3 * y // height * 3 + 3 * x // width) * 3 + channel]
             + (7 * x + 13 * y + number) % 32) & 255
            for y in range(height) for x in range(width) for channel in range(3))
        return Image.frombytes("RGB", (width, height), samples)

    def test_pictures(self):
        import model_folder
        for name in NAMES:
            manifest = manifest_of(name)
            compiled = model_folder.opened(MODELS / name / manifest["graph"])
            for row in reference_of(name)["pictures"]:
                picture = self.picture(row["number"], row["width"], row["height"])
                square = model_folder.square(picture, manifest)[None]
                found = model_folder.embed(compiled, manifest,
                                           model_folder.network_input(square, manifest))[0]
                self.assertGreater(cosine(row["embedding"], found.tolist()), LEAST_COSINE, name)

    def test_texts(self):
        import numpy
        import model_folder
        for name in ("clip-tiny", "siglip-tiny"):
            text = manifest_of(name)["text"]
            compiled = model_folder.opened(MODELS / name / text["graph"])
            for row in reference_of(name)["texts"]:
                ids = numpy.array([row["ids"]], numpy.int64)
                found = compiled({text["input"]: ids})[text["output"]][0]
                self.assertGreater(cosine(row["embedding"], found.tolist()), LEAST_COSINE, name)


if __name__ == "__main__":
    unittest.main()
