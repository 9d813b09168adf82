# SPDX-License-Identifier: Apache-2.0
"""The folder that a server keeps indexed, and searches of it."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

import server as support
from server import Server

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
MODEL = "efficientnet-lite2"
PATIENCE_S = 240


class LibraryTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ica-library-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.photos = self.folder / "photos"
        (self.photos / "deep").mkdir(parents=True)
        for path in SAMPLES.glob("*.jpg"):
            kind = path.name.split("-")[0]
            if kind in ("mug", "candle"):
                shutil.copy2(path, self.photos / "deep" if kind == "mug" else self.photos)

    def serve(self, *flags):
        return Server("--library", str(self.photos), "--index", str(self.folder / "index.db"),
                      *flags)

    def wait(self, server, condition):
        """The library's status as soon as it fulfils the condition."""
        end = time.monotonic() + PATIENCE_S
        while True:
            answer = server.request("GET", "/v1/library")
            self.assertEqual(answer.status, 200, answer.body)
            if condition(answer.json):
                return answer.json
            self.assertLess(time.monotonic(), end, answer.json)
            time.sleep(0.05)

    def wait_until_idle(self, server):
        return self.wait(server, lambda status: status["state"] == "idle" and status["model"])

    def search(self, server, status=200, **parameters):
        path = "/v1/search?" if "text" in parameters else "/v1/similar?"
        answer = server.request("GET", path + urllib.parse.urlencode(parameters))
        self.assertEqual(answer.status, status, answer.body)
        return answer.json

    def names(self, server, **parameters):
        return [r["image_id"] for r in self.search(server, **parameters)["results"]]

    def test_searches(self):
        with self.serve() as server:
            status = self.wait_until_idle(server)
            self.assertEqual(status["folder"], str(self.photos))
            self.assertEqual(status["model"]["id"], f"{MODEL}@1")
            self.assertEqual((status["images"], status["failed"]), (10, 0))
            self.assertEqual((status["next_model"], status["error"]), (None, None))
            document = self.search(server, image_id="deep/mug-1.jpg", limit=5)
            self.assertEqual(document["query"], {"text": None, "image": "deep/mug-1.jpg"})
            self.assertEqual(document["model"], status["model"])
            self.assertEqual(document["searched"], 10)
            self.assertEqual({r["image_id"][:8] for r in document["results"]}, {"deep/mug"})
            self.assertEqual(self.names(server, image_id="candle-1.jpg", threshold="0.99"),
                             ["candle-1.jpg"])
            self.assertIn("reads no words", self.search(server, 400, text="a mug")["detail"])
            self.assertIn("no image nobody.jpg", self.search(server, 404, image_id="nobody.jpg")["detail"])
            for field, parameters in (("image_id", {}), ("limit", {"image_id": "a", "limit": "0"}),
                                      ("threshold", {"image_id": "a", "threshold": "2"}),
                                      ("text", {"text": ""}), ("colour", {"colour": "red"}),
                                      ("image_id", {"text": "a", "image_id": "b"})):
                self.assertEqual(self.search(server, 422, **parameters)["field"], field)
            twice = server.request("GET", "/v1/similar?image_id=a&image_id=b")
            self.assertEqual((twice.status, twice.json["field"]), (422, "image_id"))

    def test_words(self):
        tiny = ROOT / "tests" / "data" / "models" / "clip-tiny"
        store = ("--models-dir", str(self.folder / "store"))
        subprocess.run([support.PROGRAM, "models", "add", tiny / "model.onnx", "--text",
                        tiny / "text.onnx", "--tokenizer",
                        ROOT / "tests" / "data" / "tokenizers" / "clip.json", *store],
                       check=True, capture_output=True)
        with self.serve("--model", "clip-tiny", *store) as server:
            self.wait_until_idle(server)
            document = self.search(server, text="a mug", limit=3)
            self.assertEqual(document["query"], {"text": "a mug", "image": None})
            self.assertEqual((len(document["results"]), document["searched"]), (3, 10))
            self.assertEqual(self.search(server, text="a mug", limit=3), document)
            self.assertIn("no words", self.search(server, 400, text=" ")["detail"])
        # Another model: until its vectors are complete, the words of the old one are answered.
        self.many_photos(200)
        with self.serve("--model", MODEL, *store) as server:
            self.wait(server, lambda status: status["done"] > 0)
            self.assertEqual(self.search(server, text="a mug", limit=3), document)
            status = self.wait_until_idle(server)
            self.assertEqual(status["model"]["name"], MODEL)
            self.assertEqual(self.search(server, image_id="candle-1.jpg")["model"]["name"], MODEL)

    def test_updates(self):
        with self.serve() as server:
            self.wait_until_idle(server)
            (self.photos / "candle-1.jpg").unlink()
            shutil.copy(SAMPLES / "mug-1.jpg", self.photos / "new.jpg")
            (self.photos / "bad.jpg").write_bytes(b"no image")
            self.assertEqual(server.request("POST", "/v1/library/update").status, 200)
            self.wait(server, lambda s: (s["images"], s["failed"]) == (10, 1))
            self.assertEqual(self.names(server, image_id="new.jpg", limit=2),
                             ["deep/mug-1.jpg", "new.jpg"])
            self.search(server, 404, image_id="candle-1.jpg")

    def test_looks_from_time_to_time(self):
        with self.serve("--library-interval", "1") as server:
            self.wait_until_idle(server)
            shutil.copy(SAMPLES / "clock-1.jpg", self.photos)
            self.wait(server, lambda status: status["images"] == 11)
            kept = self.folder / "kept"
            self.photos.rename(kept)
            status = self.wait(server, lambda status: status["error"])
            self.assertEqual(status["images"], 11)  # a folder that is away is not empty
            kept.rename(self.photos)
            self.assertEqual(self.wait(server, lambda s: not s["error"])["images"], 11)

    def many_photos(self, count):
        samples = sorted(SAMPLES.glob("*.jpg"))
        for i in range(count):
            (self.photos / f"many{i:04}.jpg").symlink_to(samples[i % len(samples)])

    def test_a_new_model_is_swapped_in_when_its_vectors_are_complete(self):
        with self.serve() as server:
            old = self.wait_until_idle(server)["model"]
        data = self.folder / "share"
        shutil.copytree(ROOT / "models", data / "models")
        (data / "concepts").symlink_to(ROOT / "data" / "concepts")
        (data / "weights").symlink_to(ROOT / "deps" / "models")
        path = data / "models" / f"{MODEL}.json"
        path.write_text(path.read_text().replace('"version": "1"', '"version": "2"'))
        self.many_photos(200)
        with self.serve("--data-dir", str(data)) as server:
            status = self.wait(server, lambda status: status["done"] > 0)
            self.assertEqual(status["model"], old)
            self.assertEqual(status["images"], 10)
            self.assertEqual(status["next_model"]["id"], f"{MODEL}@2")
            document = self.search(server, image_id="deep/mug-1.jpg", limit=1)
            self.assertEqual((document["model"], document["searched"]), (old, 10))
            status = self.wait(server, lambda status: not status["next_model"])
            self.assertEqual((status["model"]["id"], status["images"]), (f"{MODEL}@2", 210))
            document = self.search(server, image_id="deep/mug-1.jpg", limit=1)
            self.assertEqual((document["model"], document["searched"]), (status["model"], 210))

    def test_stops_in_the_middle_and_goes_on(self):
        self.many_photos(3000)
        with self.serve() as server:
            self.wait(server, lambda status: status["done"] >= 130)
            self.search(server, 503, image_id="deep/mug-1.jpg")
            self.assertEqual(server.stop(), 0)
        for path in self.photos.glob("many*.jpg"):
            if path.name > "many0150":
                path.unlink()
        with self.serve() as server:
            status = self.wait_until_idle(server)
            self.assertLess(status["total"], 160)  # what was done was kept
            self.assertEqual(status["images"], 160)

    def test_server_without_a_library(self):
        with Server() as server:
            self.assertEqual(server.request("GET", "/v1/library").json["state"], "off")
            self.assertIn("--library", self.search(server, 409, image_id="a.jpg")["detail"])
            self.assertEqual(server.request("POST", "/v1/library/update").status, 409)

    def test_folder_that_is_none(self):
        for path in (self.folder / "gone", self.photos / "candle-1.jpg"):
            with self.assertRaisesRegex(RuntimeError, f"--library: .*{path}"):
                Server("--library", str(path), "--index", str(self.folder / "index.db"))


if __name__ == "__main__":
    if not (ROOT / "deps" / "models" / MODEL).is_dir():
        print(f"skipped: the model {MODEL} is not installed")
        sys.exit(77)
    unittest.main()
