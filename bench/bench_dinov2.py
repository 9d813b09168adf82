#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The proof of concept's embedding step against ours: DINOv2 ViT-B/14, the same photos, in turns.

usage: bench_dinov2.py PHOTOS --peer-python PYTHON [--ours NAME=COMMAND]... [--model NAME=DIR]...

The peer is what the proof of concept runs: timm's model with random weights under PyTorch, Pillow,
batches of 16 (../shared/tools/peer_pipeline.py has the same lines). Ours is either a COMMAND, in
which {photos} stands for the files, whose JSON answer has `timings`, for example

  --ours f32="build/release/bin/image-cluster-ai cluster {photos} --model dinov2-vitb14 --format json"

or, where there is no such program, a --model: a folder of the model store (export_models.py makes
them, quantize_model.py an int8 one) opened by OpenVINO's Python interface in a process of its own.
Each round runs the peer and then every other, --runs times. Told of each: images/s of the work (for
a peer and a --model decoding, resizing and embedding, without start-up; for a COMMAND timings
.total_s of its answer, so with everything else it does), images/s from start of the process to its
end, and the process's own peak of resident memory, as median (least-most).

PYTHON needs: torch timm pillow numpy openvino
"""
import argparse
import json
import os
import re
import shlex
import statistics
import sys
import time

from measure import MB, clean_environment, find_images, machine, run, spread, warm_files

TOOLS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tools")
PEER = "PyTorch"
BATCH = 16


# ---- what runs in processes of its own -----------------------------------------------------------

def embed_in_batches(files, read, embed):
    import numpy as np
    start = time.monotonic()
    for i in range(0, len(files), BATCH):
        embed(np.concatenate([read(path) for path in files[i:i + BATCH]]))
    print("work %.4f s" % (time.monotonic() - start))


def run_pytorch(files):
    """The shorter side to 224, the middle, (sample - mean) / 128: as peer_pipeline.py does."""
    import numpy as np
    import timm
    import torch
    from PIL import Image
    model = timm.create_model("vit_base_patch14_dinov2.lvd142m", pretrained=False, img_size=224,
                              num_classes=0).eval()

    def read(path):
        image = Image.open(path).convert("RGB")
        scale = 224 / min(image.size)
        image = image.resize([max(224, round(side * scale)) for side in image.size], Image.BICUBIC)
        left, top = [(side - 224) // 2 for side in image.size]
        image = image.crop((left, top, left + 224, top + 224))
        return ((np.asarray(image, np.float32) - 127) / 128).transpose(2, 0, 1)[None]

    def embed(pixels):
        with torch.inference_mode():
            model(torch.from_numpy(pixels))

    embed_in_batches(files, read, embed)


def run_model(folder, files):
    """Single images under one stream, as the program sends them."""
    sys.path.insert(0, TOOLS)
    import model_folder
    manifest = model_folder.read_manifest(folder)
    compiled = model_folder.opened(os.path.join(folder, manifest["graph"]))

    def embed(pixels):
        for image in pixels:
            model_folder.embed(compiled, manifest, image[None])

    embed_in_batches(files, lambda path: model_folder.read_pixels(path, manifest), embed)


# ---- measuring -----------------------------------------------------------------------------------

def filled(command, files):
    return [part for word in shlex.split(command)
            for part in (files if word == "{photos}" else [word])]


def own_process(python, kind, files):
    outside = run([python, os.path.abspath(__file__), "--child", *kind, "--", *files],
                  env=clean_environment())
    return outside, float(re.search(r"work ([\d.]+) s", outside.stdout).group(1))


def our_process(command, files):
    outside = run(filled(command, files), env=clean_environment())
    return outside, json.loads(outside.stdout)["timings"]["total_s"]


def contenders(arguments):
    """Name to a function of the files that gives a Run and the seconds of its work."""
    python = arguments.peer_python
    found = {PEER: lambda files: own_process(python, ["pytorch"], files)}
    for name, command in arguments.ours:
        found[name] = lambda files, command=command: our_process(command, files)
    for name, folder in arguments.model:
        found[name] = lambda files, folder=folder: own_process(python, ["model", folder], files)
    return found


def measure(arguments, files):
    """Name to one (work_s, wall_s, peak_bytes) per run."""
    runs = {}
    for number in range(arguments.runs):
        for name, start in contenders(arguments).items():
            outside, work_s = start(files)
            runs.setdefault(name, []).append((work_s, outside.wall_s, outside.peak_bytes))
            print("run %d: %s %.2f s of %.2f s" % (number + 1, name, work_s, outside.wall_s),
                  file=sys.stderr, flush=True)
    return runs


def print_table(runs, n_images):
    form = "%-22s %-22s %-22s %-22s %s"
    print(form % ("", "images/s, work", "images/s, process", "peak memory, MB", "work / PyTorch"))
    peer = statistics.median(work_s for work_s, _, _ in runs[PEER])
    for name, of_one in runs.items():
        works, walls, peaks = zip(*of_one)
        print(form % (name, spread([n_images / s for s in works], "%.2f"),
                      spread([n_images / s for s in walls], "%.2f"),
                      spread([peak / MB for peak in peaks], "%.0f"),
                      "%.2f x" % (peer / statistics.median(works))))


# ---- command -------------------------------------------------------------------------------------

def named(text):
    name, _, value = text.partition("=")
    if not value or name == PEER:
        raise argparse.ArgumentTypeError("expected NAME=VALUE, not " + text)
    return name, value


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", metavar="PHOTOS", nargs="+")
    parser.add_argument("--peer-python", metavar="PYTHON", default=sys.executable)
    parser.add_argument("--ours", metavar="NAME=COMMAND", type=named, action="append", default=[])
    parser.add_argument("--model", metavar="NAME=DIR", type=named, action="append", default=[])
    parser.add_argument("--photos", dest="n_photos", type=int, default=24, metavar="N",
                        help="of PHOTOS, spread evenly")
    parser.add_argument("--runs", type=int, default=5)
    return parser.parse_args()


def main():
    if sys.argv[1:2] == ["--child"]:
        end = sys.argv.index("--")
        kind, files = sys.argv[2:end], sys.argv[end + 1:]
        return run_pytorch(files) if kind == ["pytorch"] else run_model(kind[1], files)
    arguments = parse_arguments()
    found = [os.path.abspath(path) for path in find_images(arguments.photos)]
    files = found[::max(1, len(found) // arguments.n_photos)][:arguments.n_photos]
    if not files:
        sys.exit("bench_dinov2: there are no photos in " + " ".join(arguments.photos))
    print("machine  " + machine())
    print("images   %d, %.1f MB" % (len(files), warm_files(files) / MB), flush=True)
    print_table(measure(arguments, files), len(files))
    return 0


if __name__ == "__main__":
    sys.exit(main())
