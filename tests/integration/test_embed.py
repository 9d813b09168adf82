# SPDX-License-Identifier: Apache-2.0
"""`embed`: the vectors of files, which are PyTorch's from the file on."""
import json
import math
import pathlib
import struct
import subprocess
import tempfile
import unittest
import zlib

import server as support

DATA = pathlib.Path(__file__).resolve().parents[1] / "data" / "models"


def reference_picture(number, width, height):
    """Rows of RGB bytes, as tools/export_models.py draws them."""
    noise = (number * 2654435761 + 1) & 0xFFFFFFFF
    colours = []
    for _ in range(27):
        noise = (noise * 1664525 + 1013904223) & 0xFFFFFFFF
        colours.append(noise >> 24)
    return [bytes((colours[(3 * y // height * 3 + 3 * x // width) * 3 + c]
                   + (7 * x + 13 * y + number) % 32) & 255
                  for x in range(width) for c in range(3)) for y in range(height)]


def png(rows, width):
    def chunk(kind, data):
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
    head = struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows)))
            + chunk(b"IEND", b""))


def cosine(a, b):
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    return dot / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))


def embed(*arguments):
    done = subprocess.run([support.PROGRAM, "embed", "--quiet", *map(str, arguments)],
                          capture_output=True, text=True, timeout=300)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


class Embed(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write_pictures(self, reference):
        paths = []
        for picture in reference["pictures"]:
            width, height = picture["width"], picture["height"]
            path = self.folder / f"{picture['number']}.png"
            path.write_bytes(png(reference_picture(picture["number"], width, height), width))
            paths.append(path)
        return paths

    def test_vectors_are_pytorchs(self):
        for name in ("dinov2-tiny", "clip-tiny", "siglip-tiny"):
            reference = json.loads((DATA / name / "reference.json").read_text())
            manifest = json.loads((DATA / name / "manifest.json").read_text())
            paths = self.write_pictures(reference)
            status, lines, _ = embed("--models-dir", DATA, "--model", name, "--pixels", "exact",
                                     "--precision", "f32", *paths)
            self.assertEqual(status, 0)
            self.assertEqual([line["path"] for line in lines], [str(path) for path in paths])
            for line, picture in zip(lines, reference["pictures"], strict=True):
                self.assertEqual(line["model"], f"{name}@1")
                self.assertEqual(line["weights_sha256"], manifest["files"][0]["sha256"])
                self.assertGreaterEqual(cosine(line["embedding"], picture["embedding"]), 0.9999)

    def test_a_broken_file_stops_no_other(self):
        (self.folder / "a.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
        (self.folder / "b.png").write_bytes(png(reference_picture(1, 48, 48), 48))
        status, lines, _ = embed("--models-dir", DATA, "--model", "dinov2-tiny", self.folder)
        self.assertEqual(status, 0)
        self.assertEqual([sorted(line) for line in lines],
                         [["error", "path"], ["embedding", "model", "path", "weights_sha256"]])

    def test_nothing_to_embed(self):
        self.assertNotEqual(embed()[0], 0)
        (self.folder / "a.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
        status, _, messages = embed("--models-dir", DATA, "--model", "dinov2-tiny", self.folder)
        self.assertNotEqual(status, 0)
        self.assertIn("No image could be read", messages)


if __name__ == "__main__":
    support.main()
