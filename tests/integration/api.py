# SPDX-License-Identifier: Apache-2.0
"""What the tests of the HTTP API have in common: small images, raw requests, expectations."""

import struct
import unittest
import zlib

from server import form

UPLOAD = "/cluster-images"


def png(width, height, colour=(200, 30, 30), rows=None):
    """A PNG of one colour; `rows` = how many rows it really holds."""
    def chunk(kind, data):
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
    row = b"\0" + bytes(colour) * width
    pixels = zlib.compress(row * (height if rows is None else rows))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
            + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))


RED = ("red.png", png(64, 64))
BLUE = ("blue.png", png(64, 64, (20, 40, 220)))


def raw_request(body, content_type, length=None):
    """The bytes of an upload; `length` is what Content-Length says."""
    size = len(body) if length is None else length
    return (f"POST {UPLOAD} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\n"
            f"Content-Length: {size}\r\n\r\n").encode() + body


def begin_upload(client, file):
    """Begin to upload a file, wait until the server wants it, and return the body."""
    body, content_type = form([file])
    headers = raw_request(b"", content_type, len(body))
    client.sendall(headers.replace(b"\r\nHost", b"\r\nExpect: 100-continue\r\nHost"))
    if not client.recv(1000).startswith(b"HTTP/1.1 100 "):
        raise AssertionError("the server does not want the body")
    return body


class TestCase(unittest.TestCase):
    """What is expected of the API's answers."""

    def assert_problem(self, answer, status, *words):
        """The answer is a problem of RFC 9457 with these words in its detail."""
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
        problem = answer.json
        self.assertEqual(problem["status"], status)
        self.assertEqual(problem["type"], "about:blank")
        self.assertTrue(problem["title"])
        for word in words:
            self.assertIn(str(word), problem["detail"])
        return problem

    def assert_clustered(self, answer, names):
        """The answer is a result in which exactly these images are in exactly one cluster each."""
        self.assertEqual(answer.status, 200, answer.body)
        document = answer.json
        ids = [id for cluster in document["clusters"] for id in cluster["image_ids"]]
        self.assertEqual(sorted(ids), sorted(names))
        return document

    def assert_healthy(self, server):
        answer = server.request("GET", "/health")
        self.assertEqual((answer.status, answer.json), (200, {"status": "ok"}))
