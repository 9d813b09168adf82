# SPDX-License-Identifier: Apache-2.0
"""`--describer openai`: the real program and a strict stand-in for a captioning server."""
import base64
import contextlib
import http.server
import json
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

import server as program
from server import SAMPLES, Server, form_of_parts, main, part, read_file

KEY = "sk-integration-0123456789abcdef"
OK, INVALID, NOT_FOUND, CANCELLED = 0, 2, 5, 8
TIMEOUT_S = 240
PHOTOS = [name for name in sorted(os.listdir(SAMPLES)) if name.split("-")[0] in ("balloon", "mug")]


def completion(content):
    return {"choices": [{"index": 0, "finish_reason": "stop",
                         "message": {"role": "assistant", "content": content}}]}


class Captions(http.server.ThreadingHTTPServer):
    """Checks each request and answers what `reply(number)` gives: (status, document)."""
    daemon_threads = True

    def __init__(self, reply=None, key=KEY, language="English", images=range(1, 4), side=512,
                 certificate=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply = reply or (lambda number: (200, completion(f"\"Caption {number}.\"\n")))
        self.key, self.language, self.images, self.side = key, language, images, side
        self.requests, self.problems = [], []
        self.lock = threading.Lock()
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self.server_port}/v1"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # The handshake belongs to the connection's own thread.
            self.socket = context.wrap_socket(self.socket, server_side=True,
                                              do_handshake_on_connect=False)

    def check(self, path, headers, body):
        """Each way in which the request is not as it has to be."""
        document = json.loads(body)
        content = document["messages"][0]["content"]
        pictures = [item["image_url"]["url"] for item in content[1:]]
        yield path != "/v1/chat/completions", path
        yield headers.get_all("Content-Type") != ["application/json"], "Content-Type"
        wanted = [f"Bearer {self.key}"] if self.key else None
        yield headers.get_all("Authorization") != wanted, "Authorization"
        yield document.keys() != {"model", "messages", "max_tokens", "stream", "temperature"}, body
        yield document["model"] != "seer", document["model"]
        yield self.language not in content[0]["text"], content[0]["text"]
        yield len(pictures) not in self.images, f"{len(pictures)} pictures"
        for picture in pictures:
            kind, data = picture.split(",")
            jpeg = base64.b64decode(data, validate=True)
            yield kind != "data:image/jpeg;base64", kind
            yield not (jpeg.startswith(b"\xff\xd8\xff") and jpeg.endswith(b"\xff\xd9")), "JPEG"
            yield not 0 < max(size_of(jpeg)) <= self.side, f"{size_of(jpeg)}"


def size_of(jpeg):
    """(width, height) by the frame header."""
    at = 2
    while jpeg[at + 1] not in (0xC0, 0xC2):
        at += 2 + int.from_bytes(jpeg[at + 2:at + 4], "big")
    return int.from_bytes(jpeg[at + 7:at + 9], "big"), int.from_bytes(jpeg[at + 5:at + 7], "big")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        captions = self.server
        with captions.lock:
            number = len(captions.requests)
            captions.requests.append(body)
            try:
                captions.problems += [text for wrong, text in
                                      captions.check(self.path, self.headers, body) if wrong]
            except (KeyError, ValueError, IndexError, TypeError) as error:
                captions.problems.append(repr(error))
        status, document = captions.reply(number)
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(data)

    def handle(self):
        with contextlib.suppress(OSError):  # no handshake, or the client has gone
            super().handle()

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def stand_in(**how):
    captions = Captions(**how)
    thread = threading.Thread(target=captions.serve_forever)
    thread.start()
    try:
        yield captions
    finally:
        captions.shutdown()
        thread.join()
        captions.server_close()


def environment(**extra):
    kept = {k: v for k, v in os.environ.items()
            if not k.startswith("ICA_")
            and k not in ("OPENAI_API_KEY", "CURL_CA_BUNDLE", "SSL_CERT_FILE")}
    return {**kept, "OPENAI_API_KEY": KEY, "no_proxy": "127.0.0.1", **extra}


def arguments(*more):
    paths = [os.path.join(SAMPLES, name) for name in PHOTOS]
    return [program.PROGRAM, "cluster", *paths, "--describer", "openai", "--openai-model", "seer",
            "-f", "json", "--log-level", "debug", *map(os.fspath, more)]


