# SPDX-License-Identifier: Apache-2.0
"""The real program as a server, for one group of tests."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import unittest
import uuid

PROGRAM = os.environ.get("ICA_TEST_PROGRAM", "")
SANITIZED = bool(os.environ.get("ICA_TEST_SANITIZE"))
HERE = os.path.dirname(os.path.abspath(__file__))
TEST_IMAGES = os.path.join(HERE, "..", "data", "images")
SAMPLES = os.path.normpath(os.path.join(HERE, "..", "..", "samples"))
START_TIMEOUT_S = 120
ANSWER_TIMEOUT_S = 600 if SANITIZED else 180


class Server:
    """`image-cluster-ai serve` on free ports. Use as a context."""

    def __init__(self, *flags):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--port", "0", "--web-port", "0", *flags],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log)
        try:
            self.port = self._port("API")
            self.web_port = self._port("Web client")
        except Exception:
            self.process.kill()
            self.process.communicate()
            self.log.close()
            raise

    def _port(self, what):
        line = self.process.stdout.readline().decode()
        match = re.fullmatch(rf"{what}\s+http://127\.0\.0\.1:(\d+)\n", line)
        if not match:
            raise RuntimeError(f"expected the address of the {what}, got {line!r}: "
                               f"{self.read_log()}")
        return int(match.group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self.log.close()

    def stop(self):
        """Ask it to end, and return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=ANSWER_TIMEOUT_S)
        return self.process.returncode

    def read_log(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def rss_kib(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))

    def dial(self):
        """A bare TCP connection to the API."""
        return socket.create_connection(("127.0.0.1", self.port), ANSWER_TIMEOUT_S)

    def connect(self, web=False):
        return http.client.HTTPConnection("127.0.0.1", self.web_port if web else self.port,
                                          timeout=ANSWER_TIMEOUT_S)

    def request(self, method, path, body=None, headers=None, web=False):
        """One request on a connection of its own."""
        connection = self.connect(web)
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def cluster(self, files):
        """POST /cluster-images of (name, content) pairs."""
        body, content_type = form(files)
        return self.request("POST", "/cluster-images", body, {"Content-Type": content_type})


class Answer:
    """A response that was read to its end."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body.decode("utf-8"))


def part(disposition, content):
    """One part of a form, without its boundary."""
    if isinstance(disposition, str):
        disposition = disposition.encode()
    return b"Content-Disposition: form-data; " + disposition + b"\r\n\r\n" + content


def form_of_parts(parts):
    """(body, Content-Type) of a multipart form."""
    boundary = uuid.uuid4().hex
    mark = b"--" + boundary.encode()
    body = b"".join(mark + b"\r\n" + one + b"\r\n" for one in parts) + mark + b"--\r\n"
    return body, f"multipart/form-data; boundary={boundary}"


def form(files):
    """(body, Content-Type) for (name, content) pairs, with names as browsers write them."""
    def escape(name):
        return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    return form_of_parts([part(f'name="files"; filename="{escape(name)}"', content)
                          for name, content in files])


def read_file(path):
    with open(path, "rb") as file:
        return file.read()


def samples(limit=None):
    """(name, content) of the project's own sample images."""
    names = sorted(name for name in os.listdir(SAMPLES) if name.endswith(".jpg"))
    return [(name, read_file(os.path.join(SAMPLES, name))) for name in names[:limit]]


def test_image(name):
    """The content of a file of tests/data/images."""
    return read_file(os.path.join(TEST_IMAGES, name))


def without_order(document):
    """All of an answer that must not depend on the order of the files, to the last digit."""
    def members(cluster):
        return cluster if cluster is None else sorted(document["clusters"][cluster]["image_ids"])
    images = {image["id"]: {**image, "cluster": members(image["cluster"]),
                            "nearest_cluster": members(image["nearest_cluster"])}
              for image in document["images"]}
    clusters = sorted(({**cluster, "name": None, "image_ids": sorted(cluster["image_ids"])}
                       for cluster in document["clusters"]), key=lambda c: c["image_ids"])
    return {"images": images, "clusters": clusters}


def hierarchy_without_order(document):
    """A hierarchy as {ids of a group: (height, what is said of it)}, and its levels."""
    tree = document["hierarchy"]
    members = [(image["id"],) for image in document["images"]]
    n = len(members)
    said = {node["node"]: (node["medoid"], node["description"]) for node in tree["nodes"]}
    groups_of = {}
    for left, right, height, size in tree["merges"]:
        ids = tuple(sorted(members[left] + members[right]))
        assert len(ids) == size
        groups_of[ids] = (height, said.get(len(members)))
        members.append(ids)
    return groups_of, tree["levels"], n - tree["chosen"]


def groups(document):
    """The partition of an answer: descriptions with their images, in no order."""
    return sorted((sorted(cluster["image_ids"]), cluster["description"])
                  for cluster in document["clusters"])


def main():
    if not PROGRAM:
        print("skipped: ICA_TEST_PROGRAM does not name the program")
        raise SystemExit(77)
    unittest.main(verbosity=2)
