# SPDX-License-Identifier: Apache-2.0
"""`--describer openai` against a real server of that protocol: llama.cpp's, from a package, with a
tiny model of random weights (caption_model.py)."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

import caption_model
import pinned_tools
import server as support

REQUIREMENTS = os.path.join(support.HERE, "..", "caption-server.txt")
TOOLS = os.path.join(pinned_tools.DEPS, "caption-server")
KEY = "llama-key-0123456789"
TIMEOUT_S = 120


class LlamaServer:
    """The server in a process of its own. Use as a context."""

    def __init__(self, folder, sight="sees"):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(support.HERE, "caption_server.py"), folder, KEY, sight],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log,
            env={**os.environ, "PYTHONPATH": TOOLS, "PYTHONDONTWRITEBYTECODE": "1"})

    def __enter__(self):
        for line in self.process.stdout:
            if line.startswith(b"http://"):
                self.url = line.decode().strip() + "/v1"
                return self
        self.log.seek(0)
        log = self.log.read().decode(errors="replace")
        self.__exit__()
        raise RuntimeError(f"the server did not start: {log[-4000:]}")

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()
        self.log.close()


class LlamaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="ica-llama-")
        cls.addClassCleanup(cls.folder.cleanup)
        caption_model.write(cls.folder.name)

    def clusters(self, server, key=KEY):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ICA_")}
        done = subprocess.run(
            [support.PROGRAM, "cluster", support.SAMPLES, "--describer", "openai", "--openai-url",
             server.url, "--openai-parallel", "8", "-f", "json", "--log-level", "info"],
            capture_output=True, timeout=TIMEOUT_S, check=False,
            env={**environment, "OPENAI_API_KEY": key, "no_proxy": "127.0.0.1"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn(key.encode(), done.stdout + done.stderr)
        clusters = json.loads(done.stdout)["clusters"]
        self.assertGreater(len(clusters), 4)
        return clusters

    def test_each_group_has_a_text_of_its_own(self):
        with LlamaServer(self.folder.name) as server:
            clusters = self.clusters(server)
        for cluster in clusters:
            self.assertIsNone(cluster["description_note"])
            self.assertLessEqual(set(cluster["description"].split()), set(caption_model.WORDS))
        texts = [cluster["description"] for cluster in clusters]
        self.assertEqual(len(set(texts)), len(texts))  # the pictures make the difference
        print(f"\"{texts[0]}\"", end=" ... ")

    def test_wrong_key(self):
        with LlamaServer(self.folder.name) as server:
            for cluster in self.clusters(server, key="not-" + KEY):
                self.assertIn("answered 401 (unauthorized).", cluster["description_note"])
                self.assertTrue(cluster["description"])

    def test_model_without_eyes(self):
        with LlamaServer(self.folder.name, "blind") as server:
            for cluster in self.clusters(server):
                self.assertIn("image input is not supported", cluster["description_note"])
                self.assertTrue(cluster["description"])


if __name__ == "__main__":
    if support.SANITIZED:
        print("skipped: with sanitizers the stand-in of test_openai.py is enough")
        raise SystemExit(77)
    failure = pinned_tools.install(REQUIREMENTS, TOOLS) if support.PROGRAM else None
    if failure:
        print(f"skipped: the server of tests/caption-server.txt cannot be installed: {failure}")
        raise SystemExit(77)
    support.main()
