# SPDX-License-Identifier: Apache-2.0
"""The HTTP API of the real program: its contract, bad input, limits, many clients at once."""

import random
import socket
import subprocess
import threading
import time
import unittest

import api
import server as support
from api import BLUE, RED, begin_upload, png, raw_request
from server import Server, form, form_of_parts, groups, part

UPLOAD = api.UPLOAD
LIMITS = ("--max-images", "10", "--max-file-size", "200K", "--max-request-size", "1M",
          "--max-requests", "1")

default = None  # a server with default settings
limited = None  # one with LIMITS


def setUpModule():
    global default, limited
    default = Server("--log-level", "info")
    limited = Server("--log-level", "info", *LIMITS)


def tearDownModule():
    for server in (default, limited):
        status = server.stop()
        log = server.read_log()
        if status != 0:
            raise AssertionError(f"the server ended with status {status}: {log[-4000:]}")


class TestCase(api.TestCase):
    def assert_healthy(self, server=None):
        super().assert_healthy(server or default)


class Contract(TestCase):
    def test_health(self):
        answer = default.request("GET", "/health")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.json, {"status": "ok"})
        self.assertEqual(answer.headers["Content-Type"], "application/json; charset=utf-8")
        head = default.request("HEAD", "/health")
        self.assertEqual((head.status, head.body), (200, b""))
        self.assertEqual(head.headers["Content-Length"], str(len(answer.body)))

    def test_clusters(self):
        files = support.samples()
        document = self.assert_clustered(default.cluster(files), [name for name, _ in files])
        for number, cluster in enumerate(document["clusters"]):
            self.assertEqual(cluster["name"], number)
            self.assertIsInstance(cluster["description"], str)
        self.assertEqual(document["errors"], [])
        self.assertLess(len(document["clusters"]), len(files))

    def test_one_image(self):
        document = self.assert_clustered(default.cluster([RED]), ["red.png"])
        self.assertEqual(len(document["clusters"]), 1)

    def test_names_can_be_texts(self):
        with Server("--cluster-name", "text") as server:
            document = self.assert_clustered(server.cluster([RED, BLUE]), ["red.png", "blue.png"])
            for cluster in document["clusters"]:
                self.assertIn(cluster["name"], (cluster["description"], 0, 1))
            self.assertEqual(server.stop(), 0)

    def test_any_origin_may_ask(self):
        headers = {"Origin": "http://example.org", "Access-Control-Request-Method": "POST",
                   "Access-Control-Request-Headers": "content-type"}
        answer = default.request("OPTIONS", UPLOAD, headers=headers)
        self.assertEqual((answer.status, answer.body), (204, b""))
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
        self.assertIn("POST", answer.headers["Access-Control-Allow-Methods"])
        self.assertIn("content-type", answer.headers["Access-Control-Allow-Headers"])
        for answer in (default.request("GET", "/health"), default.cluster([RED]),
                       default.request("GET", "/nothing")):
            self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")

    def test_one_connection_serves_many_requests(self):
        connection = default.connect()
        body, content_type = form([RED, BLUE])
        sockets = set()
        for method, path, data in (("GET", "/health", None), ("POST", UPLOAD, body),
                                   ("GET", "/nothing", None), ("POST", UPLOAD, body)):
            headers = {"Content-Type": content_type} if data else {}
            connection.request(method, path, data, headers)
            sockets.add(connection.sock.getsockname())
            connection.getresponse().read()
        connection.close()
        self.assertEqual(len(sockets), 1)

    def test_chunked_upload(self):
        body, content_type = form([RED, BLUE])
        for size in (1, 7, 1000):
            pieces = (body[i:i + size] for i in range(0, len(body), size))
            answer = default.request("POST", UPLOAD, pieces, {"Content-Type": content_type})
            self.assert_clustered(answer, ["red.png", "blue.png"])

    def test_expect_continue(self):
        with default.dial() as client:
            rest = begin_upload(client, RED)
            client.sendall(rest)
            self.assertIn(b"200 OK", client.recv(1000))

    def test_order_does_not_matter(self):
        files = support.samples()
        expected = None
        for seed in range(4):
            random.Random(seed).shuffle(files)
            found = support.without_order(default.cluster(files).json)
            self.assertEqual(len(found["images"]), len(files))
            expected = expected or found
            self.assertEqual(found, expected)