class OpenaiTest(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="ica-openai-")
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def run_program(self, *more, **extra):
        done = subprocess.run(arguments(*more), capture_output=True, timeout=TIMEOUT_S,
                              env=environment(**extra), check=False)
        self.assertNotIn(KEY.encode(), done.stdout + done.stderr)
        return done

    def clusters(self, *more, **extra):
        done = self.run_program(*more, **extra)
        self.assertEqual(done.returncode, OK, done.stderr)
        document = json.loads(done.stdout)
        self.assertEqual(document["describer"], "openai")
        self.assertGreater(len(document["clusters"]), 1)
        for cluster in document["clusters"]:
            self.assertTrue(cluster["description"])
        return document["clusters"], done.stderr.decode()

    def test_texts(self):
        with stand_in() as captions:
            clusters, _ = self.clusters("--openai-url", captions.url)
        self.assertEqual(captions.problems, [])
        self.assertEqual(sorted(c["description"] for c in clusters),
                         [f"Caption {i}" for i in range(len(clusters))])
        self.assertEqual({c["description_note"] for c in clusters}, {None})

    def test_options_from_environment_and_files(self):
        prompt = self.folder / "prompt.txt"
        prompt.write_text("{images} Bilder, {language}!\n")
        key = self.folder / "key"
        key.write_text("another-key\n")
        with stand_in(key="another-key", images=(1,), side=64,
                      language="1 Bilder, Spanish!") as captions:
            clusters, _ = self.clusters(
                "--openai-images", "1", "--language", "es", ICA_OPENAI_URL=captions.url,
                ICA_OPENAI_PROMPT=str(prompt), ICA_OPENAI_KEY_FILE=str(key),
                ICA_OPENAI_IMAGE_SIDE="64")
        self.assertEqual(captions.problems, [])
        self.assertEqual({c["description_note"] for c in clusters}, {None})

    def test_concepts_describe_what_the_server_does_not(self):
        def reply(number):
            return (200, completion("")) if number == 0 else (200, completion("a caption"))
        with stand_in(reply=reply) as captions:
            clusters, errors = self.clusters("--openai-url", captions.url)
        notes = [c["description_note"] for c in clusters if c["description_note"]]
        self.assertEqual(notes, [f"The captioning server at 127.0.0.1:{captions.server_port} "
                                 "answered without a description."])
        self.assertIn(notes[0], errors)
        self.assertEqual(len({c["description"] for c in clusters}), len(clusters))

    def test_a_wrong_key_is_not_told(self):
        def reply(_):
            return 401, {"error": {"message": f"Incorrect API key provided: {KEY}."}}
        with stand_in(reply=reply) as captions:
            clusters, errors = self.clusters("--openai-url", captions.url)
        for cluster in clusters:
            self.assertIn("answered 401 (unauthorized).", cluster["description_note"])
        self.assertIn("401", errors)

    def test_busy_then_well(self):
        def reply(number):
            return (503, b"busy") if number < 2 else (200, completion("a caption"))
        with stand_in(reply=reply) as captions:
            clusters, _ = self.clusters("--openai-url", captions.url)
        self.assertEqual({c["description_note"] for c in clusters}, {None})
        self.assertEqual(len(captions.requests), len(clusters) + 2)

    def test_nobody_there(self):
        with stand_in() as captions:
            url = captions.url
        clusters, _ = self.clusters("--openai-url", url, "--openai-retries", "0")
        for cluster in clusters:
            self.assertIn("could not be connected to", cluster["description_note"])

    @unittest.skipUnless(shutil.which("openssl"), "there is no openssl to make a certificate")
    def test_certificates_are_verified(self):
        certificate = self.folder / "certificate.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
             "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", certificate,
             "-out", self.folder / "public.pem"], check=True, stderr=subprocess.DEVNULL)
        public = (self.folder / "public.pem").read_text()
        certificate.write_text(certificate.read_text() + public)
        with stand_in(certificate=certificate) as captions:
            flags = ("--openai-url", captions.url, "--openai-retries", "0")
            clusters, _ = self.clusters(*flags)
            for cluster in clusters:
                self.assertIn("could not be reached (", cluster["description_note"])
            self.assertEqual(captions.requests, [])
            clusters, _ = self.clusters(*flags, SSL_CERT_FILE=str(self.folder / "public.pem"))
        self.assertEqual({c["description_note"] for c in clusters}, {None})
        self.assertEqual(captions.problems, [])

    def test_budget(self):
        with stand_in() as captions:
            clusters, _ = self.clusters("--openai-url", captions.url, "--openai-budget", "1")
        self.assertEqual(len(captions.requests), 1)
        notes = [c["description_note"] for c in clusters]
        self.assertEqual(notes.count(None), 1)
        self.assertIn("The budget of 1 request to the captioning server was used up.", notes)

    def test_interrupt(self):
        asked = threading.Event()
        ended = threading.Event()

        def reply(_):
            asked.set()
            ended.wait(60)
            return 200, completion("late")
        with stand_in(reply=reply) as captions:
            with subprocess.Popen(arguments("--openai-url", captions.url),
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  env=environment()) as process:
                self.assertTrue(asked.wait(TIMEOUT_S))
                process.send_signal(signal.SIGINT)
                begin = time.monotonic()
                process.communicate(timeout=TIMEOUT_S)
                took_s = time.monotonic() - begin
            ended.set()
        self.assertEqual(process.returncode, CANCELLED)
        self.assertLess(took_s, 20 if program.SANITIZED else 3)

    def test_what_is_wrong_is_said_at_the_start(self):
        empty = self.folder / "empty"
        empty.write_text("\n")
        lines = self.folder / "lines"
        lines.write_text(f"{KEY}\nX-Other: 1\n")
        large = self.folder / "large"
        large.write_text("k" * 10000)
        binary = self.folder / "binary"
        binary.write_bytes(b"\xff\x00")
        url = ("--openai-url", "http://localhost:1/v1")
        cases = [
            ((), INVALID, "--openai-url, such as http://localhost:8080/v1"),
            (("--openai-url", "localhost:8080"), INVALID, "begins with http:// or https://"),
            (("--openai-url", f"http://me:{KEY}@host/v1"), INVALID, "no user name"),
            ((*url, "--openai-key-file", self.folder / "none"), NOT_FOUND, "--openai-key-file"),
            ((*url, "--openai-key-file", self.folder), INVALID, "regular file"),
            ((*url, "--openai-key-file", empty), INVALID, "A key is one line"),
            ((*url, "--openai-key-file", lines), INVALID, "A key is one line"),
            ((*url, "--openai-key-file", large), 4, "limit"),
            ((*url, "--openai-prompt", binary), INVALID, "no text in UTF-8"),
            ((*url, "--openai-images", "9"), INVALID, "a whole number from 1 to 8"),
        ]
        for more, status, words in cases:
            done = self.run_program(*more)
            self.assertEqual(done.returncode, status, done.stderr)
            self.assertIn(words, done.stderr.decode())
        done = self.run_program(*url, OPENAI_API_KEY="two words")
        self.assertEqual(done.returncode, INVALID)
        self.assertIn(b"OPENAI_API_KEY: A key is one line", done.stderr)
        self.assertNotIn(b"two words", done.stderr)

    def test_serve(self):
        """A server offers it where it has an address, to requests that ask for it."""
        key = self.folder / "key"
        key.write_text(KEY)
        files = [part(f'name="files"; filename="{name}"', read_file(os.path.join(SAMPLES, name)))
                 for name in PHOTOS[:4]]
        body, kind = form_of_parts([part('name="describer"', b"openai"), *files])
        with stand_in() as captions, \
                Server("--openai-url", captions.url, "--openai-key-file", os.fspath(key),
                       "--openai-model", "seer", "--log-level", "debug") as server:
            info = server.request("GET", "/v1/info").json
            answer = server.request("POST", "/v1/cluster", body, {"Content-Type": kind})
            log = server.read_log()
        self.assertEqual(info["describers"], ["concepts", "openai", "none"])
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(answer.json["describer"], "openai")
        self.assertGreater(len(captions.requests), 0)
        self.assertEqual(len(captions.requests), len(answer.json["clusters"]))
        for cluster in answer.json["clusters"]:
            self.assertRegex(cluster["description"], r"^Caption \d$")
            self.assertIsNone(cluster["description_note"])
        self.assertEqual(captions.problems, [])
        self.assertNotIn(KEY, log + answer.body.decode())


if __name__ == "__main__":
    main()
