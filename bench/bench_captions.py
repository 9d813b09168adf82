#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Captions by the describer `blip` against the proof of concept's, on the same photos and weights.

    PYTHON bench/bench_captions.py BENCH_CAPTIONS FOLDER [--model DIR] [--photos 24] [--runs 3]

BENCH_CAPTIONS is build/debug/bin/bench_captions. PYTHON needs torch, transformers and pillow, and for
the first run, which makes DIR, what tools/export_blip.py needs too. The model has the size of
BLIP-base and random weights: the work is that of the real one, the words are not, and no caption ends
before the longest length of 20 tokens.

The proof of concept's way: one photo after another through transformers' generate(), with its
defaults but for that length. Both are given the files; both decode and resize within the time that is
measured. They take turns, some photos each, so that whatever else the machine does meets both.
Reading the model is told apart. "worked" is the time that all threads together worked: on a machine
that is busy with other things it says more than the time that passed.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import time

from measure import clean_environment, find_images, machine, spread, warm_files

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
TURN = 8  # photos: what the describer captions at once


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("folder")
    parser.add_argument("--model", metavar="DIR", default="/tmp/blip-random-base")
    parser.add_argument("--photos", type=int, default=24)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--beams", type=int, default=1)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    return parser.parse_args()


def run_ours(arguments, files):
    """Seconds to read the model, seconds for the captions, seconds worked, and the tokens."""
    done = subprocess.run([arguments.program, arguments.model, str(arguments.threads),
                           str(arguments.beams), *files], check=True, capture_output=True,
                          text=True, env=clean_environment())
    seconds, *rows = done.stdout.splitlines()
    return (*map(float, seconds.split()), [[int(token) for token in row.split()] for row in rows])


class ProofOfConcept:
    def __init__(self, arguments):
        import torch
        from export_blip import MEAN, STD, base_model
        self.torch, self.mean, self.std = torch, torch.tensor(MEAN), torch.tensor(STD)
        self.beams = arguments.beams
        torch.set_num_threads(arguments.threads)
        self.model = base_model()[0].eval()

    def caption(self, path):
        import numpy
        from PIL import Image
        from export_blip import MAX_LENGTH
        side = self.model.config.vision_config.image_size
        image = Image.open(path).convert("RGB").resize((side, side), Image.BICUBIC)
        pixels = self.torch.from_numpy(numpy.array(image)).float() / 255
        pixels = ((pixels - self.mean) / self.std).permute(2, 0, 1)[None]
        with self.torch.inference_mode():
            return self.model.generate(pixel_values=pixels, max_length=MAX_LENGTH,
                                       num_beams=self.beams)[0].tolist()

    def run(self, files):
        start, worked = time.monotonic(), time.process_time()
        rows = [self.caption(path) for path in files]
        return time.monotonic() - start, time.process_time() - worked, rows


def one_run(arguments, files, theirs):
    """Sums over all photos: {"read", "ours", "ours worked", "theirs", "theirs worked"}, and the tokens."""
    sums, rows = dict.fromkeys(("ours", "ours worked", "theirs", "theirs worked"), 0.0), []
    for begin in range(0, len(files), TURN):
        some = files[begin:begin + TURN]
        read, ours, ours_worked, our_rows = run_ours(arguments, some)
        seconds, worked, their_rows = theirs.run(some)
        for key, value in zip(sums, (ours, ours_worked, seconds, worked)):
            sums[key] += value
        rows += zip(our_rows, their_rows)
    return {"read": read, **sums}, rows


def main():
    arguments = parse_arguments()
    files = [os.path.abspath(path) for path in find_images([arguments.folder])]
    files = files[::max(1, len(files) // arguments.photos)][:arguments.photos]
    if not os.path.exists(os.path.join(arguments.model, "blip.json")):
        subprocess.run([sys.executable, ROOT / "tools" / "export_blip.py", "--random", "base",
                        arguments.model], check=True)
    print("machine  " + machine())
    print("photos   %d, %.1f MB; %d threads, %d beams" % (
        len(files), warm_files(files) / (1 << 20), arguments.threads, arguments.beams), flush=True)
    start = time.monotonic()
    theirs = ProofOfConcept(arguments)
    theirs.caption(files[0])
    print("PyTorch ready after %.1f s" % (time.monotonic() - start), flush=True)
    runs = []
    for number in range(arguments.runs):
        figures, rows = one_run(arguments, files, theirs)
        runs.append(figures)
        print("run %d: ours %.2f s (worked %.2f), theirs %.2f s (worked %.2f)" % (
            number + 1, *list(figures.values())[1:]), flush=True)
    of = {key: [run[key] for run in runs] for key in runs[0]}
    median = {key: statistics.median(values) for key, values in of.items()}
    for key, values in of.items():
        print("%-14s %s s" % (key, spread(values, "%.2f")))
    print("ratio          %.2f x, worked %.2f x" % (
        median["theirs"] / median["ours"], median["theirs worked"] / median["ours worked"]))
    print("tokens         %d of %d captions have the same; %d different captions" % (
        sum(a == b for a, b in rows), len(rows), len({tuple(b) for _, b in rows})))


if __name__ == "__main__":
    main()
