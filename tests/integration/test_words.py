# SPDX-License-Identifier: Apache-2.0
"""Groups described in the words that the model itself reads: the describer zero-shot, and phrases."""
import json
import pathlib
import subprocess
import tempfile
import unittest

import server as support

TESTS = pathlib.Path(__file__).resolve().parents[1]
CLIP = TESTS / "data" / "models" / "clip-tiny"
SAMPLES = sorted((TESTS.parent / "samples").glob("*.jpg"))[:8]


def run(*arguments):
    return subprocess.run([support.PROGRAM, *map(str, arguments)], capture_output=True, text=True,
                          timeout=600)


class Words(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.store = self.folder / "store"
        self.phrases = self.folder / "phrases.txt"
        self.phrases.write_text("# of this test\na clock\n  a balloon\n")

    def add_clip(self):
        done = run("models", "add", CLIP / "model.onnx", "--text", CLIP / "text.onnx",
                   "--tokenizer", TESTS / "data" / "tokenizers" / "clip.json", "--preset", "clip",
                   "--name", "clip-tiny", "--models-dir", self.store)
        self.assertEqual(done.returncode, 0, done.stderr)

    def cluster(self, *options):
        return run("cluster", *SAMPLES, "--models-dir", self.store, "--cache-dir",
                   self.folder / "cache", "--quiet", "--format", "json", *options)

    def test_it_is_the_default_of_a_model_that_reads_words(self):
        self.add_clip()
        first, second = (json.loads(self.cluster("--model", "clip-tiny").stdout) for _ in "ab")
        self.assertEqual(first["describer"], "zero-shot")
        self.assertTrue(all(group["description"] for group in first["clusters"]))
        self.assertEqual(first["clusters"], second["clusters"])  # words come from the cache
        self.assertEqual(len(list((self.folder / "cache").glob("words-*.f32"))), 1)
        other = json.loads(self.cluster("--model", "clip-tiny", "--describer", "none").stdout)
        self.assertEqual(other["describer"], "none")

    def test_phrases_name_the_groups(self):
        self.add_clip()
        document = json.loads(self.cluster("--model", "clip-tiny", "--phrases",
                                           self.phrases).stdout)
        self.assertEqual(document["describer"], "zero-shot")
        for group in document["clusters"]:
            self.assertRegex(group["description"], r"^a (clock|balloon)( \(\d+\))?$")
            self.assertEqual(len(group["evidence"]), 2)

    def test_phrases_that_nobody_reads_are_refused(self):
        for words in ("none is installed", "needs a model that reads words"):
            done = self.cluster("--phrases", self.phrases)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(words, done.stderr)
            self.add_clip() if words.startswith("none") else None
        done = self.cluster("--describer", "zero-shot")
        self.assertIn("text tower", done.stderr)
        self.phrases.write_bytes(b"fine\nnot \xff text\n")
        done = self.cluster("--model", "clip-tiny", "--phrases", self.phrases)
        self.assertIn("Line 2", done.stderr)


if __name__ == "__main__":
    support.main()
