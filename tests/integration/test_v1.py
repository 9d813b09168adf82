# SPDX-License-Identifier: Apache-2.0
"""POST /v1/cluster and GET /v1/info of the real program: options, the full result, the stream of
events, and what happens to a stream whose client or server goes away."""

import json
import socket
import struct
import threading
import time

import api
import server as support
from api import BLUE, RED
from server import Server, form_of_parts, part, test_image

PATH = "/v1/cluster"
STAGES = ["embedding", "clustering", "describing"]

default = None  # a server with default settings
narrow = None   # one that works on one request at a time


def setUpModule():
    global default, narrow
    default = Server("--log-level", "info")
    narrow = Server("--log-level", "info", "--max-requests", "1", "--max-images", "500")


def tearDownModule():
    for server in (default, narrow):
        status = server.stop()
        if status != 0:
            raise AssertionError(f"the server ended with status {status}: {server.read_log()}")


def option(name, value):
    return part(f'name="{name}"', value.encode())


def file(name, content):
    return part(f'name="files"; filename="{name}"', content)


def files(pairs):
    return [file(name, content) for name, content in pairs]


def cluster(parts, server=None, accept="application/json", web=False):
    body, content_type = form_of_parts(parts)
    return (server or default).request("POST", PATH, body, {
        "Content-Type": content_type, "Accept": accept}, web=web)


