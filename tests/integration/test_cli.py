# SPDX-License-Identifier: Apache-2.0
"""The command line, as people use it: the real program on real files."""
import csv
import http.server
import io
import json
import os
import pathlib
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from server import hierarchy_without_order

PROGRAM = os.environ.get("ICA_TEST_PROGRAM", "")
ROOT = pathlib.Path(__file__).resolve().parents[2]
IMAGES = ROOT / "tests" / "data" / "images"
HELP = ROOT / "tests" / "data" / "cli"
TIMEOUT_S = 240

# Exit codes, as --help lists them.
OK, INVALID, NO_IMAGE, TOO_LARGE, NOT_FOUND, BUSY, CANCELLED = 0, 2, 3, 4, 5, 7, 8


def clean_environment(**extra):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ICA_")}
    return {**kept, "COLUMNS": "100", "XDG_DATA_HOME": "/nonexistent", **extra}


def run(*arguments, cwd=None, **environment):
    return subprocess.run([PROGRAM, *map(os.fspath, arguments)], capture_output=True, cwd=cwd,
                          timeout=TIMEOUT_S, env=clean_environment(**environment), check=False)


def groups(document):
    """The partition, by content: a sorted list of sorted lists of ids."""
    return sorted(sorted(c["image_ids"]) for c in document["clusters"])


class CliTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.samples = sorted(p for p in (ROOT / "samples").glob("*.jpg")
                             if p.name.split("-")[0] in ("balloon", "mug", "candle"))

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ica-cli-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def photos(self, name="photos", count=8):
        folder = self.folder / name
        folder.mkdir()
        for path in self.samples[:count]:
            shutil.copy(path, folder)
        return folder

    def many_photos(self, count):
        folder = self.folder / "many"
        folder.mkdir()
        for i in range(count):
            (folder / f"{i:04}.jpg").symlink_to(self.samples[i % len(self.samples)])
        return folder

    def cluster(self, *arguments, **kept):
        done = run("cluster", *arguments, "--format", "json", cwd=self.folder, **kept)
        self.assertEqual(done.returncode, OK, done.stderr)
        return json.loads(done.stdout), done.stderr.decode()

    # What it gives

    def test_json_is_the_documented_answer(self):
        self.photos()
        document, messages = self.cluster("photos/")
        self.assertEqual(messages, "")
        self.assertEqual(list(document), [
            "clusters", "images", "errors", "hierarchy", "near_duplicates", "model", "strategy",
            "granularity", "approximate", "recall", "duplicate_threshold", "reason", "describer",
            "language", "timings"])
        ids = [i for c in document["clusters"] for i in c["image_ids"]]
        self.assertEqual(sorted(ids), sorted(i["id"] for i in document["images"]))
        self.assertEqual(sorted(ids), sorted(f"photos/{p.name}" for p in self.samples[:8]))
        for number, cluster in enumerate(document["clusters"]):
            self.assertEqual(list(cluster)[:3], ["name", "image_ids", "description"])
            self.assertEqual(cluster["name"], number)
            self.assertNotEqual(cluster["description"], "")
            self.assertEqual(cluster["medoid"], cluster["image_ids"][0])
            self.assertEqual(cluster["size"], len(cluster["image_ids"]))
        self.assertEqual(document["model"]["id"], "efficientnet-lite2@1")

    def test_same_groups_in_any_order_with_any_threads(self):
        folder = self.photos()
        names = [f"photos/{p.name}" for p in folder.iterdir()]
        expected = None
        for threads, order in ((1, sorted(names)), (2, sorted(names)[::-1]), (5, names),
                               (8, names[::-1])):
            document, _ = self.cluster("--threads", str(threads), *order)
            document.pop("timings")
            document["hierarchy"] = hierarchy_without_order(document)
            document["images"].sort(key=lambda image: image["id"])
            expected = expected or document
            self.assertEqual(document, expected)

    def test_other_formats(self):
        self.photos(count=3)
        table = run("cluster", "photos", cwd=self.folder)
        self.assertEqual(table.returncode, OK)
        self.assertIn(b"3 images in ", table.stdout)
        self.assertNotIn(b"\x1b", table.stdout + table.stderr)
        rows = list(csv.DictReader(io.StringIO(
            run("cluster", "photos", cwd=self.folder, ICA_FORMAT="csv").stdout.decode())))
        self.assertEqual([r["path"] for r in rows], [f"photos/{p.name}" for p in self.samples[:3]])
        lines = run("cluster", "photos", "-f", "ndjson", cwd=self.folder).stdout.splitlines()
        self.assertEqual([json.loads(l)["id"] for l in lines], [r["path"] for r in rows])

    def test_gallery(self):
        self.photos(count=3)
        done = run("cluster", "-q", "photos", "--gallery", "page.html", cwd=self.folder)
        self.assertEqual((done.returncode, done.stderr), (OK, b""))
        page = (self.folder / "page.html").read_text()
        self.assertEqual(page.count("data:image/jpeg;base64,/9j/"), 3)
        for foreign in ("http:", "https:", "<script", "file:"):
            self.assertNotIn(foreign, page.split("<body>")[1])

    def test_folders(self):
        self.photos(count=4)
        for flag in ("--copy-to", "--link-to"):
            done = run("cluster", "photos", flag, "out" + flag, cwd=self.folder)
            self.assertEqual(done.returncode, OK, done.stderr)
            placed = sorted(p for p in (self.folder / ("out" + flag)).rglob("*.jpg"))
            self.assertEqual(sorted(p.name for p in placed), [p.name for p in self.samples[:4]])
            for path in placed:
                self.assertEqual(path.is_symlink(), flag == "--link-to")
                self.assertEqual(path.read_bytes(), (ROOT / "samples" / path.name).read_bytes())
            again = run("cluster", "photos", flag, "out" + flag, cwd=self.folder)
            self.assertEqual(again.returncode, INVALID)
            self.assertIn(b"not empty", again.stderr)

    def test_cluster_name_text_and_describe_none(self):
        self.photos(count=3)
        document, _ = self.cluster("photos", "--cluster-name", "text")
        self.assertEqual([c["name"] for c in document["clusters"]],
                         [c["description"] for c in document["clusters"]])
        document, _ = self.cluster("photos", "--describer", "none", "--noise", "group")
        self.assertEqual({c["description"] for c in document["clusters"]}, {""})

    def models_with_blip(self):
        """The usual weights, and a captioning model that is small and has learned nothing."""
        folder = self.folder / "models"
        folder.mkdir()
        (folder / "efficientnet-lite2").symlink_to(ROOT / "deps" / "models" / "efficientnet-lite2")
        shutil.copytree(ROOT / "tests" / "data" / "blip", folder / "blip")
        return folder

    def test_blip_looks_at_pictures(self):
        self.photos()
        models = self.models_with_blip()
        blip = ("--describer", "blip", "--models-dir", models)
        document, messages = self.cluster("photos", *blip)
        self.assertEqual(messages, "")
        self.assertEqual(document["describer"], "blip")
        texts = [c["description"] for c in document["clusters"]]
        self.assertEqual(len(set(texts)), len(texts))
        self.assertEqual({c["description_note"] for c in document["clusters"]}, {None})
        again, _ = self.cluster("photos", *blip, "--threads", "1")
        self.assertEqual([c["description"] for c in again["clusters"]], texts)
        joined, _ = self.cluster("photos", *blip, "--strategy", "poc")
        counts = [c["description"].count(" / ") for c in joined["clusters"]]
        self.assertGreater(max(counts), 0)  # fewer where a caption has no word
        for count, cluster in zip(counts, joined["clusters"]):
            self.assertLess(count, min(3, cluster["size"]))

    def test_blip_that_cannot_be_used(self):
        self.photos()
        models = self.models_with_blip()
        with (models / "blip" / "vision.bin").open("ab") as file:
            file.write(b"x")
        self.assert_fails(INVALID, "vision.bin", "cluster", "photos", "--describer", "blip",
                          "--models-dir", models)
        document, messages = self.cluster("photos", "--models-dir", models)
        self.assertEqual(document["describer"], "concepts")
        self.assertIn("vision.bin", messages)
        # The right size, another content: it shows when the model is read, and others describe.
        shutil.copy(ROOT / "tests" / "data" / "blip" / "vision.bin", models / "blip")
        with (models / "blip" / "vision.bin").open("r+b") as file:
            file.write(b"x")
        document, _ = self.cluster("photos", "--describer", "blip", "--models-dir", models)
        for cluster in document["clusters"]:
            self.assertIn("SHA-256", cluster["description_note"])
            self.assertNotEqual(cluster["description"], "")
        shutil.rmtree(models / "blip")
        self.assert_fails(NOT_FOUND, "tools/export_blip.py", "cluster", "photos", "--describer",
                          "blip", "--models-dir", models)

    def test_progress_on_a_terminal(self):
        self.many_photos(60)
        terminal, side = pty.openpty()
        with subprocess.Popen([PROGRAM, "cluster", "many"], cwd=self.folder, stderr=side,
                              stdout=subprocess.PIPE, env=clean_environment(TERM="xterm")) as child:
            os.close(side)
            shown = b""
            while True:
                try:
                    shown += os.read(terminal, 4096)
                except OSError:  # the other side is closed
                    break
            table = child.stdout.read()
        os.close(terminal)
        self.assertEqual(child.returncode, OK)
        self.assertIn(b"of 60", shown)
        self.assertTrue(shown.endswith(b"\r\x1b[K"), shown[-80:])  # erased
        self.assertNotIn(b"\x1b", table)

    # What it copes with

    def test_bad_files_are_told_and_disturb_no_other(self):
        folder = self.photos(count=3)
        alone, _ = self.cluster("photos")
        jpeg = self.samples[0].read_bytes()
        bad = {
            "empty.jpg": b"",
            "text.jpg": b"This is a text and no image at all, whatever its name says.\n",
            "cut.jpg": jpeg[:400],
            "noise.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        }
        for name, content in bad.items():
            (folder / name).write_bytes(content)
        (folder / "notes.txt").write_text("skipped")
        (folder / "gone.jpg").symlink_to("nowhere")
        shutil.copy(IMAGES / "60000x60000.png", folder / "huge.png")
        document, messages = self.cluster("photos")
        self.assertEqual(groups(document), groups(alone))
        names = {f"photos/{n}" for n in (*bad, "gone.jpg", "huge.png")}
        self.assertEqual({e["file"] for e in document["errors"]}, names)
        for error in document["errors"]:
            self.assertRegex(error["reason"], r"\.$")
            self.assertIn(f"{error['file']}: {error['reason']}", messages)
        self.assertIn("6 of 9 files could not be read", messages)
        self.assertIn("1 file skipped", messages)

    def test_files_that_vanish_are_told(self):
        folder = self.many_photos(300)
        late = sorted(folder.iterdir())[200:]
        terminal, side = pty.openpty()
        with tempfile.TemporaryFile() as answer:
            with subprocess.Popen([PROGRAM, "cluster", "many", "-f", "json"], cwd=self.folder,
                                  stderr=side, stdout=answer,
                                  env=clean_environment(TERM="xterm")) as child:
                os.close(side)
                messages = os.read(terminal, 1)  # progress: the folder is listed, few are read
                for path in late:
                    path.unlink()
                try:
                    while True:
                        messages += os.read(terminal, 4096)
                except OSError:  # the other side is closed
                    os.close(terminal)
            answer.seek(0)
            document = json.load(answer)
        self.assertEqual(child.returncode, OK)
        self.assertEqual(len(document["images"]), 200)
        self.assertEqual([e["file"] for e in document["errors"]],
                         [f"many/{path.name}" for path in late])
        self.assertEqual({e["code"] for e in document["errors"]}, {"not found"})
        self.assertIn(b"many/0200.jpg: No such file", messages)

    def test_max_images_counts_images_only(self):
        folder = self.photos(count=3)
        for i in range(3):
            (folder / f"{i}.txt").write_text("text")
        document, _ = self.cluster("photos", "--max-images", "3")
        self.assertEqual(len(document["images"]), 3)
        self.assert_fails(INVALID, "--max-images: Too many images: the limit is 2.",
                          "cluster", "photos", "--max-images", "2")

    def test_odd_names(self):
        folder = self.folder / "odd"
        folder.mkdir()
        names = [b"a'b\"c.jpg", b"new\nline.jpg", b"\xf0\x9f\x90\x95.jpg", b"\xff\xfe.jpg",
                 b"-r.jpg", b"<b>&.jpg", b"\x1b[31mred.jpg"]
        for name, path in zip(names, self.samples):
            shutil.copy(path, os.fsencode(folder) + b"/" + name)
        document, _ = self.cluster("odd", "--copy-to", "out", "--gallery", "page.html")
        self.assertEqual(len(document["images"]), len(names))
        ids = {i["id"] for i in document["images"]}
        self.assertIn("odd/new\ufffdline.jpg", ids)
        self.assertIn("odd/\ufffd\ufffd.jpg", ids)
        self.assertEqual(sum(p.is_file() for p in (self.folder / "out").rglob("*")), len(names))
        self.assertNotIn("<b>&", (self.folder / "page.html").read_text())
        table = run("cluster", "odd", cwd=self.folder).stdout
        self.assertNotIn(b"\x1b", table)

    def test_content_decides_and_not_the_name(self):
        folder = self.photos(count=2)
        (folder / self.samples[0].name).rename(folder / "no extension")
        shutil.copy(IMAGES / "colour.png", folder / "png.jpg")
        document, _ = self.cluster("photos")
        self.assertEqual({i["id"]: i["format"] for i in document["images"]}["photos/png.jpg"], "png")
        self.assertEqual(len(document["images"]), 3)

    def test_link_loops_and_recursion(self):
        folder = self.photos(count=2)
        (folder / "deeper").mkdir()
        shutil.copy(self.samples[5], folder / "deeper")
        (folder / "deeper" / "up").symlink_to("..")
        document, _ = self.cluster("photos")
        self.assertEqual(len(document["images"]), 2)
        document, _ = self.cluster("-r", "photos")
        self.assertEqual(len(document["images"]), 3)
        self.assertIn(f"photos/deeper/{self.samples[5].name}",
                      [i["id"] for i in document["images"]])

    def test_the_same_file_twice(self):
        shutil.copy(self.samples[0], self.folder / "a.jpg")
        document, _ = self.cluster("a.jpg", "a.jpg")
        self.assertEqual([i["id"] for i in document["images"]], ["a.jpg", "a (2).jpg"])

    # How it fails

    def assert_fails(self, expected, message, *arguments, **environment):
        done = run(*arguments, cwd=self.folder, **environment)
        self.assertEqual(done.returncode, expected, done.stderr)
        self.assertEqual(done.stdout, b"")
        self.assertIn(message, done.stderr.decode())

    def test_another_classifier_looks_for_a_model_without_one(self):
        weights = pathlib.Path(PROGRAM).parents[1] / "share" / "image-cluster-ai" / "weights"
        data = self.folder / "data"
        (data / "models").mkdir(parents=True)
        (data / "weights").mkdir()
        shutil.copytree(ROOT / "data" / "concepts", data / "concepts")
        name = "efficientnet-lite2"
        manifest = json.loads((ROOT / "models" / f"{name}.json").read_text())
        (data / "models" / f"{name}.json").write_text(json.dumps(manifest))
        bare = {k: v for k, v in manifest.items()
                if k not in ("classifier_output", "classes", "class_set")}
        (data / "models" / "bare.json").write_text(
            json.dumps({**bare, "name": "bare", "ports": ["embedder"]}))
        for model in (name, "bare"):
            (data / "weights" / model).symlink_to((weights / name).resolve())
        document, _ = self.cluster(self.photos(count=len(self.samples)), "--data-dir", data,
                                   "--model", "bare")
        texts = {c["description"] for c in document["clusters"]}
        self.assertTrue(any("balloons" in text for text in texts), texts)
        self.assertTrue(any("mugs" in text for text in texts), texts)

    # Own concepts
    def concepts(self, *arguments):
        return run("concepts", *arguments, "--own-concepts", "taught/own.json", cwd=self.folder)

    def test_own_concepts_name_groups(self):
        examples = self.folder / "examples"
        examples.mkdir()
        for path in self.samples:
            if path.name.startswith("balloon"):
                shutil.copy(path, examples)
        self.assertIn(b"no own concepts yet", self.concepts("list").stdout)
        taught = self.concepts("add", "Party line", "examples")
        self.assertEqual(taught.returncode, OK, taught.stderr)
        self.assertIn(b'Learnt "Party line" from', taught.stdout)
        listed = self.concepts("list").stdout.decode()
        self.assertIn("Party line", listed)
        self.assertIn("efficientnet-lite2", listed)
        photos = self.photos(count=len(self.samples))
        told = json.loads(run("cluster", photos, "--format", "json", "--quiet", "--own-concepts",
                              "taught/own.json", cwd=self.folder).stdout)
        named = {c["description"]: c for c in told["clusters"]}
        self.assertIn("Party line", named)
        self.assertTrue(all("balloon" in i for i in named["Party line"]["image_ids"]))
        self.assertEqual(named["Party line"]["evidence"][0]["concept"], "Party line")
        self.assertEqual(self.concepts("remove", "Party line").returncode, OK)
        self.assertEqual(self.concepts("remove", "Party line").returncode, NOT_FOUND)

    def test_own_concepts_that_cannot_be_learnt(self):
        self.photos(count=2)
        self.assert_fails(INVALID, "at least 3", "concepts", "add", "few", "photos")
        self.assert_fails(INVALID, "a name and the folder", "concepts", "add", "few")
        self.assert_fails(INVALID, "1 to 63 bytes", "concepts", "add", "x" * 64, "photos")
        self.assert_fails(INVALID, "list or remove", "concepts", "learn", "few", "photos")
        (self.folder / "own.json").write_text("{")
        self.assert_fails(NO_IMAGE, "own.json, line 1", "concepts", "list", "--own-concepts",
                          self.folder / "own.json")
        # A damaged file is told of, and the images are grouped all the same.
        done = run("cluster", "photos", "--own-concepts", self.folder / "own.json", cwd=self.folder)
        self.assertEqual(done.returncode, OK)
        self.assertIn("own.json, line 1", done.stderr.decode())

    def test_exit_codes(self):
        self.photos(count=1)
        (self.folder / "empty").mkdir()
        (self.folder / "texts").mkdir()
        (self.folder / "outer" / "inner").mkdir(parents=True)
        (self.folder / "texts" / "a.txt").write_text("text")
        (self.folder / "text.jpg").write_text("text")
        self.assert_fails(INVALID, "Usage: image-cluster-ai")
        self.assert_fails(INVALID, "--prot", "serve", "--prot", "1")
        self.assert_fails(INVALID, "ICA_PORT", "serve", ICA_PORT="0x50")
        self.assert_fails(INVALID, "table", "cluster", "photos", "--format", "xml")
        self.assert_fails(INVALID, "no model", "cluster", "photos", "--model", "none")
        self.assert_fails(INVALID, "describer", "cluster", "photos", "--describer", "poetry")
        self.assert_fails(INVALID, "There is no image in empty", "cluster", "empty")
        self.assert_fails(INVALID, "There is no image in texts", "cluster", "texts")
        self.assert_fails(INVALID, "--recursive", "cluster", "outer")
        self.assert_fails(INVALID, "1 to 1000000", "cluster", ".", "--max-images", "0")
        self.assert_fails(NO_IMAGE, "text.jpg: ", "cluster", "text.jpg")
        self.assert_fails(TOO_LARGE, "limit", "cluster", "photos", "--max-file-size", "1K")
        self.assert_fails(TOO_LARGE, "limit", "cluster", "photos", "--max-pixels", "1000")
        shutil.copy(IMAGES / "60000x60000.png", self.folder / "huge.png")
        self.assert_fails(TOO_LARGE, "With fast instead of exact pixels", "cluster", "huge.png",
                          "--pixels", "exact", "--max-pixels", "4000000000")
        self.assert_fails(NOT_FOUND, "no/where", "cluster", "no/where")
        self.assert_fails(NOT_FOUND, "no.ini", "cluster", "photos", "--config", "no.ini")
        self.assert_fails(NOT_FOUND, "--gallery no/page.html", "cluster", "photos", "--gallery",
                          "no/page.html")

    def test_full_disk_is_an_error(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full")
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAM, "version"], stdout=full, stderr=subprocess.PIPE,
                                  env=clean_environment(), check=False, timeout=TIMEOUT_S)
        self.assertEqual(done.returncode, 5)
        self.assertIn(b"Standard output", done.stderr)

    def test_interrupt(self):
        self.many_photos(5000)
        with subprocess.Popen([PROGRAM, "cluster", "many"], cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=clean_environment()) as child:
            time.sleep(1)
            child.send_signal(signal.SIGINT)
            out, messages = child.communicate(timeout=TIMEOUT_S)
        self.assertEqual((child.returncode, out), (CANCELLED, b""))
        self.assertIn(b"cancelled", messages)

    # The other commands

    def test_help_version_models(self):
        for arguments in (["--help"], ["help"], ["cluster", "--help"], ["help", "serve"],
                          ["health", "-h"], ["models", "--help"]):
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stderr), (OK, b""), arguments)
            self.assertIn(b"Exit codes:", done.stdout)
            self.assertIn(b"image-cluster-ai", done.stdout)
            self.assertEqual(run(*arguments, COLUMNS="40").stdout, done.stdout)
        version = run("version")
        self.assertRegex(version.stdout.decode(), r"^image-cluster-ai \d+\.\d+\.\d+\n$")
        self.assertEqual(run("--version").stdout, version.stdout)
        models = run("models")
        self.assertEqual(models.returncode, OK, models.stderr)
        self.assertIn(b"efficientnet-lite2", models.stdout)

    def test_help_is_the_recorded_text(self):
        for command in ("", "cluster", "search", "index", "serve", "health", "models", "concepts"):
            done = run(*command.split(), "--help")
            path = HELP / f"help{command and '-'}{command}.txt"
            if "ICA_TEST_UPDATE" in os.environ:
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(done.stdout)
            self.assertEqual(done.stdout.decode(), path.read_text(),
                             f"{path} differs; ICA_TEST_UPDATE=1 writes it anew")

    def test_health(self):
        answers = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                answers.append(self.path)
                self.send_response(200 if len(answers) == 1 else 503)
                self.end_headers()
                self.wfile.write(b'{"status":"ok"}')

            def log_message(self, *_):
                pass

        with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            port = str(server.server_port)
            well = run("health", "--listen", "0.0.0.0", "--port", port)
            unwell = run("health", "--port", port, http_proxy="http://127.0.0.1:1")
            server.shutdown()
        gone = run("health", "--port", port)
        self.assertEqual(answers, ["/health", "/health"])
        self.assertEqual((well.returncode, well.stdout.count(b"\n")), (OK, 1), well.stderr)
        self.assertEqual(unwell.returncode, BUSY)
        self.assertIn(b"503", unwell.stderr)
        self.assertEqual(gone.returncode, BUSY)
        self.assertIn(port.encode(), gone.stderr)


def missing():
    """What these tests need and do not have; None when all is there."""
    if not os.access(PROGRAM, os.X_OK):
        return "ICA_TEST_PROGRAM names no program"
    if len(list((ROOT / "samples").glob("*.jpg"))) < 8:
        return "samples/ has too few images"
    if b" yes " not in run("models").stdout:
        return "no model is installed"
    return None


if __name__ == "__main__":
    REASON = missing()
    if REASON:
        print(f"skipped: {REASON}")
        sys.exit(77)
    unittest.main(verbosity=2)
