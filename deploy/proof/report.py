# SPDX-License-Identifier: Apache-2.0
"""What was proved, and what a running server is asked for."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WAIT_S = 60


class Report:
    """What was checked; says it at once."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def say(self, text):
        print(f"       {text}", flush=True)

    def title(self, text):
        print(f"\n== {text}", flush=True)

    def check(self, what, good, detail=""):
        self.passed += bool(good)
        self.failed += not good
        print(f"{'ok  ' if good else 'FAIL'}   {what}{': ' if detail else ''}{detail}", flush=True)

    def timing(self, what, good, detail):
        """A check that a machine with more work than processors cannot fail."""
        load = os.getloadavg()[0]
        if not good and load > os.cpu_count():
            self.skipped += 1
            print(f"skip   {what}: {detail}; not to be judged at load {load:.1f}", flush=True)
        else:
            self.check(what, good, f"{detail}, load {load:.1f}")


def wait_until(probe, process=None):
    """Seconds until `probe` holds."""
    begin = time.monotonic()
    while not probe():
        if process and process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        if time.monotonic() - begin > WAIT_S:
            raise RuntimeError("not healthy in time")
        time.sleep(0.01)
    return time.monotonic() - begin


def request(port, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
    with contextlib.closing(connection):
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()


def post_samples(port, limit=12):
    """POST some of samples/ and return the status and the groups' descriptions."""
    boundary = "photo-boundary-of-the-proof"
    body = b""
    for path in sorted((ROOT / "samples").glob("*.jpg"))[:limit]:
        body += (f"--{boundary}\r\nContent-Disposition: form-data; name=\"files\"; "
                 f"filename=\"{path.name}\"\r\n\r\n").encode() + path.read_bytes() + b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    status, answer = request(port, "POST", "/cluster-images", body,
                             {"Content-Type": f"multipart/form-data; boundary={boundary}"})
    clusters = json.loads(answer).get("clusters", [])
    return status, [cluster["description"] for cluster in clusters]


def use_server(report, ports, where):
    status, words = post_samples(ports[0])
    report.check(f"{where} groups posted images", status == 200 and len(words) > 1,
                 ", ".join(words))
    status, page = request(ports[1], "GET", "/")
    report.check(f"{where} serves the web page", status == 200 and b"<html" in page.lower(),
                 f"{len(page)} bytes")


def groups_of(output):
    """N of "... in N groups" in what `cluster` printed."""
    found = re.search(r"(\d+) images in (\d+) groups", output)
    return (int(found[1]), int(found[2])) if found else (0, 0)
