#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Speed and memory of each model of a store through the command line.

    bench_models.py PROGRAM STORE PHOTOS... [--photos 48] [--runs 3]

STORE is a folder of models (--models-dir), such as tools/export_models.py KIND STORE/NAME --random
fills. Each model embeds and groups the same photos, without descriptions. Told of each: images per
second of the stage "embedding" (reading, decoding, resizing and inference), how long the program
takes for one photo from its start to its end with the model in the cache of compiled models, the peak
of its resident memory, and the bytes of its image tower, as median (least-most).
"""
import argparse
import json
import os
import statistics
import sys
import tempfile

from measure import MB, clean_environment, find_images, machine, run, spread, warm_files


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("store")
    parser.add_argument("photos", nargs="+")
    parser.add_argument("--photos", dest="n_photos", type=int, default=48, metavar="N")
    parser.add_argument("--runs", type=int, default=3)
    return parser.parse_args()


def installed(arguments):
    """Manifests of what the program can run, by name."""
    listed = run([arguments.program, "models", "list", "--format", "json", "--models-dir",
                  arguments.store], env=clean_environment())
    return [model for model in json.loads(listed.stdout)["models"]
            if model["state"]["installed"] == "yes"]


def embed(arguments, name, cache, files):
    outside = run([arguments.program, "cluster", *files, "--model", name, "--models-dir",
                   arguments.store, "--cache-dir", cache, "--describer", "none", "--quiet",
                   "--format", "json"], env=clean_environment())
    return outside, json.loads(outside.stdout)


def measure(arguments, name, files):
    """images/s, seconds for one photo, peak bytes: a list of each."""
    with tempfile.TemporaryDirectory() as cache:
        embed(arguments, name, cache, files[:1])  # compiles
        rates, firsts, peaks = [], [], []
        for _ in range(arguments.runs):
            firsts.append(embed(arguments, name, cache, files[:1])[0].wall_s)
            outside, answer = embed(arguments, name, cache, files)
            rates.append(len(files) / answer["timings"]["embed_s"])
            peaks.append(outside.peak_bytes / MB)
    return rates, firsts, peaks


def main():
    arguments = parse_arguments()
    found = [os.path.abspath(path) for path in find_images(arguments.photos)]
    files = found[::max(1, len(found) // arguments.n_photos)][:arguments.n_photos]
    if not files:
        sys.exit("bench_models: there are no photos in " + " ".join(arguments.photos))
    print("machine  " + machine())
    print("images   %d, %.1f MB" % (len(files), warm_files(files) / MB))
    form = "%-32s %6s %5s %-20s %-20s %s"
    print(form % ("model", "pixels", "dim", "images/s", "one photo, s", "peak memory, MB"))
    for model in installed(arguments):
        rates, firsts, peaks = measure(arguments, model["name"], files)
        print(form % (model["name"], model["pixels"], model["dimension"],
                      spread(rates, "%.1f"), spread(firsts, "%.2f"),
                      "%.0f" % statistics.median(peaks)), flush=True)


if __name__ == "__main__":
    main()