class Names(TestCase):
    def assert_ids(self, dispositions, ids):
        body, content_type = form_of_parts([part(d, RED[1]) for d in dispositions])
        answer = default.request("POST", UPLOAD, body, {"Content-Type": content_type})
        self.assert_clustered(answer, ids)

    def test_same_name_twice(self):
        self.assert_clustered(default.cluster([RED, ("red.png", BLUE[1]), RED]),
                              ["red.png", "red (2).png", "red (3).png"])

    def test_no_name(self):
        self.assert_ids(['name="files"', 'name="files"; filename=""'], ["image", "image (2)"])

    def test_names_are_kept(self):
        names = ["../../etc/passwd.jpg", "/etc/passwd", "C:\\photos\\a.jpg", 'quo"ted".jpg',
                 "semi;colon, name=x.jpg", "\U0001F34E \u00e4\u6f22.jpg", " blank .jpg",
                 "100%25.jpg", "-rf", "a" * 300 + ".jpg"]
        self.assert_clustered(default.cluster([(name, RED[1]) for name in names]), names)

    def test_names_become_valid(self):
        self.assert_clustered(default.cluster([("two\r\nlines.jpg", RED[1])]),
                              ["two\ufffd\ufffdlines.jpg"])
        self.assert_ids([b'name="files"; filename="caf\xe9\x00.jpg"'], ["caf\ufffd\ufffd.jpg"])

    def test_other_ways_to_write_names(self):
        self.assert_ids([
            'name="files"; filename="a\\"b\\\\c.jpg"',
            "name=files; filename=token.jpg",
            "name=\"files\"; filename*=UTF-8''%e2%82%ac%20rates.jpg",
            "filename=\"first.jpg\"; name=\"files\"",
        ], ['a"b\\c.jpg', "token.jpg", "\u20ac rates.jpg", "first.jpg"])


