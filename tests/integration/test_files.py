# SPDX-License-Identifier: Apache-2.0
"""The files that the server brings with it: the web client, the API's description, and how both are
sent."""

import gzip
import json
import os
import re

import api
import server as support
from server import Server

WEB = os.path.join(support.HERE, "..", "..", "web")
TYPES = {
    ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8", ".json": "application/json; charset=utf-8",
    ".svg": "image/svg+xml", ".png": "image/png",
    ".webmanifest": "application/manifest+json; charset=utf-8", ".woff2": "font/woff2",
}

default = None


def setUpModule():
    global default
    default = Server("--log-level", "info")


def tearDownModule():
    if default.stop() != 0:
        raise AssertionError(default.read_log())


def web_files():
    """(path below web/, content) of all files of the client."""
    for folder, _, names in os.walk(WEB):
        for name in names:
            path = os.path.join(folder, name)
            yield os.path.relpath(path, WEB), support.read_file(path)


def get(path, web=True, **headers):
    return default.request("GET", path, headers={
        name.replace("_", "-"): value for name, value in headers.items()}, web=web)


class Files(api.TestCase):
    def test_each_file_is_served(self):
        for name, content in web_files():
            answer = get("/" + name)
            self.assertEqual((answer.status, answer.body), (200, content), name)
            self.assertEqual(answer.headers["Content-Type"], TYPES[os.path.splitext(name)[1]])
            self.assertEqual(answer.headers["Content-Length"], str(len(content)))
        self.assertEqual(get("/").body, get("/index.html").body)

    def test_files_travel_compressed(self):
        for name, content in web_files():
            answer = get("/" + name, Accept_Encoding="br, gzip;q=0.8")
            self.assertEqual(answer.headers["Vary"], "Accept-Encoding")
            if answer.headers["Content-Encoding"]:
                self.assertEqual(answer.headers["Content-Encoding"], "gzip")
                self.assertLess(len(answer.body), len(content))
                self.assertEqual(gzip.decompress(answer.body), content)
            else:
                self.assertEqual(answer.body, content)
        self.assertEqual(get("/", Accept_Encoding="gzip").headers["Content-Encoding"], "gzip")
        for refused in ("identity", "gzip;q=0", "br", "*"):
            self.assertIsNone(get("/", Accept_Encoding=refused).headers["Content-Encoding"])

    def test_each_representation_has_a_tag(self):
        plain = get("/").headers["ETag"]
        packed = get("/", Accept_Encoding="gzip").headers["ETag"]
        self.assertNotEqual(plain, packed)
        for tag, encoding in ((plain, "identity"), (packed, "gzip")):
            again = get("/", Accept_Encoding=encoding, If_None_Match=tag)
            self.assertEqual((again.status, again.body), (304, b""))
            self.assertEqual(again.headers["ETag"], tag)
            self.assertEqual(again.headers["Vary"], "Accept-Encoding")
        self.assertEqual(get("/", Accept_Encoding="gzip", If_None_Match=plain).status, 200)

    def test_pages_may_do_only_what_they_need(self):
        for path, web in (("/", True), ("/docs", True), ("/docs", False)):
            headers = get(path, web=web).headers
            policy = dict(rule.strip().split(" ", 1)
                          for rule in headers["Content-Security-Policy"].split(";"))
            self.assertEqual(policy, {
                "default-src": "'none'", "script-src": "'self'", "style-src": "'self'",
                "img-src": "'self' blob: data:", "connect-src": "'self'", "worker-src": "'self'",
                "manifest-src": "'self'", "base-uri": "'none'", "form-action": "'none'",
                "frame-ancestors": "'none'"})
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertIn("camera=()", headers["Permissions-Policy"])
            self.assertEqual(headers["Cache-Control"], "no-cache")

    def test_the_policy_stops_no_page(self):
        for path in ("/", "/docs"):
            page = get(path).body.decode()
            self.assertIsNone(re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", page))

    def test_only_the_web_port_has_the_client(self):
        for name, _ in web_files():
            self.assert_problem(get("/" + name, web=False), 404, "/v1/cluster", "/docs")
        self.assert_problem(get("/../web/index.html"), 404)
        self.assert_problem(get("//index.html"), 404)
        self.assert_problem(default.request("POST", "/", b"x", web=True), 405)

    def test_the_api_explains_itself_on_both_ports(self):
        for web in (False, True):
            document = json.loads(get("/openapi.json", web=web).body)
            self.assertTrue(document["openapi"].startswith("3.1"))
            page = get("/docs", web=web)
            self.assertEqual(page.headers["Content-Type"], TYPES[".html"])
            for link in re.findall(r'(?:src|href)="(/?docs/[^"]+)"', page.body.decode()):
                self.assertEqual(get("/" + link.lstrip("/"), web=web).status, 200, link)
            self.assert_problem(get("/docs/", web=web), 404)
            self.assert_problem(get("/docs/nothing.css", web=web), 404)

    def test_head_is_get_without_a_body(self):
        for path in ("/", "/docs", "/openapi.json", "/health", "/v1/info"):
            head = default.request("HEAD", path, web=True)
            whole = get(path)
            self.assertEqual((head.status, head.body), (200, b""))
            self.assertEqual(head.headers["Content-Length"], str(len(whole.body)))
            self.assertEqual(head.headers["Content-Type"], whole.headers["Content-Type"])

    def test_other_methods_are_told_which(self):
        for path in ("/", "/docs", "/openapi.json", "/health", "/v1/info"):
            for method in ("PUT", "DELETE", "PATCH", "POST"):
                answer = default.request(method, path, b"x", web=True)
                self.assert_problem(answer, 405)
                self.assertEqual(answer.headers["Allow"], "GET, HEAD, OPTIONS")
            options = default.request("OPTIONS", path, web=True)
            self.assertEqual((options.status, options.headers["Allow"]),
                             (204, "GET, HEAD, OPTIONS"))


if __name__ == "__main__":
    support.main()