def events(text):
    """(name, data) of each event of a stream, which must be well formed."""
    found = []
    for block in text.decode().split("\n\n")[:-1]:
        if block.startswith(":"):
            continue
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def raw_stream(pairs):
    """The bytes of a request for a stream."""
    body, content_type = form_of_parts(files(pairs))
    return (f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
            f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body


def many(count):
    """(name, content) of so many photos."""
    photos = support.samples()
    return [(f"{i}.jpg", photos[i % len(photos)][1]) for i in range(count)]


def partition(document, n_merges):
    """The ids of each group after the first so many merges of the hierarchy."""
    ids = [image["id"] for image in document["images"]]
    groups = {i: [id] for i, id in enumerate(ids)}
    for i, (left, right, _, size) in enumerate(document["hierarchy"]["merges"][:n_merges]):
        groups[len(ids) + i] = groups.pop(left) + groups.pop(right)
        assert len(groups[len(ids) + i]) == size
    return groups


class Document(api.TestCase):
    def test_members(self):
        pairs = support.samples()
        document = self.assert_clustered(cluster(files(pairs)), [name for name, _ in pairs])
        self.assertEqual(list(document), [
            "clusters", "images", "errors", "hierarchy", "near_duplicates", "model", "strategy",
            "granularity", "approximate", "recall",
            "duplicate_threshold", "reason", "describer", "language", "timings"])
        for one in document["clusters"]:
            self.assertEqual(one["representatives"][0], one["medoid"])
            self.assertLessEqual(set(one["representatives"]), set(one["image_ids"]))
            self.assertEqual(len(one["representatives"]), min(4, one["size"]))
        self.assertEqual([image["id"] for image in document["images"]], [name for name, _ in pairs])
        self.assertNotIn("thumbnail", document["images"][0])

    def test_hierarchy_is_cut_at_the_clusters(self):
        pairs = support.samples()
        for granularity in ("0", "-0.5", "0.5"):
            document = cluster(files(pairs) + [option("granularity", granularity)]).json
            tree = document["hierarchy"]
            self.assertEqual(document["granularity"], float(granularity))
            self.assertEqual(len(tree["merges"]), len(pairs) - 1)
            self.assertEqual(
                sorted(sorted(ids) for ids in partition(document, tree["chosen"]).values()),
                sorted(sorted(one["image_ids"]) for one in document["clusters"]))
            self.assertIn(len(document["clusters"]), tree["levels"])
            described = {node["node"]: node for node in tree["nodes"]}
            for level in tree["levels"]:
                for number, ids in partition(document, len(pairs) - level).items():
                    if len(ids) > 1:
                        self.assertTrue(described[number]["description"])
                        self.assertIn(described[number]["medoid"], ids)

    def test_near_duplicates(self):
        (name, photo), *others = support.samples(4)
        parts = files([(name, photo), *others, ("copy.jpg", photo)])
        document = cluster(parts).json
        self.assertEqual(document["duplicate_threshold"], 0.05)
        self.assertEqual([sorted(ids) for ids in document["near_duplicates"]],
                         [sorted([name, "copy.jpg"])])
        self.assertEqual([image["duplicate_set"] for image in document["images"]],
                         [0, None, None, None, 0])
        document = cluster(parts + [option("duplicate_threshold", "0")]).json
        self.assertEqual(document["near_duplicates"], [])
        self.assertEqual({image["duplicate_set"] for image in document["images"]}, {None})

    def test_cluster_images_answers_without_hierarchy(self):
        pairs = support.samples(6)
        full = cluster(files(pairs)).json
        plain = default.cluster(pairs).json
        self.assertNotIn("hierarchy", plain)
        del full["hierarchy"], full["timings"], plain["timings"]
        self.assertEqual(plain, full)

    def test_errors_are_like_those_of_cluster_images(self):
        self.assert_problem(cluster([]), 400, "No image")
        self.assert_problem(cluster([file("a.txt", b"a")]), 400, "a.txt")
        document = self.assert_clustered(cluster([file(*RED), file("a.txt", b"a")]), ["red.png"])
        self.assertEqual([error["file"] for error in document["errors"]], ["a.txt"])
        self.assert_problem(default.request("POST", PATH, b"x", {"Content-Type": "image/png"}), 415)
        self.assert_problem(default.request("GET", PATH), 405)
        self.assertEqual(default.request("GET", PATH).headers["Allow"], "POST, OPTIONS")

    def test_web_port_answers_too(self):
        self.assert_clustered(cluster([file(*RED)], web=True), ["red.png"])


class Options(api.TestCase):
    def assert_refused(self, parts, field, *words):
        problem = self.assert_problem(cluster(parts), 422, field, *words)
        self.assertEqual(problem["field"], field)
        self.assert_healthy(default)

    def test_before_between_and_after_the_files(self):
        pairs = support.samples(5)
        for place in (0, 2, 5):
            parts = files(pairs)
            parts[place:place] = [option("granularity", "1"), option("describer", "none")]
            document = cluster(parts).json
            self.assertEqual(len(document["clusters"]), 5)
            self.assertEqual(document["describer"], "none")

    def test_all_are_understood(self):
        parts = [option(*pair) for pair in (
            ("strategy", "hdbscan"), ("granularity", "0"), ("min_cluster_size", "3"),
            ("min_samples", "1"), ("cluster_selection_method", "leaf"),
            ("cluster_selection_epsilon", "0.1"), ("neighbours", "auto"), ("clusters", "4"), ("seed", "1"),
            ("linkage", "average"), ("distance_threshold", "-1"), ("noise", "group"),
            ("duplicate_threshold", "0.1"), ("describer", "concepts"),
            ("model", default.request("GET", "/v1/info").json["model"]["id"]),
            ("cluster_name", "text"), ("thumbnails", "none"))]
        document = cluster(files(support.samples()) + parts).json
        self.assertEqual(document["strategy"], "hdbscan")
        for number, one in enumerate(document["clusters"]):
            self.assertEqual(one["name"], one["description"] or number)

    def test_a_number_of_groups(self):
        pairs = support.samples(12)
        for options in ((("strategy", "kmeans"), ("seed", "3")),
                        (("strategy", "agglomerative"),), (("strategy", "agglomerative"), ("linkage", "complete")),
                        (("strategy", "agglomerative"), ("linkage", "ward"), ("distance_threshold", "0.5"))):
            for number in (1, 6, len(pairs), 2 * len(pairs)):
                parts = [option(*pair) for pair in options + (("clusters", str(number)),)]
                document = self.assert_clustered(cluster(files(pairs) + parts), [name for name, _ in pairs])
                self.assertEqual(document["strategy"], options[0][1])
                self.assertEqual(len(document["clusters"]), min(number, len(pairs)))
                self.assertIn(f"{number} group", document["reason"])

    def test_a_distance_threshold(self):
        pairs = support.samples(12)
        for linkage in ("average", "complete", "ward"):
            numbers = []
            for threshold in ("0", "0.3", "2", "100000"):
                parts = [option("strategy", "agglomerative"), option("linkage", linkage),
                         option("distance_threshold", threshold)]
                numbers.append(len(cluster(files(pairs) + parts).json["clusters"]))
            self.assertEqual(numbers, sorted(numbers, reverse=True))
            self.assertEqual((numbers[0], numbers[-1]), (len(pairs), 1))

    def test_margin(self):
        document = cluster(files(support.samples()) + [option("strategy", "kmeans"), option("clusters", "6")]).json
        for image in document["images"]:
            self.assertEqual(image["margin"] is None, image["nearest_cluster"] is None)
        self.assertGreater(sum(image["margin"] > 0 for image in document["images"]), 25)
        document = cluster(files(support.samples(5)) + [option("granularity", "-1")]).json
        self.assertEqual({image["margin"] for image in document["images"]}, {None})

    def test_bad_ones_are_refused(self):
        self.assert_refused([option("strategy", "best"), file(*RED)], "strategy", "auto, hdbscan")
        self.assert_refused([option("clusters", "-1"), file(*RED)], "clusters", "0 to 1000000")
        self.assert_refused([option("linkage", "single"), file(*RED)], "linkage", "average, complete")
        self.assert_refused([file(*RED), option("granularity", "2")], "granularity", "-1 to 1")
        self.assert_refused([option("noise", "x" * 2000), file(*RED)], "noise", "1024")
        self.assert_refused([option("model", "other"), file(*RED)], "model", "efficientnet-lite2")
        self.assert_refused([option("noise", "group"), option("noise", "group")], "noise", "once")
        self.assert_refused([option("colour", "red"), file(*RED)], "colour", "files")
        self.assert_refused([part(b'name="caf\xe9"', b"")], "caf\ufffd")
        self.assert_refused([b"X-Other: y\r\n\r\nno name"], "?")

    def test_thumbnails(self):
        pairs = [("a.heic", test_image("colour.heic")), ("b.tiff", test_image("colour.tiff")),
                 ("c.jpg", test_image("colour.jpg")), ("d.avif", test_image("colour.avif"))]
        for which, expected in (("none", ""), ("foreign", "ab"), ("all", "abcd")):
            for parts in ([option("thumbnails", which), *files(pairs)],
                          [*files(pairs), option("thumbnails", which)]):
                images = cluster(parts).json["images"]
                self.assertEqual("".join(image["id"][0] for image in images
                                         if "thumbnail" in image), expected)
        self.assertTrue(images[0]["thumbnail"].startswith("data:image/jpeg;base64,/9j/"))


class Events(api.TestCase):
    def assert_stages(self, found, n_files):
        """All but the last event are progress, stage after stage, each to its end."""
        seen = []
        for name, data in found[:-1]:
            self.assertEqual(name, "progress")
            self.assertEqual(set(data), {"stage", "done", "total", "elapsed_s", "seconds_left",
                                         "received", "decoded", "embedded"})
            self.assertEqual(data["received"], n_files)
            self.assertLessEqual(data["embedded"], data["decoded"])
            self.assertLessEqual(data["done"], data["total"])
            if data["stage"] not in seen:
                seen.append(data["stage"])
            self.assertEqual(data["stage"], seen[-1])
        self.assertEqual(seen, STAGES)
        last = {data["stage"]: data for _, data in found[:-1]}
        for data in last.values():
            self.assertEqual(data["done"], data["total"])

    def test_progress_and_result(self):
        pairs = support.samples()
        answer = cluster(files(pairs), accept="text/event-stream")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["Content-Type"], "text/event-stream")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        found = events(answer.body)
        self.assert_stages(found, len(pairs))
        self.assertEqual(found[-1][0], "result")
        expected = cluster(files(pairs)).json
        del expected["timings"], found[-1][1]["timings"]
        self.assertEqual(found[-1][1], expected)

    def test_each_stage_is_told_of_the_smallest_set(self):
        for parts in ([file(*RED)], [file(*RED), option("describer", "none")]):
            found = events(cluster(parts, accept="text/event-stream").body)
            self.assert_stages(found, 1)

    def test_who_accepts_no_stream_gets_none(self):
        for accept in ("*/*", "text/event-stream;q=0", "application/json"):
            answer = cluster([file(*RED)], accept=accept)
            self.assertEqual(answer.headers["Content-Type"], "application/json; charset=utf-8")
        body, content_type = form_of_parts([file(*RED)])
        answer = default.request("POST", api.UPLOAD, body, {"Content-Type": content_type,
                                                            "Accept": "text/event-stream"})
        self.assert_clustered(answer, ["red.png"])

    def test_error_in_the_stream(self):
        answer = cluster([file("a.txt", b"a")], accept="text/event-stream")
        self.assertEqual(answer.status, 200)
        name, data = events(answer.body)[-1]
        self.assertEqual((name, data["status"], data["type"]), ("error", 400, "about:blank"))
        self.assertIn("a.txt", data["detail"])

    def test_errors_before_the_stream(self):
        stream = "text/event-stream"
        self.assert_problem(cluster([option("noise", "x")], accept=stream), 422, "noise")
        self.assert_problem(default.request("POST", PATH, b"x", {
            "Content-Type": "text/plain", "Accept": stream}), 415)
        body, content_type = form_of_parts([file(*RED)])
        self.assert_problem(default.request("POST", PATH, body[:-8], {
            "Content-Type": content_type, "Accept": stream}), 400)

    def test_events_come_while_the_server_works(self):
        with narrow.dial() as client:
            client.sendall(raw_stream(many(60)))
            text = b""
            while b"event: progress" not in text:
                text += client.recv(65536)
            self.assertNotIn(b"event: result", text)
            self.assert_problem(narrow.cluster([RED]), 503)
            while not text.endswith(b"\r\n0\r\n\r\n"):
                text += client.recv(65536)
        self.assertEqual(text.count(b"event: result"), 1)

    def test_body_is_taken_before_the_work_is_done(self):
        pairs = many(300)
        found = events(cluster(files(pairs), narrow, accept="text/event-stream").body)
        self.assert_stages(found, len(pairs))
        self.assertLess(found[0][1]["embedded"], len(pairs) // 2)
        self.assertEqual(len(found[-1][1]["images"]), len(pairs))


class Ends(api.TestCase):
    """Whatever ends a stream, its place is free again and the server lives on."""

    def wait_until_free(self, server, seconds):
        deadline = time.monotonic() + seconds * (10 if support.SANITIZED else 1)
        while server.cluster([RED, BLUE]).status != 200:
            self.assertLess(time.monotonic(), deadline, server.read_log())
            time.sleep(0.05)

    def begin(self, server, count):
        """Begin a stream and wait for its first event."""
        client = server.dial()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.sendall(raw_stream(many(count)))
        while b"event: progress" not in client.recv(1000):
            pass
        return client

    def test_client_hangs_up(self):
        for linger in (None, struct.pack("ii", 1, 0)):  # an orderly end, and a reset
            client = self.begin(narrow, 300)
            if linger:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            client.close()
            self.wait_until_free(narrow, 3)
        self.assertIn("connection lost", narrow.read_log())

    def test_client_does_not_read(self):
        client = self.begin(narrow, 40)
        self.wait_until_free(narrow, 60)
        text = b""
        while not text.endswith(b"0\r\n\r\n"):
            text += client.recv(1000)
        client.close()
        self.assertIn(b"event: result", text)

    def test_server_ends_while_it_streams(self):
        with Server("--log-level", "info") as server:
            client = self.begin(server, 30)
            ended = []
            thread = threading.Thread(target=lambda: ended.append(server.stop()))
            thread.start()
            text = b""
            while not text.endswith(b"\r\n0\r\n\r\n"):
                more = client.recv(65536)
                self.assertTrue(more, text[-300:])
                text += more
            thread.join()
            client.close()
            self.assertEqual(ended, [0])
            self.assertTrue(b"event: result" in text or b"shutting down" in text, text[-300:])


class Info(api.TestCase):
    def test_info(self):
        with Server("--max-images", "7", "--max-file-size", "3M", "--max-request-size", "5M",
                    "--max-requests", "2", "--max-pixels", "1000000") as server:
            info = server.request("GET", "/v1/info").json
            self.assertEqual(info, server.request("GET", "/v1/info", web=True).json)
            self.assertEqual(info["limits"], {
                "max_images": 7, "max_file_bytes": 3 << 20, "max_request_bytes": 5 << 20,
                "max_pixels": 1000000, "max_requests": 2})
            self.assertEqual(info["name"], "Image Cluster AI")
            self.assertEqual(info["strategies"], ["auto", "hdbscan", "agglomerative", "kmeans", "poc"])
            self.assertEqual(info["noise"], ["singletons", "group", "assign"])
            self.assertEqual([d for d in info["describers"] if d != "blip"], ["concepts", "none"])
            self.assertLessEqual({"jpeg", "png", "heic", "avif"}, set(info["formats"]))
            self.assertEqual(info["model"], cluster([file(*RED)], server).json["model"])
            self.assertEqual(server.stop(), 0)


class Pixels(api.TestCase):
    def test_exact_pixels_are_a_setting_of_the_server(self):
        with Server("--pixels", "exact", "--max-pixels", "4000000000") as server:
            huge = ("huge.png", api.png(60000, 60000, rows=1))
            self.assert_problem(cluster([file(*huge)], server), 413,
                                "With fast instead of exact pixels")
            self.assertEqual(cluster([file(*RED)], server).status, 200)
            self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    support.main()