class BadInput(TestCase):
    def tearDown(self):
        self.assert_healthy()

    def assert_reported(self, name, content, status=400):
        """Alone the file makes the request fail; among others it is reported and left out."""
        self.assert_problem(default.cluster([(name, content)]), status, name)
        answer = default.cluster([RED, (name, content), BLUE])
        document = self.assert_clustered(answer, ["red.png", "blue.png"])
        self.assertEqual([error["file"] for error in document["errors"]], [name])
        self.assertTrue(document["errors"][0]["reason"].endswith("."))

    def test_unreadable_files(self):
        photo = support.samples(1)[0][1]
        self.assert_reported("empty.jpg", b"")
        self.assert_reported("text.jpg", b"This is no image.\n" * 100)
        self.assert_reported("header.jpg", photo[:20])
        self.assert_reported("truncated.jpg", photo[:len(photo) // 2])
        self.assert_reported("truncated.png", RED[1][:len(RED[1]) // 2])
        self.assert_reported("short.png", png(64, 64, rows=10))
        self.assert_reported("huge.png", png(60000, 60000, rows=1), 413)
        self.assert_reported("float.tiff", support.test_image("float.tiff"), 415)

    def test_extreme_shapes_are_images(self):
        for width, height in ((1, 1), (1, 20000), (20000, 1)):
            name = f"{width}x{height}.png"
            self.assert_clustered(default.cluster([RED, (name, png(width, height))]),
                                  ["red.png", name])

    def test_no_image_readable(self):
        answer = default.cluster([("a.txt", b"a"), ("b.txt", b"b")])
        self.assert_problem(answer, 400, "2 files", "a.txt")

    def test_no_files(self):
        body, content_type = form([])
        headers = {"Content-Type": content_type}
        self.assert_problem(default.request("POST", UPLOAD, body, headers), 400, "image")
        self.assert_problem(default.request("POST", UPLOAD, b"", headers), 400)
        body, content_type = form_of_parts([part('name="other"; filename="a.png"', RED[1])])
        answer = default.request("POST", UPLOAD, body, {"Content-Type": content_type})
        self.assert_problem(answer, 400, "image")

    def test_other_parts_are_ignored(self):
        body, content_type = form_of_parts([
            part('name="comment"', b"x" * 100000), part('name="files"; filename="a.png"', RED[1]),
            part('name="filesystem"; filename="b.png"', RED[1]), b"X-Other: y\r\n\r\nno name"])
        answer = default.request("POST", UPLOAD, body, {"Content-Type": content_type})
        self.assert_clustered(answer, ["a.png"])

    def test_malformed_forms(self):
        body, content_type = form([RED, BLUE])
        closing = body.rindex(b"\r\n--")
        for bad in (body[:closing], body[:closing + 10], b"nonsense", b"\0" * 5000,
                    body.replace(b"--\r\n", b"xy\r\n")):
            answer = default.request("POST", UPLOAD, bad, {"Content-Type": content_type})
            self.assert_problem(answer, 400)
        for bad in ("multipart/form-data", 'multipart/form-data; boundary=""',
                    "multipart/form-data; boundary=" + "x" * 71):
            answer = default.request("POST", UPLOAD, body, {"Content-Type": bad})
            self.assert_problem(answer, 400, "boundary")
        body, content_type = form_of_parts([b"X-Long: " + b"x" * 20000 + b"\r\n\r\nx"])
        answer = default.request("POST", UPLOAD, body, {"Content-Type": content_type})
        self.assert_problem(answer, 413, "headers")

    def test_wrong_content_type(self):
        for headers in ({"Content-Type": "application/json"}, {"Content-Type": "image/png"},
                        {"Content-Type": "multipart/mixed; boundary=x"}):
            answer = default.request("POST", UPLOAD, RED[1], headers)
            self.assert_problem(answer, 415, "multipart/form-data")

    def test_wrong_method(self):
        for method, path, allowed in (("GET", UPLOAD, "POST"), ("PUT", UPLOAD, "POST"),
                                      ("POST", "/health", "GET"), ("DELETE", "/health", "GET")):
            answer = default.request(method, path, b"x" if method in ("PUT", "POST") else None)
            self.assert_problem(answer, 405)
            self.assertIn(allowed, answer.headers["Allow"])

    def test_wrong_address(self):
        for path in ("/", "/cluster-images/", "/health/../health", "/%00", "/" + "x" * 3000):
            self.assert_problem(default.request("GET", path), 404)

    def test_no_http(self):
        for garbage in (b"\0" * 100, b"GET\r\n\r\n", b"x" * 200000,
                        b"POST /cluster-images HTTP/1.1\r\nContent-Length: -1\r\n\r\n"):
            with default.dial() as client:
                try:
                    client.sendall(garbage)
                    client.shutdown(socket.SHUT_WR)
                    while client.recv(1000):
                        pass
                except ConnectionError:
                    pass
            self.assert_healthy()

    def test_client_hangs_up_in_the_upload(self):
        body, content_type = form(support.samples(4))
        whole = raw_request(body, content_type)
        for size in (10, 150, len(whole) // 2, len(whole) - 1):
            with default.dial() as client:
                client.sendall(whole[:size])
        self.assert_healthy()

    def test_client_hangs_up_while_the_server_works(self):
        with Server("--log-level", "info") as server:
            whole = raw_request(*form(support.samples() * 2))
            with server.dial() as client:
                client.sendall(whole)
            deadline = time.monotonic() + support.ANSWER_TIMEOUT_S
            while f"POST {UPLOAD} 499" not in server.read_log():
                self.assertLess(time.monotonic(), deadline, server.read_log())
                time.sleep(0.05)
            self.assert_healthy(server)
            self.assertEqual(server.stop(), 0)


class Limits(TestCase):
    def tearDown(self):
        self.assert_healthy(limited)
        self.assert_clustered(limited.cluster([RED]), ["red.png"])

    def test_file_size(self):
        big = RED[1] + bytes(200 << 10)
        answer = limited.cluster([("big.png", big)])
        problem = self.assert_problem(answer, 413, "big.png", "200 KiB")
        self.assertEqual(problem["limit"], 200 << 10)
        answer = limited.cluster([("huge.png", png(60000, 60000, rows=1)), ("big.png", big)])
        self.assertNotIn("limit", self.assert_problem(answer, 413, "huge.png"))
        document = self.assert_clustered(limited.cluster([("big.png", big), RED]), ["red.png"])
        self.assertEqual(document["errors"][0]["file"], "big.png")
        self.assertIn("200 KiB", document["errors"][0]["reason"])
        just_right = RED[1] + bytes((200 << 10) - len(RED[1]))
        self.assert_clustered(limited.cluster([("right.png", just_right)]), ["right.png"])

    def test_number_of_images(self):
        names = [f"{i}.png" for i in range(11)]
        self.assert_clustered(limited.cluster([(name, RED[1]) for name in names[:10]]), names[:10])
        answer = limited.cluster([(name, RED[1]) for name in names])
        self.assertEqual(self.assert_problem(answer, 400, "10")["limit"], 10)

    def test_ten_thousand_parts(self):
        answer = limited.cluster([(f"{i}", b"") for i in range(5000)])
        self.assertEqual(self.assert_problem(answer, 400, "10")["limit"], 10)
        answer = default.cluster([(f"{i}", b"") for i in range(10001)])
        self.assertEqual(self.assert_problem(answer, 400)["limit"], 10000)

    def test_ten_thousand_files_are_all_answered_for(self):
        rubbish = [(f"{i:05}.jpg", b"no image %d" % i) for i in range(9997)]
        images = [RED, BLUE, ("tiny.png", png(1, 1))]
        files = rubbish + images
        random.Random(0).shuffle(files)
        with Server("--max-images", "20000") as server:
            answer = server.cluster(files)
            document = self.assert_clustered(answer, [name for name, _ in images])
            self.assertEqual([error["file"] for error in document["errors"]],
                             [name for name, _ in files if name.endswith(".jpg")])
            self.assertEqual(server.stop(), 0)

    def test_request_size(self):
        limit = 1 << 20
        body, content_type = form([("a.png", bytes(8 * limit))])
        headers = {"Content-Type": content_type}
        answer = limited.request("POST", UPLOAD, body, headers)
        self.assertEqual(self.assert_problem(answer, 413, "1 MiB")["limit"], limit)
        pieces = (body[i:i + 65536] for i in range(0, len(body), 65536))
        answer = limited.request("POST", UPLOAD, pieces, headers)
        self.assertEqual(self.assert_problem(answer, 413, "1 MiB")["limit"], limit)

    def test_busy(self):
        with limited.dial() as client:
            rest = begin_upload(client, RED)
            answer = limited.cluster([BLUE])
            self.assert_problem(answer, 503)
            self.assertGreater(int(answer.headers["Retry-After"]), 0)
            self.assert_healthy(limited)
            client.sendall(rest)
            self.assertIn(b"200 OK", client.recv(1000))
        self.assert_clustered(limited.cluster([BLUE]), ["blue.png"])


class ManyClients(TestCase):
    def test_all_are_answered_alike(self):
        files = support.samples(12)
        expected = groups(default.cluster(files).json)
        answers = [None] * 6

        def ask(i):
            answers[i] = groups(default.cluster(files).json)
        threads = [threading.Thread(target=ask, args=(i,)) for i in range(len(answers))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(answers, [expected] * len(answers))

    def test_small_request_overtakes_a_large_one(self):
        files = support.samples() * (1 if support.SANITIZED else 4)
        done = []

        def ask():
            self.assertEqual(default.cluster(files).status, 200)
            done.append("large")
        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.2)
        self.assert_clustered(default.cluster([RED, BLUE]), ["red.png", "blue.png"])
        done.append("small")
        thread.join()
        self.assertEqual(done, ["small", "large"])

    @unittest.skipIf(support.SANITIZED, "sanitizers keep freed memory")
    def test_memory_does_not_grow(self):
        files = support.samples(2) + [("text.jpg", b"no image")]
        with Server() as server:
            for i in range(250):
                self.assertEqual(server.cluster(files).status, 200)
                if i == 49:
                    before = server.rss_kib()
            self.assertLess(server.rss_kib() - before, 32 << 10)


class LifeOfTheServer(TestCase):
    def test_port_in_use(self):
        for flags, word in ((["--port", str(default.port), "--web-port", "0"], "--port"),
                            (["--port", "0", "--web-port", str(default.port)], "--web-port")):
            ended = subprocess.run([support.PROGRAM, "serve", *flags], capture_output=True,
                                   timeout=support.START_TIMEOUT_S, check=False)
            self.assertEqual(ended.returncode, 7, ended.stderr)
            self.assertIn(str(default.port), ended.stderr.decode())
            self.assertIn(word, ended.stderr.decode())

    def test_requests_are_finished_before_the_end(self):
        with Server() as server:
            files = support.samples()
            connection = server.connect()
            body, content_type = form(files)
            connection.request("POST", UPLOAD, body, {"Content-Type": content_type})
            time.sleep(0.1)
            self.assertEqual(server.stop(), 0)
            answer = support.Answer(connection.getresponse())
            self.assert_clustered(answer, [name for name, _ in files])
            connection.close()

    def test_idle_connections_do_not_disturb(self):
        idle = [default.dial() for _ in range(50)]
        self.assert_healthy()
        for client in idle:
            client.close()


if __name__ == "__main__":
    support.main()
