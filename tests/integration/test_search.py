# SPDX-License-Identifier: Apache-2.0
"""Searching from the command line: the real program, model and index on real files."""
import json
import os
import pathlib
import pty
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = os.environ.get("ICA_TEST_PROGRAM", "")
ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
TIMEOUT_S = 240
MODEL = "efficientnet-lite2"

OK, INVALID, NO_IMAGE, NOT_FOUND, CANCELLED, UNAVAILABLE = 0, 2, 3, 5, 8, 9


class SearchTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ica-search-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.photos = self.folder / "photos"
        self.photos.mkdir()
        for path in SAMPLES.glob("*.jpg"):
            if path.name.split("-")[0] in ("mug", "candle"):
                shutil.copy2(path, self.photos)

    def environment(self, **extra):
        kept = {k: v for k, v in os.environ.items() if not k.startswith("ICA_")}
        return {**kept, "COLUMNS": "100", "XDG_DATA_HOME": str(self.folder / "data"), **extra}

    def run_program(self, *arguments, **environment):
        return subprocess.run([PROGRAM, *map(os.fspath, arguments)], capture_output=True,
                              cwd=self.folder, timeout=TIMEOUT_S, check=False,
                              env=self.environment(**environment))

    def works(self, *arguments, **environment):
        done = self.run_program(*arguments, **environment)
        self.assertEqual(done.returncode, OK, done.stderr)
        return done.stdout

    def fails(self, expected, message, *arguments, **environment):
        done = self.run_program(*arguments, **environment)
        self.assertEqual(done.returncode, expected, done.stderr)
        self.assertEqual(done.stdout, b"")
        self.assertIn(message, done.stderr.decode())

    def search(self, *arguments):
        return json.loads(self.works("search", "-f", "json", *arguments))

    def names(self, *arguments):
        return [r["image_id"] for r in self.search(*arguments)["results"]]

    # What it finds

    def test_what_looks_alike_comes_first(self):
        document = self.search("--image", SAMPLES / "mug-1.jpg", "photos")
        self.assertEqual(list(document), ["query", "model", "searched", "results"])
        self.assertEqual(document["query"], {"text": None, "image": str(SAMPLES / "mug-1.jpg")})
        self.assertEqual(document["model"]["id"], f"{MODEL}@1")
        self.assertEqual(len(document["model"]["weights_sha256"]), 64)
        self.assertEqual(document["searched"], 10)
        scores = [r["score"] for r in document["results"]]
        self.assertEqual(scores, sorted(scores, reverse=True))
        found = [r["image_id"] for r in document["results"]]
        self.assertEqual(found[0], "photos/mug-1.jpg")
        self.assertAlmostEqual(scores[0], 1, places=5)
        self.assertEqual({n.split("-")[0] for n in found[:5]}, {"photos/mug"})
        self.assertEqual(len(found), 10)
        again = self.search("--image", SAMPLES / "mug-1.jpg", "photos", "--threads", "1")
        self.assertEqual(again["results"], document["results"])

    def test_limit_threshold_and_several_folders(self):
        other = self.folder / "other"
        other.mkdir()
        shutil.copy(SAMPLES / "mug-1.jpg", other / "copy.jpg")
        query = ("--image", SAMPLES / "mug-1.jpg", "photos", "other/", "photos/../photos")
        self.assertEqual(self.names(*query, "--limit", "2"), ["photos/mug-1.jpg", "other/copy.jpg"])
        self.assertEqual(self.names(*query, "--threshold", "0.99"),
                         ["photos/mug-1.jpg", "other/copy.jpg"])
        self.assertEqual(self.search(*query)["searched"], 11)

    def test_formats(self):
        query = ("search", "--image", SAMPLES / "mug-2.jpg", "photos", "-n", "2")
        table = self.works(*query).decode()
        self.assertRegex(table, r"^ 1\.000  photos/mug-2\.jpg\n")
        self.assertIn(f"The nearest 2 of 10 images, by {MODEL}@1.", table)
        lines = [json.loads(l) for l in self.works(*query, "-f", "ndjson").splitlines()]
        self.assertEqual(lines[0]["image_id"], "photos/mug-2.jpg")
        self.assertEqual(len(lines), 2)
        paths = self.works(*query, "-f", "paths").decode().splitlines()
        self.assertEqual(paths, [l["image_id"] for l in lines])
        self.assertEqual(self.works(*query, "-f", "paths", "-0").decode(), "\0".join(paths) + "\0")
        self.fails(INVALID, "is not one of table, paths, html, ndjson, json.", *query, "-f", "csv")
        self.fails(INVALID, "--format paths", *query, "-0")

    def test_names_that_are_no_text(self):
        odd = [b"new\nline.jpg", b"\xff\xfe.jpg", b"<b>&.jpg", b"\x1b[31mred.jpg"]
        folder = self.folder / "odd"
        folder.mkdir()
        for name in odd:
            shutil.copy(SAMPLES / "clock-1.jpg", os.fsencode(folder) + b"/" + name)
        query = ("search", "--image", SAMPLES / "clock-1.jpg", "odd")
        paths = self.works(*query, "-f", "paths", "-0").split(b"\0")[:-1]
        self.assertEqual(sorted(paths), sorted(b"odd/" + name for name in odd))
        self.assertIn("odd/\ufffd\ufffd.jpg", self.names(*query[1:]))
        self.assertNotIn(b"\x1b", self.works(*query))
        self.works(*query, "-g", "page.html", "--copy-to", "out")
        self.assertNotIn("<b>&", (self.folder / "page.html").read_text())
        self.assertEqual(len(list((self.folder / "out").iterdir())), len(odd))

    def test_gallery_and_folders(self):
        query = ("search", "--image", SAMPLES / "mug-1.jpg", "photos", "-n", "3")
        self.works(*query, "--gallery", "page.html", "--link-to", "links")
        page = (self.folder / "page.html").read_text()
        self.assertEqual(page.count("data:image/jpeg;base64,/9j/"), 3)
        self.assertEqual(self.works(*query, "-f", "html").decode(), page)
        links = sorted((self.folder / "links").iterdir())
        self.assertEqual(len(links), 3)
        self.assertTrue(all(path.is_symlink() and path.exists() for path in links))
        self.fails(INVALID, "not empty", *query, "--link-to", "links")
        self.fails(INVALID, "--gallery photos: It is a folder.", *query, "--gallery", "photos")

    # What it keeps

    def rows(self):
        """(path, id) of all files of all current generations."""
        database = sqlite3.connect(self.folder / "data" / "image-cluster-ai" / "index.db")
        try:
            return {os.fsdecode(path): number for path, number in database.execute(
                "SELECT path, files.id FROM files JOIN generations ON generation = generations.id"
                " WHERE is_current")}
        finally:
            database.close()

    def test_only_what_changed_is_embedded(self):
        query = ("--image", SAMPLES / "mug-1.jpg", "photos", "-n", "1")
        self.search(*query)
        first = self.rows()
        self.search(*query)
        self.assertEqual(self.rows(), first)
        shutil.copy(SAMPLES / "clock-1.jpg", self.photos / "candle-1.jpg")
        (self.photos / "candle-2.jpg").unlink()
        shutil.copy(SAMPLES / "clock-2.jpg", self.photos / "new.jpg")
        self.assertEqual(self.names("--no-update", "--image", SAMPLES / "candle-2.jpg", "photos",
                                    "-n", "1"), ["photos/candle-2.jpg"])
        self.assertEqual(self.rows(), first)
        self.assertEqual(self.names("--image", SAMPLES / "clock-1.jpg", "photos", "-n", "2"),
                         ["photos/candle-1.jpg", "photos/new.jpg"])
        second = self.rows()
        self.assertEqual(set(first) - set(second), {"candle-2.jpg"})
        changed = {path for path in second if second[path] != first.get(path)}
        self.assertEqual(changed, {"candle-1.jpg", "new.jpg"})

    def test_bad_files_are_told_once(self):
        (self.photos / "cut.jpg").write_bytes((SAMPLES / "mug-1.jpg").read_bytes()[:400])
        (self.photos / "notes.txt").write_text("no image, and its name does not say so")
        (self.photos / "gone.jpg").symlink_to("nowhere")
        query = ("search", "--image", SAMPLES / "mug-1.jpg", "photos")
        first = self.run_program(*query)
        self.assertEqual(first.returncode, OK)
        self.assertIn(b"2 files in photos could not be read", first.stderr)
        self.assertIn(b"photos/cut.jpg: ", first.stderr)
        self.assertNotIn(b"notes.txt", first.stderr)
        second = self.run_program(*query)
        self.assertEqual(second.stdout, first.stdout)
        self.assertIn(b"1 file in photos could not be read", second.stderr)
        self.assertEqual(self.run_program(*query, "-q").stderr, b"")
        shutil.copy(SAMPLES / "mug-1.jpg", self.photos / "cut.jpg")
        self.assertIn("photos/cut.jpg", self.names(*query[1:]))

    def test_recursion(self):
        (self.photos / "deeper").mkdir()
        shutil.copy(SAMPLES / "clock-1.jpg", self.photos / "deeper")
        query = ("--image", SAMPLES / "clock-1.jpg", "photos", "-n", "1")
        self.assertEqual(self.names("-r", *query), ["photos/deeper/clock-1.jpg"])
        rows = self.rows()
        self.assertNotEqual(self.names(*query), ["photos/deeper/clock-1.jpg"])
        self.assertEqual(self.rows(), rows)
        shutil.rmtree(self.photos / "deeper")
        self.names("-r", *query)
        self.assertEqual(len(self.rows()), 10)

    def test_index_command(self):
        self.assertIn(b"Nothing is indexed yet", self.works("index"))
        self.works("index", "update", "photos")
        self.assertEqual(len(self.rows()), 10)
        listed = self.works("index", "list").decode()
        self.assertRegex(listed, rf"{MODEL}@1 +10 +0 .*{self.photos}\n")
        self.fails(NOT_FOUND, "with model other", "index", "remove", "photos", "--model", "other")
        shutil.rmtree(self.photos)
        self.works("index", "remove", self.photos)
        self.assertIn(b"Nothing is indexed yet", self.works("index", "list"))
        self.fails(NOT_FOUND, "is not in the index", "index", "remove", self.photos)
        self.fails(INVALID, "index takes list", "index", "forget")
        self.fails(INVALID, "index takes list", "index", "remove")

    def test_another_version_replaces_the_old_one_when_complete(self):
        query = ("--image", SAMPLES / "mug-1.jpg", "photos")
        before = self.search(*query)
        data = self.folder / "share"
        shutil.copytree(ROOT / "models", data / "models")
        (data / "concepts").symlink_to(ROOT / "data" / "concepts")
        (data / "weights").symlink_to(ROOT / "deps" / "models")
        path = data / "models" / f"{MODEL}.json"
        path.write_text(path.read_text().replace('"version": "1"', '"version": "2"'))
        newer = ("--data-dir", data)
        self.fails(INVALID, f"{MODEL}@1", "search", *query, "--no-update", *newer)
        rows = self.rows()
        after = self.search(*query, *newer)
        self.assertEqual(after["model"]["id"], f"{MODEL}@2")
        self.assertEqual(after["results"], before["results"])
        self.assertEqual(set(self.rows()), set(rows))
        self.assertFalse(set(self.rows().values()) & set(rows.values()))
        self.assertNotIn(f"{MODEL}@1", self.works("index", "list", *newer).decode())

    def many_photos(self, count):
        folder = self.folder / "many"
        folder.mkdir()
        samples = sorted(SAMPLES.glob("*.jpg"))
        for i in range(count):
            (folder / f"{i:04}.jpg").symlink_to(samples[i % len(samples)])

    def start_and_stop(self, how):
        """Begin to embed a large folder, and stop it when some of it is done."""
        self.many_photos(3000)
        index = self.folder / "data" / "image-cluster-ai" / "index.db"
        child = subprocess.Popen([PROGRAM, "index", "update", "many"], cwd=self.folder,
                                 stderr=subprocess.PIPE, env=self.environment())
        done = 0
        while done < 128 and child.poll() is None:
            time.sleep(0.05)
            if index.exists():
                database = sqlite3.connect(index, timeout=10)
                try:
                    done = database.execute("SELECT count(*) FROM vectors").fetchone()[0]
                except sqlite3.OperationalError:  # the tables are not there yet
                    pass
                database.close()
        child.send_signal(how)
        _, messages = child.communicate(timeout=TIMEOUT_S)
        for path in sorted((self.folder / "many").iterdir())[200:]:
            path.unlink()
        return child.returncode, messages, done

    def assert_goes_on(self, done):
        self.assertGreaterEqual(done, 128)
        before = sqlite3.connect(self.folder / "data" / "image-cluster-ai" / "index.db")
        kept = {n for (n,) in before.execute("SELECT file FROM vectors JOIN files ON file = id"
                                             " WHERE path < x'30323030'")}
        before.close()
        self.works("index", "update", "many")
        rows = self.rows()
        self.assertEqual(len(rows), 200)
        self.assertLessEqual(kept, set(rows.values()))

    def test_interrupted_update_goes_on(self):
        code, messages, done = self.start_and_stop(signal.SIGINT)
        self.assertEqual(code, CANCELLED, messages)
        self.assertIn(b"cancelled", messages)
        self.assert_goes_on(done)

    def test_killed_update_goes_on(self):
        code, _, done = self.start_and_stop(signal.SIGKILL)
        self.assertEqual(code, -signal.SIGKILL)
        self.assert_goes_on(done)

    def test_progress_on_a_terminal(self):
        self.many_photos(60)
        terminal, side = pty.openpty()
        with subprocess.Popen([PROGRAM, "index", "update", "many"], cwd=self.folder, stderr=side,
                              env=self.environment(TERM="xterm")) as child:
            os.close(side)
            shown = b""
            while True:
                try:
                    shown += os.read(terminal, 4096)
                except OSError:  # the other side is closed
                    break
        os.close(terminal)
        self.assertEqual(child.returncode, OK)
        self.assertIn(b"of 60", shown)
        self.assertTrue(shown.endswith(b"\r\x1b[K"), shown[-80:])

    # How it fails

    def test_arguments(self):
        self.fails(INVALID, 'search takes words and the folders', "search", "red shoes")
        self.fails(INVALID, "search --image takes the folders", "search", "-i", "a.jpg")
        self.fails(NOT_FOUND, "put in quotes", "search", "red", "shoes", "photos")
        self.fails(NOT_FOUND, "Folder gone: ", "search", "red shoes", "gone")
        self.fails(INVALID, "is no folder", "search", "mug", "photos/mug-1.jpg")
        self.fails(NOT_FOUND, "--image gone.jpg: ", "search", "-i", "gone.jpg", "photos")
        self.fails(NO_IMAGE, "test_search.py: ", "search", "-i", __file__, "photos")
        self.fails(INVALID, "no model named", "search", "-i", SAMPLES / "mug-1.jpg", "photos",
                   "--model", "nobody")
        self.fails(NOT_FOUND, "without --no-update", "search", "-i", SAMPLES / "mug-1.jpg",
                   "photos", "--no-update")
        empty = self.folder / "empty"
        (empty / "deeper").mkdir(parents=True)
        self.fails(INVALID, "There is no image in empty. Use --recursive", "search", "-i",
                   SAMPLES / "mug-1.jpg", "empty")

    # Words

    def add_words_model(self):
        """A model with a text tower, small and of random weights."""
        tiny = ROOT / "tests" / "data" / "models" / "clip-tiny"
        self.works("models", "add", tiny / "model.onnx", "--text", tiny / "text.onnx",
                   "--tokenizer", ROOT / "tests" / "data" / "tokenizers" / "clip.json")

    def test_words(self):
        self.fails(NOT_FOUND, "models pull clip-vit-b-32", "search", "a mug", "photos")
        self.add_words_model()
        document = self.search("a mug", "photos")
        self.assertEqual(document["query"], {"text": "a mug", "image": None})
        self.assertEqual(document["model"]["id"], "clip-tiny@1")
        scores = [r["score"] for r in document["results"]]
        self.assertEqual((len(scores), document["searched"]), (10, 10))
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertTrue(all(-1 <= score <= 1 for score in scores))
        self.assertEqual(self.search("a mug", "photos", "--no-update"), document)
        self.assertNotEqual([r["score"] for r in self.search("candles", "photos")["results"]],
                            scores)
        self.fails(INVALID, "no words", "search", " ", "photos")

    def test_two_models_are_side_by_side(self):
        self.add_words_model()
        words = self.search("a mug", "photos")
        query = ("--image", SAMPLES / "mug-1.jpg", "photos", "--threshold", "0.99")
        alike = self.search(*query)
        self.assertEqual(alike["model"]["id"], "clip-tiny@1")  # the folder has its vectors
        alike = self.search(*query, "--model", MODEL)
        self.assertEqual(alike["model"]["id"], f"{MODEL}@1")
        self.assertEqual(self.search(*query, "--no-update"), alike)
        self.assertEqual(self.search("a mug", "photos", "--no-update"), words)
        self.assertEqual(self.works("index", "list").count(b"@1 "), 2)
        self.works("index", "remove", "--model", MODEL, "photos")
        self.assertEqual(self.search("a mug", "photos", "--no-update"), words)

    def test_words_need_a_model_that_reads_them(self):
        self.fails(INVALID, "reads no words", "search", "mug", "photos", "--model", MODEL)

    def test_index_that_cannot_be_used(self):
        query = ("search", "-i", SAMPLES / "mug-1.jpg", "photos", "--index", "my.db")
        (self.folder / "my.db").write_bytes(b"This is no database at all, but a text of some length.")
        self.fails(NO_IMAGE, "my.db is damaged or is no index", *query)
        (self.folder / "my.db").unlink()
        self.works(*query)
        database = sqlite3.connect(self.folder / "my.db")
        database.execute("PRAGMA user_version = 7")
        database.close()
        self.fails(UNAVAILABLE, "newer version", *query)
        self.fails(INVALID, "give --index FILE", *query[:-2], XDG_DATA_HOME="", HOME="")


if __name__ == "__main__":
    if not (ROOT / "deps" / "models" / MODEL).is_dir():
        print(f"skipped: the model {MODEL} is not installed")
        sys.exit(77)
    unittest.main()
