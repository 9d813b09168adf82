#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The command line against what a user would run instead, on the same files, run by run in turn.

The peers are the kinds of ../shared/tools/peer_pipeline.py, run by PYTHON (which needs what that
script lists). Each round runs the program and then one peer, for each peer: A B A C A D, and so on,
so that whatever else the machine does meets all of them. The peers read lite2.onnx, made once by
`PYTHON ../shared/tools/peer_pipeline.py export`.

Two speeds are told of each. "work" is what a peer reports of itself, without its start-up: images
over the time for decoding, embedding and clustering; for the program, images over timings.total_s
of its answer, descriptions included. "process" is images over the wall time of the whole process.
"""
import argparse
import os
import statistics
import sys

from measure import MB, PEER_SCRIPT, find_images, machine, run_ours, run_peer, spread, warm_files

KINDS = ("openvino", "onnxruntime", "torch", "poc")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("folder")
    parser.add_argument("--peer-python", metavar="PYTHON", required=True)
    parser.add_argument("--kinds", default="openvino,onnxruntime,torch")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--onnx", metavar="FILE", default="lite2.onnx")
    arguments = parser.parse_args()
    arguments.kinds = arguments.kinds.split(",")
    if not set(arguments.kinds) <= set(KINDS):
        parser.error("--kinds knows %s" % ", ".join(KINDS))
    for path in (arguments.program, arguments.folder, PEER_SCRIPT):
        if not os.path.exists(path):
            parser.error("there is no " + path)
    if {"openvino", "onnxruntime"} & set(arguments.kinds) and (
            os.path.basename(arguments.onnx) != "lite2.onnx" or not os.path.exists(arguments.onnx)):
        parser.error("there is no lite2.onnx at %s: --help says how to make it" % arguments.onnx)
    return arguments


def measure(arguments, files):
    """Runs by kind, "ours" among them."""
    runs = {kind: [] for kind in ["ours"] + arguments.kinds}
    folder = os.path.dirname(os.path.abspath(arguments.onnx))
    for number in range(arguments.runs):
        for kind in arguments.kinds:
            ours = run_ours(arguments.program, [arguments.folder])
            if ours["n_images"] != len(files):
                sys.exit("%d of %d images were read" % (ours["n_images"], len(files)))
            runs["ours"].append(ours)
            runs[kind].append(run_peer(arguments.peer_python, kind, files, folder))
            print("run %d: ours %.2f s of %.2f s, %s %.2f s of %.2f s" % (
                number + 1, ours["work_s"], ours["wall_s"], kind, runs[kind][-1]["work_s"],
                runs[kind][-1]["wall_s"]), file=sys.stderr, flush=True)
    return runs


def rates(runs, key, n_images):
    return [n_images / run[key] for run in runs]


def print_table(runs, n_images):
    form = "%-12s %4s  %-24s %-24s %s"
    print(form % ("", "runs", "images/s, work", "images/s, process", "peak memory, MB"))
    for kind, of_kind in runs.items():
        print(form % (kind, len(of_kind), spread(rates(of_kind, "work_s", n_images), "%.1f"),
                      spread(rates(of_kind, "wall_s", n_images), "%.1f"),
                      spread([run["peak_bytes"] / MB for run in of_kind], "%.0f")))


def print_ratios(runs, kinds, n_images):
    median = {(kind, key): statistics.median(rates(runs[kind], key, n_images))
              for kind in runs for key in ("work_s", "wall_s")}
    for kind in kinds:
        print("against %-12s work %.2f x, process %.2f x, our process to its work %.2f x" % (
            kind, median["ours", "work_s"] / median[kind, "work_s"],
            median["ours", "wall_s"] / median[kind, "wall_s"],
            median["ours", "wall_s"] / median[kind, "work_s"]))
    fastest = max(kinds, key=lambda kind: median[kind, "work_s"])
    print("ratio to the fastest peer, %s: %.2f" % (
        fastest, median["ours", "work_s"] / median[fastest, "work_s"]))


def main():
    arguments = parse_arguments()
    files = [os.path.abspath(path) for path in find_images([arguments.folder])]
    print("machine  " + machine())
    print("images   %d, %.1f MB" % (len(files), warm_files(files) / MB), flush=True)
    runs = measure(arguments, files)
    print_table(runs, len(files))
    stages = runs["ours"][-1]["timings"]
    print("ours, last run: %d clusters; %s" % (
        runs["ours"][-1]["n_clusters"], ", ".join("%s %.3f" % item for item in stages.items())))
    print_ratios(runs, arguments.kinds, len(files))


if __name__ == "__main__":
    main()
