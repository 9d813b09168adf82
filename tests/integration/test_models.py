# SPDX-License-Identifier: Apache-2.0
"""The store of models, as people use it: the real program, its real engine, a real server."""
import hashlib
import http.server
import json
import os
import pathlib
import pty
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROGRAM = os.environ.get("ICA_TEST_PROGRAM", "")
ROOT = pathlib.Path(__file__).resolve().parents[2]
GRAPHS = ROOT / "tests" / "data" / "graphs"
TINY = ROOT / "tests" / "data" / "models"  # as the families export them, with random weights
TOKENIZERS = ROOT / "tests" / "data" / "tokenizers"
TIMEOUT_S = 240

# Exit codes, as --help lists them.
OK, INVALID, NOT_FOUND, BUSY, CANCELLED, MODEL = 0, 2, 5, 7, 8, 9


class Files(http.server.BaseHTTPRequestHandler):
    """Serves the files of `server.files`, in pieces with a pause where `server.pause_s` says so."""

    def do_GET(self):
        content = self.server.files.get(self.path)
        self.server.requests.append((self.path, self.headers.get("Range")))
        if content is None:
            self.send_error(404)
            return
        start = int((self.headers.get("Range") or "bytes=0-")[len("bytes="):-1])
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.send_header("ETag", '"1"')
        self.end_headers()
        try:
            for at in range(start, len(content), 4096):
                self.wfile.write(content[at:at + 4096])
                self.server.sent.set()
                time.sleep(self.server.pause_s)
        except OSError:
            pass  # the client was killed

    def log_message(self, *_):
        pass


class ModelsTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ica-models-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.store = self.folder / "store"
        self.data = self.folder / "data"
        shutil.copytree(ROOT / "models", self.data / "models")
        shutil.copytree(ROOT / "data" / "concepts", self.data / "concepts")
        (self.data / "weights").symlink_to(ROOT / "deps" / "models")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
        server.files, server.requests, server.pause_s = {}, [], 0
        server.sent = threading.Event()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.server = server

    # Helpers
    def command(self, *arguments):
        return [PROGRAM, *map(os.fspath, arguments), "--models-dir", os.fspath(self.store),
                "--data-dir", os.fspath(self.data)]

    def environment(self):
        kept = {k: v for k, v in os.environ.items() if not k.startswith("ICA_")}
        return {**kept, "XDG_DATA_HOME": os.fspath(self.folder / "home"), "COLUMNS": "100"}

    def models(self, *arguments, **variables):
        return subprocess.run(self.command("models", *arguments), capture_output=True, text=True,
                              timeout=TIMEOUT_S, env={**self.environment(), **variables},
                              check=False, stdin=subprocess.DEVNULL)

    def good(self, *arguments):
        done = self.models(*arguments)
        self.assertEqual(done.returncode, OK, done.stderr)
        return done.stdout

    def bad(self, code, said, *arguments):
        done = self.models(*arguments)
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        self.assertIn(said, done.stderr)
        return done.stderr

    def listed(self):
        return {m["name"]: m for m in json.loads(self.good("-f", "json"))["models"]}

    def offer(self, name="offered", graph="clip-vision.onnx", known=True, padding=0, **members):
        """An entry of the catalogue whose file the server has. Padding is what no reader looks at:
        a field of the graph's file with an unknown number."""
        content = (GRAPHS / graph).read_bytes()
        if padding:
            size, length = padding, b""
            while size > 127:
                length, size = length + bytes([size & 127 | 128]), size >> 7
            content += b"\xfa\x7f" + length + bytes([size]) + bytes(padding)
        self.server.files["/" + graph] = content
        file = {"name": graph, "url": f"http://127.0.0.1:{self.server.server_port}/{graph}"}
        if known:
            file.update(size=len(content), sha256=hashlib.sha256(content).hexdigest())
        manifest = {"name": name, "version": "1", "licence": "MIT", "preset": "clip",
                    "files": [file], "graph": graph, "input_size": 32, "dimension": 8, **members}
        (self.data / "models" / f"{name}.json").write_text(json.dumps(manifest))
        return content

    def wait_for_part(self):
        self.assertTrue(self.server.sent.wait(60))
        part = self.store / ".pull-offered" / "clip-vision.onnx.part"
        end = time.monotonic() + 60
        while not (part.exists() and part.stat().st_size > 4096) and time.monotonic() < end:
            time.sleep(0.01)
        return part

    # add
    def test_a_graph_becomes_a_model_that_groups_images(self):
        said = self.good("add", GRAPHS / "clip-vision.onnx", "--name", "mine", "--licence", "MIT",
                         "--model-version", "2.1", "--title", "My model")
        self.assertIn("32 x 32", said)
        entry = self.listed()["mine"]
        self.assertEqual((entry["version"], entry["title"], entry["dimension"]),
                         ("2.1", "My model", 8))
        self.assertEqual(entry["state"]["installed"], "yes")
        shown = json.loads(self.good("show", "mine", "-f", "json"))
        self.assertEqual((shown["input"], shown["input_layout"], shown["normalisation"]),
                         ("pixel_values", "NCHW", "program"))
        self.assertEqual(shown["files"][0]["sha256"],
                         hashlib.sha256((GRAPHS / "clip-vision.onnx").read_bytes()).hexdigest())
        self.assertIn("shorter side resized to 32", self.good("show", "mine"))
        images = sorted((ROOT / "samples").glob("*.jpg"))[:4]
        if images:
            done = subprocess.run(self.command("cluster", "-f", "json", "--model", "mine", *images),
                                  capture_output=True, timeout=TIMEOUT_S, check=False,
                                  env=self.environment())
            self.assertEqual(done.returncode, OK, done.stderr)
            self.assertIn("mine", json.dumps(json.loads(done.stdout)))

    def test_both_towers_and_weights_beside(self):
        tokenizer = self.folder / "tokenizer.json"
        tokenizer.write_text("{}")
        self.bad(INVALID, "tokenizer.json", "add", GRAPHS / "external.onnx", "--preset", "clip",
                 "--text", GRAPHS / "clip-text.onnx", "--tokenizer", tokenizer)
        shutil.copy(TOKENIZERS / "clip.json", tokenizer)
        self.good("add", GRAPHS / "external.onnx", "--preset", "clip", "--text",
                  GRAPHS / "clip-text.onnx", "--tokenizer", tokenizer)
        shown = json.loads(self.good("show", "external", "-f", "json"))
        self.assertEqual([f["name"] for f in shown["files"]],
                         ["external.onnx", "external.onnx_data", "clip-text.onnx",
                          "tokenizer.json"])
        self.assertEqual(shown["weights"], "external.onnx_data")
        self.assertEqual(shown["text"]["context"], 16)
        self.assertIn(" ok ", self.good("verify", "external"))
        self.bad(MODEL, "different models", "add", GRAPHS / "clip-vision.onnx", "--text",
                 GRAPHS / "other-text.onnx", "--tokenizer", tokenizer)
        self.bad(INVALID, "--tokenizer", "add", GRAPHS / "clip-vision.onnx", "--text",
                 GRAPHS / "clip-text.onnx")

    def test_families_as_they_are_exported(self):
        for family in ("clip", "siglip"):
            self.good("add", TINY / f"{family}-tiny" / "model.onnx", "--text",
                      TINY / f"{family}-tiny" / "text.onnx", "--tokenizer",
                      TOKENIZERS / f"{family}.json")
        self.good("add", TINY / "dinov2-tiny" / "model.onnx", "--preset", "dinov2")
        for family in ("clip", "siglip", "dinov2"):
            wanted = json.loads((TINY / f"{family}-tiny" / "manifest.json").read_text())
            found = json.loads(self.good("show", f"{family}-tiny", "-f", "json"))
            for member in ("preset", "input", "input_size", "input_layout", "input_type",
                           "embedding_output", "embedding_pooling", "dimension", "resize_rule",
                           "resize_side", "resize_filter", "resize_rounding"):
                self.assertEqual(found[member], wanted.get(member, found["input_size"]),
                                 (family, member))
            for member in ("mean", "scale"):
                for ours, theirs in zip(found[member], wanted[member]):
                    self.assertAlmostEqual(ours, theirs, places=4)
            self.assertEqual(found["text"]["context"] if "text" in found else None,
                             wanted["text"]["context"] if "text" in wanted else None)

    def test_other_shapes(self):
        self.good("add", GRAPHS / "tokens.onnx", "--preset", "dinov2")
        self.assertEqual(json.loads(self.good("show", "tokens", "-f", "json"))["embedding_pooling"],
                         "first")
        self.good("add", GRAPHS / "classes.onnx", "--preset", "imagenet")
        shown = json.loads(self.good("show", "classes", "-f", "json"))
        self.assertEqual((shown["classes"], shown["embedding_output"], shown["input_layout"]),
                         (1000, "features", "NHWC"))
        self.good("add", GRAPHS / "open-sides.onnx", "--preset", "mobileclip")
        self.assertEqual(json.loads(self.good("show", "open-sides", "-f", "json"))["input_size"],
                         256)

    def test_graphs_that_are_no_models(self):
        whole = (GRAPHS / "clip-vision.onnx").read_bytes()
        cut = self.folder / "cut.onnx"
        cut.write_bytes(whole[:len(whole) // 2])
        text = self.folder / "text.onnx"
        text.write_text("<html>not found</html>")
        empty = self.folder / "empty.onnx"
        empty.write_bytes(b"")
        lonely = self.folder / "lonely.onnx"
        shutil.copy(GRAPHS / "external.onnx", lonely)
        for code, said, path in (
                (MODEL, "cut off", cut), (MODEL, "no ONNX", text), (MODEL, "no ONNX", empty),
                (NOT_FOUND, "external.onnx_data", lonely),
                (NOT_FOUND, "nowhere.onnx", self.folder / "nowhere.onnx"),
                (MODEL, "takes no picture", GRAPHS / "no-image.onnx"),
                (MODEL, "image_embeds [?, 3, 32, 32]", GRAPHS / "wrong-rank.onnx"),
                (MODEL, "fixed number", GRAPHS / "four-at-once.onnx"),
                (MODEL, "finite", GRAPHS / "infinite.onnx"),
                (MODEL, "the same numbers", GRAPHS / "constant.onnx"),
                (INVALID, "../outside.bin", GRAPHS / "outside.onnx"),
                (INVALID, "/outside.bin", GRAPHS / "absolute.onnx")):
            with self.subTest(path.name):
                self.bad(code, said, "add", path, "--preset", "clip")
        self.assertEqual([n for n, m in self.listed().items() if m["state"]["in_store"]], [])
        self.assertEqual(sorted(os.listdir(self.store)), [".lock"])
        self.bad(INVALID, "dinov2-poc", "add", GRAPHS / "open-sides.onnx")
        self.bad(INVALID, "dinov2-poc", "add", GRAPHS / "open-sides.onnx", "--preset", "nothing")
        self.bad(MODEL, "named", "add", GRAPHS / "clip-vision.onnx", "--output", "nothing")
        self.bad(INVALID, "no name", "add", GRAPHS / "clip-vision.onnx", "--name", "../mine")

    # pull
    def test_pull_finds_out_the_rest(self):
        self.offer()
        self.assertEqual(self.listed()["offered"]["state"]["installed"], "pull")
        self.assertIn("Installed offered", self.good("pull", "offered"))
        entry = self.listed()["offered"]
        self.assertEqual((entry["state"]["installed"], entry["state"]["in_store"]), ("yes", True))
        self.bad(INVALID, "already", "pull", "offered")
        self.good("remove", "offered")
        self.assertEqual(self.listed()["offered"]["state"]["installed"], "pull")

    def test_a_hash_nobody_knows_has_to_be_trusted(self):
        content = self.offer(known=False)
        said = self.bad(CANCELLED, "not trusted", "pull", "offered")
        self.assertIn(hashlib.sha256(content).hexdigest(), said)
        self.assertIn("--trust", said)
        before = len(self.server.requests)
        self.good("pull", "offered", "--trust")
        self.assertEqual(len(self.server.requests), before)  # it had been kept

    def test_a_person_is_asked(self):
        self.offer(known=False)
        for answer, code in ((b"n\n", CANCELLED), (b"y\n", OK)):
            person, terminal = pty.openpty()
            child = subprocess.Popen(self.command("models", "pull", "offered"), stdin=terminal,
                                     stderr=terminal, stdout=subprocess.DEVNULL,
                                     env=self.environment())
            os.close(terminal)
            seen = b""
            while b"[y/N]" not in seen:
                seen += os.read(person, 4096)
            os.write(person, answer)
            self.assertEqual(child.wait(TIMEOUT_S), code)
            os.close(person)

    def test_what_differs_is_refused(self):
        self.offer()
        self.server.files["/clip-vision.onnx"] = (GRAPHS / "tokens.onnx").read_bytes()
        self.bad(MODEL, "another file", "pull", "offered")
        self.offer(dimension=9)
        self.bad(MODEL, "the manifest says 9", "pull", "offered")
        self.good("remove", "offered")  # what was kept of it
        self.offer(known=False)
        said = self.bad(4, "--max-model-size", "pull", "offered", "--max-model-size", "100")
        self.assertNotIn("Offline", said)
        self.assertEqual([n for n, m in self.listed().items() if m["state"]["in_store"]], [])

    def test_without_the_file_one_is_told_what_to_do(self):
        self.offer()
        content = self.server.files.pop("/clip-vision.onnx")
        said = self.bad(MODEL, "404", "pull", "offered")
        self.assertIn(f"Put these files into {self.store}/offered", said)
        placed = self.store / "offered"
        placed.mkdir()
        self.bad(NOT_FOUND, "clip-vision.onnx", "verify", "offered")
        (placed / "clip-vision.onnx").write_bytes(content + b"x")
        self.bad(MODEL, "not the file", "verify", "offered")
        (placed / "clip-vision.onnx").write_bytes(content)
        self.assertIn("it works", self.good("verify", "offered"))
        self.assertEqual(self.listed()["offered"]["state"]["installed"], "yes")
        self.bad(INVALID, "tools/setup.sh", "pull", "efficientnet-lite0")
        self.bad(NOT_FOUND, "nothing", "pull", "nothing")

    @unittest.skipUnless(shutil.which("openssl"), "openssl makes the certificate")
    def test_servers_have_to_prove_who_they_are(self):
        certificate, key = self.folder / "certificate.pem", self.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-out", certificate, "-keyout", key], check=True, capture_output=True)
        self.offer()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        path = self.data / "models" / "offered.json"
        path.write_text(path.read_text().replace("http://", "https://"))
        said = self.bad(MODEL, "prove who it is", "pull", "offered")
        self.assertIn("SSL_CERT_FILE", said)
        done = self.models("pull", "offered", CURL_CA_BUNDLE="",
                           SSL_CERT_FILE=os.fspath(certificate))
        self.assertEqual(done.returncode, OK, done.stderr)

    def test_killed_in_the_middle(self):
        content = self.offer(padding=1 << 20)
        self.server.pause_s = 0.02
        child = subprocess.Popen(self.command("models", "pull", "offered"),
                                 stderr=subprocess.DEVNULL, env=self.environment())
        part = self.wait_for_part()
        busy = self.models("pull", "offered")
        self.assertEqual(busy.returncode, BUSY, busy.stderr)
        self.assertIn("Another", busy.stderr)
        child.send_signal(signal.SIGKILL)
        child.wait()
        self.assertEqual(self.listed()["offered"]["state"]["installed"], "pull")
        kept = part.stat().st_size
        self.assertLess(kept, len(content))
        self.server.pause_s = 0
        self.good("pull", "offered")
        self.assertEqual(self.server.requests[-1][1], f"bytes={kept}-")
        self.assertIn(" ok ", self.good("verify", "offered"))

    def test_progress_on_a_terminal(self):
        self.offer(padding=1 << 18)
        self.server.pause_s = 0.02
        person, terminal = pty.openpty()
        child = subprocess.Popen(self.command("models", "pull", "offered"), stderr=terminal,
                                 stdout=subprocess.DEVNULL, env=self.environment())
        os.close(terminal)
        seen = b""
        while True:
            try:
                seen += os.read(person, 4096)
            except OSError:
                break  # the program has ended
        os.close(person)
        self.assertEqual(child.wait(TIMEOUT_S), OK, seen)
        self.assertRegex(seen, rb"clip-vision.onnx \[[#-]{24}\] [0-9.]+ kB of 262.6 kB \([0-9]+ %\)")
        self.assertRegex(seen, rb"kB/s, 0:[0-9]+ left")
        self.assertTrue(seen.endswith(b"\r\033[K"), seen[-80:])

    def test_interrupted(self):
        self.offer(padding=1 << 20)
        self.server.pause_s = 0.02
        child = subprocess.Popen(self.command("models", "pull", "offered"), text=True,
                                 stderr=subprocess.PIPE, env=self.environment())
        part = self.wait_for_part()
        child.send_signal(signal.SIGINT)
        messages = child.communicate(timeout=TIMEOUT_S)[1]
        self.assertEqual(child.returncode, CANCELLED, messages)
        self.assertIn("kept", messages)
        self.assertGreater(part.stat().st_size, 0)

    # verify, remove, default
    def test_what_changed_is_found(self):
        self.good("add", GRAPHS / "external.onnx", "--preset", "clip")
        weights = self.store / "external" / "external.onnx_data"
        content = bytearray(weights.read_bytes())
        for change, said in ((lambda: weights.write_bytes(bytes(content[:-1])), "wrong size"),
                             (lambda: weights.write_bytes(bytes(content[:-1]) + b"\xff"),
                              "differs"),
                             (weights.unlink, "missing")):
            change()
            done = self.models("verify")
            self.assertEqual(done.returncode, MODEL, done.stdout)
            self.assertRegex(done.stdout, rf"external +{said} +external.onnx_data")
            self.assertRegex(done.stdout, r"external +ok +external.onnx\n")

    def test_a_broken_manifest_hides_nobody(self):
        self.good("add", GRAPHS / "clip-vision.onnx", "--name", "good")
        for name, text in (("broken", "{"), ("huge", '{"name": "huge", "version": "1"}')):
            (self.store / name).mkdir()
            (self.store / name / "manifest.json").write_text(text)
        manifest = json.loads((self.store / "good" / "manifest.json").read_text())
        for name, members in (("negative", {"dimension": -1}), ("wide", {"input_size": 1 << 40}),
                              ("typed", {"files": "all"})):
            (self.store / name).mkdir()
            (self.store / name / "manifest.json").write_text(
                json.dumps({**manifest, "name": name, **members}))
        listed = self.listed()
        for name in ("broken", "huge", "negative", "wide", "typed"):
            self.assertEqual(listed[name]["state"]["installed"], "problem")
            self.assertIn(name, listed[name]["state"]["problem"])
        self.assertEqual(listed["good"]["state"]["installed"], "yes")
        self.assertIn("manifest.json", self.good("list"))
        self.bad(INVALID, "manifest.json", "pull", "broken")
        self.good("remove", "broken")

    def test_default(self):
        self.assertEqual(self.good("default"), "efficientnet-lite2\n")
        self.bad(NOT_FOUND, "nothing", "default", "nothing")
        self.bad(INVALID, "not installed", "default", "dinov2-vits14")
        self.good("add", GRAPHS / "clip-vision.onnx", "--name", "mine")
        self.good("default", "mine")
        self.assertEqual(self.good("default"), "mine\n")
        self.assertIn("* mine", self.good())
        self.bad(INVALID, "--force", "remove", "mine")
        self.good("remove", "mine", "--force")
        self.assertEqual(self.good("default"), "efficientnet-lite2\n")
        self.bad(NOT_FOUND, "no model", "remove", "mine")
        self.bad(INVALID, "came with the program", "remove", "efficientnet-lite2")

    def test_what_is_no_verb(self):
        self.bad(INVALID, "verify", "mend")
        self.bad(INVALID, "Usage", "show")
        self.bad(INVALID, "Usage", "list", "it")
        self.bad(INVALID, "table or json", "list", "-f", "xml")


def missing():
    """What these tests need and do not have; None when all is there."""
    if not os.access(PROGRAM, os.X_OK):
        return "ICA_TEST_PROGRAM names no program"
    if not (ROOT / "deps" / "models" / "efficientnet-lite2").exists():
        return "no model is installed"
    return None


if __name__ == "__main__":
    REASON = missing()
    if REASON:
        print(f"skipped: {REASON}")
        sys.exit(77)
    unittest.main()
