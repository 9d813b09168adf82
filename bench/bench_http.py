#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Start, answer times, memory and installed size of the server.

Of the images given, the --count whose longer side is nearest to --side pixels are sent (JPEG and
PNG; nothing is resized; which they are is printed). Start to ready is the time from before the
process exists to the first 200 of GET /health. --installed adds up the files under DIR (made by
`cmake --install build/release --prefix DIR`). --peer-python runs the proof of concept's models and
steps over the same images in the same run, with a Python that has what
../shared/tools/peer_pipeline.py needs.
"""
import argparse
import collections
import contextlib
import http.client
import json
import os
import random
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse

from measure import (MB, clean_environment, find_images, machine, percentile, run_peer, spread,
                     warm_files)

READY_TIMEOUT_S = 60
POLL_S = 0.002
BOUNDARY = "bench-http-boundary-7d1c0f"


# ---- Which images ----------------------------------------------------------------------------

def image_size(path):
    """(width, height) from the header of a JPEG or PNG as stored, or None."""
    with open(path, "rb") as file:
        head = file.read(24)
        if head.startswith(b"\x89PNG\r\n\x1a\n"):
            return struct.unpack(">II", head[16:24])
        if not head.startswith(b"\xff\xd8"):
            return None
        file.seek(2)
        while True:
            marker = file.read(4)
            if len(marker) < 4 or marker[0] != 0xFF:
                return None
            size = struct.unpack(">H", marker[2:])[0]
            if 0xC0 <= marker[1] <= 0xCF and marker[1] not in (0xC4, 0xC8, 0xCC):
                height, width = struct.unpack(">xHH", file.read(5))
                return width, height
            file.seek(size - 2, os.SEEK_CUR)


def choose(paths, count, side):
    """`count` images nearest to `side`; among equals a fixed draw of all folders."""
    sized = [(path, size) for path in find_images(paths) if (size := image_size(path))]
    random.Random(1).shuffle(sized)
    sized.sort(key=lambda item: abs(max(item[1]) - side))
    if len(sized) < count:
        sys.exit("only %d JPEG and PNG images there, %d needed" % (len(sized), count))
    return sized[:count]


def describe(chosen):
    sides = sorted(max(size) for _, size in chosen)
    folders = collections.Counter(os.path.basename(os.path.dirname(path)) for path, _ in chosen)
    return "%d, longer side %d to %d px (median %d), on average %.2f MP and %.0f KB, from %s" % (
        len(chosen), sides[0], sides[-1], statistics.median(sides),
        statistics.mean(width * height for _, (width, height) in chosen) / 1e6,
        statistics.mean(os.path.getsize(path) for path, _ in chosen) / 1e3,
        ", ".join("%s %d" % item for item in sorted(folders.items())))


def form_data(paths):
    body = b""
    for i, path in enumerate(paths):
        head = ('--%s\r\nContent-Disposition: form-data; name="files"; filename="%02d-%s"\r\n\r\n'
                % (BOUNDARY, i, os.path.basename(path)))
        with open(path, "rb") as file:
            body += head.encode() + file.read() + b"\r\n"
    return body + b"--%s--\r\n" % BOUNDARY.encode()


# ---- The server ------------------------------------------------------------------------------

class Server:
    """A server of its own on free ports; `ready_s` is what its start took."""

    def __init__(self, program, cache_dir):
        start = time.monotonic()
        self.process = subprocess.Popen(
            [program, "serve", "--port", "0", "--web-port", "0"], stdout=subprocess.PIPE, text=True,
            env=clean_environment(ICA_CACHE_DIR=cache_dir))
        try:
            self.address = self.wait_for_address()
            while self.health() != 200:
                if time.monotonic() - start > READY_TIMEOUT_S:
                    sys.exit("the server does not become ready")
                time.sleep(POLL_S)
        except BaseException:
            self.stop()
            raise
        self.ready_s = time.monotonic() - start

    def wait_for_address(self):
        for line in self.process.stdout:
            if line.startswith("API "):
                return urllib.parse.urlsplit(line.split()[1]).netloc
        sys.exit("the server ended before it printed its address")

    def health(self):
        connection = http.client.HTTPConnection(self.address, timeout=READY_TIMEOUT_S)
        with contextlib.closing(connection):
            try:
                connection.request("GET", "/health")
                return connection.getresponse().status
            except ConnectionError:
                return 0

    def memory(self):
        """(resident now, peak) in bytes."""
        with open("/proc/%d/status" % self.process.pid, encoding="ascii") as file:
            fields = dict(line.split(":", 1) for line in file)
        return tuple(int(fields[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def measure_starts(program, cache_dir, count):
    """Seconds of each start; the first one finds no compiled model."""
    times = []
    for _ in range(count + 1):
        with Server(program, cache_dir) as server:
            times.append(server.ready_s)
    return times[0], times[1:]


def measure_requests(server, body, n_images, count):
    """Seconds of each request over one kept connection, and the last answer."""
    connection = http.client.HTTPConnection(server.address, timeout=600)
    headers = {"Content-Type": "multipart/form-data; boundary=" + BOUNDARY}
    times = []
    with contextlib.closing(connection):
        for _ in range(count):
            start = time.monotonic()
            connection.request("POST", "/cluster-images", body, headers)
            response = connection.getresponse()
            text = response.read()
            times.append(time.monotonic() - start)
            if response.status != 200:
                sys.exit("the server answered %d: %s" % (response.status, text.decode()))
            answer = json.loads(text)
            grouped = sum(len(cluster["image_ids"]) for cluster in answer["clusters"])
            if grouped != n_images:
                sys.exit("%d of %d images are in a cluster" % (grouped, n_images))
    return times, answer


def print_installed(folder):
    """Size of every file, links not followed, in all and by folder."""
    parts = collections.Counter()
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            if not os.path.islink(path):
                inside = os.path.relpath(path, folder).split(os.sep)
                parts["/".join(inside[:-1][:4]) or inside[0]] += os.path.getsize(path)
    print("installed          %.1f MB: %s" % (
        sum(parts.values()) / MB,
        ", ".join("%s %.1f" % (name, size / MB) for name, size in parts.most_common())))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("images", nargs="+")
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--side", type=int, default=600)
    parser.add_argument("--starts", type=int, default=7)
    parser.add_argument("--requests", type=int, default=30)
    parser.add_argument("--installed", metavar="DIR")
    parser.add_argument("--peer-python", metavar="PYTHON")
    arguments = parser.parse_intermixed_args()
    for path in [arguments.program, *arguments.images]:
        if not os.path.exists(path):
            parser.error("there is no " + path)
    return arguments


def print_server(program, files, arguments):
    """Starts, then requests to one more start; returns the medians and the peak of memory."""
    with tempfile.TemporaryDirectory() as cache_dir:
        first_s, starts = measure_starts(program, cache_dir, arguments.starts)
        print("start to ready     %s s of %d; the very first, no compiled model yet: %.3f s"
              % (spread(starts), len(starts), first_s), flush=True)
        with Server(program, cache_dir) as server:
            idle, _ = server.memory()
            times, answer = measure_requests(server, form_data(files), len(files),
                                             arguments.requests)
            resident, peak = server.memory()
    print("request            p50 %.3f s, p95 %.3f s, %.3f-%.3f of %d; the first %.3f"
          % (statistics.median(times), percentile(times, .95), min(times), max(times), len(times),
             times[0]))
    print("                   of the last: %s"
          % ", ".join("%s %.3f" % item for item in answer["timings"].items()))
    print("memory             %.0f MB resident after them, peak %.0f MB; %.0f MB before the first"
          % (resident / MB, peak / MB, idle / MB), flush=True)
    return statistics.median(starts), statistics.median(times), peak


def print_proof_of_concept(python, files, ready_s, request_s, peak_bytes):
    peer = run_peer(python, "poc", files, os.getcwd())
    print("proof of concept   " + peer["said"])
    print("                   start-up %.1f s, %.0f x ours; request %.0f x ours; memory %.1f x ours"
          % (peer["start_up_s"], peer["start_up_s"] / ready_s, peer["work_s"] / request_s,
             peer["peak_bytes"] / peak_bytes))


def main():
    arguments = parse_arguments()
    chosen = choose(arguments.images, arguments.count, arguments.side)
    files = [os.path.abspath(path) for path, _ in chosen]
    print("machine            " + machine())
    print("images             " + describe(chosen))
    warm_files(files)
    ours = print_server(arguments.program, files, arguments)
    if arguments.installed:
        print_installed(arguments.installed)
    if arguments.peer_python:
        print_proof_of_concept(arguments.peer_python, files, *ours)


if __name__ == "__main__":
    main()
