# SPDX-License-Identifier: Apache-2.0
"""What the measuring commands here share. Python's standard library only."""
import collections
import json
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

MB = 1 << 20
PEER_SCRIPT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                            "../../shared/tools/peer_pipeline.py"))
IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".heic",
                  ".avif")

# Settings that change how fast a numerics library is; a peer is measured as it comes.
SPEED_VARIABLES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS",
                   "OMP_NUM_THREADS", "MKL_NUM_THREADS")

Run = collections.namedtuple("Run", "wall_s peak_bytes stdout")


def clean_environment(**changes):
    """The environment without anything that slows or tunes a program under measurement."""
    kept = {k: v for k, v in os.environ.items()
            if k not in SPEED_VARIABLES and not k.startswith("ICA_")}
    return {**kept, **changes}


def spread(values, form="%.3f"):
    """'median (min-max)' of some measurements."""
    figures = statistics.median(values), min(values), max(values)
    return "%s (%s-%s)" % tuple(form % figure for figure in figures)


def percentile(values, share):
    """The smallest value that at least `share` of the values do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def find_images(paths):
    """Image files under the given files and folders, by name, in a fixed order."""
    found = []
    for path in paths:
        if os.path.isdir(path):
            found += [os.path.join(d, f) for d, _, names in os.walk(path) for f in names
                      if f.lower().endswith(IMAGE_SUFFIXES)]
        else:
            found.append(path)
    return sorted(found)


def warm_files(paths):
    """Read the files once, so that no program under measurement pays for the first reading."""
    return sum(len(open(path, "rb").read()) for path in paths)


def run(command, **options):
    """Run to the end; wall time from before the process exists, its own peak of resident memory."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as log, \
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, **options) as process:
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        log.seek(0)
        if process.returncode:
            sys.exit("%s ended with %d: %s" % (" ".join(command[:3]), process.returncode,
                                               log.read().decode(errors="replace")[-2000:]))
    return Run(wall_s, usage.ru_maxrss * 1024, out.decode())


def run_peer(python, kind, files, folder):
    """One run of the peer pipeline: what it says of itself, and what is seen from outside."""
    outside = run([python, PEER_SCRIPT, kind, *files], cwd=folder, env=clean_environment())
    said = re.search(r"total ([\d.]+) s, ([\d.]+) images/s", outside.stdout)
    start_up = re.search(r"start-up ([\d.]+) s", outside.stdout)
    if not said or not start_up:
        sys.exit("the peer %s said something unexpected: %s" % (kind, outside.stdout))
    return {"kind": kind, "start_up_s": float(start_up.group(1)), "work_s": float(said.group(1)),
            "wall_s": outside.wall_s, "peak_bytes": outside.peak_bytes,
            "said": outside.stdout.strip().splitlines()[-1]}


def run_ours(program, folders):
    """One run of the command line with its defaults, descriptions included."""
    outside = run([program, "cluster", *folders, "--recursive", "--quiet", "--format", "json"],
                  env=clean_environment())
    answer = json.loads(outside.stdout)
    return {"kind": "ours", "work_s": answer["timings"]["total_s"], "wall_s": outside.wall_s,
            "peak_bytes": outside.peak_bytes, "n_images": len(answer["images"]),
            "n_clusters": len(answer["clusters"]), "timings": answer["timings"]}


def machine():
    """One line on what was measured on, and how busy it was before."""
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        text = file.read()
        cpu = next((line.split(":", 1)[1].strip() for line in text.splitlines()
                    if line.startswith("model name")), "unknown processor")
    words = set(text.split())
    has = [f for f in ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16") if f in words]
    return "%s, %d cores, %s; load before: %.2f" % (
        cpu, len(os.sched_getaffinity(0)), " ".join(has) or "no AVX2", os.getloadavg()[0])
