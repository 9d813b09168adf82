#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turn a published image model into a folder of the model store: ONNX graphs and a manifest.

    export_models.py KIND OUT_DIR                     the published weights, from their own place
    export_models.py KIND OUT_DIR --weights WHERE     from elsewhere: a name of the hub, a folder as
                                                      save_pretrained writes it, for timm also a file
    export_models.py KIND OUT_DIR --random [--tiny]   seeded random weights, for parity and timing;
                                                      --tiny: a very small version, for tests
    --half              store the weights as float16, in OpenVINO's form: half the file and less
                        memory; computed in float32 as before
    --tokenizer FILE    a tokenizer.json for the text tower, instead of the one of the weights
    --reference NAME    also write NAME in OUT_DIR: what PyTorch makes of some pictures and token ids

KIND is one of the names in model_kinds.py: dinov2-vits14 (b, l; each also with -reg),
clip-vit-b-32, openclip-vit-b-32-laion2b, siglip-base-patch16-224, siglip2-base-patch16-224,
mobileclip-s0 (s1, s2; the image tower), efficientnet-lite0 (1, 2; of Python packages). An unknown one prints them all.

needs: torch==2.15.0 timm==1.0.31 transformers==5.24.0 onnx==1.23.2 numpy pillow, and openvino of
the version in tools/openvino.txt

OUT_DIR gets, complete or not at all:

    model.onnx       pixel_values f32 [n, 3, side, side] in, embedding f32 [n, dim] out
    text.onnx        input_ids i64 [n, context] in, embedding f32 [n, dim] out; if it has words
    tokenizer.json   of the text tower; random weights have none unless --tokenizer names one
    manifest.json    says what is in the others, and how pixels are made (models/README.md)

With --half each graph is a pair .xml and .bin instead of one .onnx.

Before the folder appears its graphs are run by OpenVINO beside PyTorch: a cosine below 0.9999
between the two is an error. Deterministic for the same versions of the packages.
"""
import argparse
import json
import os
import pathlib
import shutil
import sys
import warnings

import numpy as np
import torch

import model_folder
from model_kinds import KINDS, build

OPSET = 17
LEAST_COSINE = 0.9999
MAX_GRAPH = (1 << 31) - (1 << 20)  # what one ONNX file may hold

PICTURES = ((0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (100, 75), (75, 100), (31, 57))
TEXTS = 6


# ---- graphs --------------------------------------------------------------------------------------

def export_graph(module, example, name, path):
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(module, (example,), str(path), input_names=[name],
                          output_names=["embedding"], opset_version=OPSET, dynamo=False,
                          dynamic_axes={name: {0: "n"}, "embedding": {0: "n"}})


def halve(path):
    """Write the ONNX graph as OpenVINO's own form with float16 weights, and return its two files.

    The engine keeps such weights as they are and widens them while computing, so that the
    arithmetic is that of float32 while file and mapped memory are half. ONNX has casts for this,
    but the engine widens those once and for all.
    """
    import openvino
    graph = path.with_suffix(".xml")
    openvino.save_model(openvino.Core().read_model(path), graph, compress_to_fp16=True)
    path.unlink()
    return [graph.name, graph.with_suffix(".bin").name]


def write_graphs(built, half, folder):
    """The names of the files."""
    export_graph(built.image, torch.zeros(2, 3, built.side, built.side), "pixel_values",
                 folder / "model.onnx")
    names = ["model.onnx"]
    if built.text:
        ids = torch.full((2, built.context), built.last_token, dtype=torch.long)
        export_graph(built.text, ids, "input_ids", folder / "text.onnx")
        names.append("text.onnx")
    for name in names:
        if os.path.getsize(folder / name) > MAX_GRAPH:
            sys.exit("export_models: %s is over the 2 GB that one ONNX file may hold" % name)
    if half:
        names = [part for name in names for part in halve(folder / name)]
    return names


# ---- manifest ------------------------------------------------------------------------------------

def rounded(values):
    """Nine digits tell one float32 from another."""
    return [float("%.9g" % value) for value in values]


def preprocessing_members(preprocessing, side):
    members = {"input_size": side, "input_layout": "NCHW", "input_type": "f32",
               "channel_order": "RGB", "resize_rule": preprocessing.rule}
    if preprocessing.rule == "crop":
        members["resize_side"] = round(side * preprocessing.short)
    members.update({
        "resize_filter": preprocessing.filter,
        "resize_rounding": preprocessing.rounding,
        "normalisation": "program",
        "mean": rounded(255 * m for m in preprocessing.mean),
        "scale": rounded(1 / (255 * s) for s in preprocessing.std),
    })
    return members


def text_members(built, half, has_tokenizer):
    members = {"graph": "text.xml" if half else "text.onnx", "input": "input_ids", "output": "embedding",
               "context": built.context}
    if has_tokenizer:
        members["tokenizer"] = "tokenizer.json"
    return members


def manifest_of(kind, built, arguments, folder, files):
    random = arguments.random
    name = kind.tiny if arguments.tiny else arguments.kind + ("-random" if random else "")
    with torch.inference_mode():
        dimension = built.image(torch.zeros(1, 3, built.side, built.side)).shape[1]
    manifest = {
        "name": name,
        "version": "1-f16" if arguments.half else "1",
        "title": kind.title + (", random weights" if random else ""),
        "licence": "Apache-2.0" if random else kind.licence,
        "source": "tools/export_models.py" if random else kind.origin(),
        "preset": kind.preprocessing.preset,
        "files": model_folder.described_files(folder, files),
        "graph": "model.xml" if arguments.half else "model.onnx",
        "weights": "model.bin" if arguments.half else "model.onnx",
        "ports": ["embedder"],
        "input": "pixel_values",
        **preprocessing_members(kind.preprocessing, built.side),
        "embedding_output": "embedding",
        "embedding_pooling": "none",
        "dimension": dimension,
    }
    if not manifest["preset"]:
        del manifest["preset"]
    if built.text:
        manifest["text"] = text_members(built, arguments.half, "tokenizer.json" in files)
    return manifest


def write_tokenizer(kind, arguments, folder):
    """The names of the files, none where nothing is known of the tokenizer."""
    if arguments.tokenizer:
        shutil.copyfile(arguments.tokenizer, folder / "tokenizer.json")
    elif not arguments.random:
        from transformers import AutoTokenizer
        source = arguments.weights or kind.source
        AutoTokenizer.from_pretrained(source).backend_tokenizer.save(str(folder / "tokenizer.json"))
    else:
        return []
    return ["tokenizer.json"]


# ---- reference -----------------------------------------------------------------------------------

def reference_picture(number, width, height):
    """Nine plain fields with a texture over them, uint8 [height, width, 3]; tests draw the same."""
    noise = (number * 2654435761 + 1) & 0xFFFFFFFF
    colours = []
    for _ in range(27):
        noise = (noise * 1664525 + 1013904223) & 0xFFFFFFFF
        colours.append(noise >> 24)
    y, x, channel = np.meshgrid(range(height), range(width), range(3), indexing="ij")
    fields = (3 * y // height * 3 + 3 * x // width) * 3 + channel
    return ((np.array(colours)[fields] + (7 * x + 13 * y + number) % 32) & 255).astype(np.uint8)


def reference_texts(built):
    """Rows of token ids, the context long: ends in the last token where the model looks for it."""
    random = np.random.default_rng(1)
    rows = random.integers(0, built.vocabulary - 2, (TEXTS, built.context))
    for number, row in enumerate(rows):
        row[2 + number * (built.context - 3) // TEXTS:] = built.last_token
    return rows


def reference_inputs(built, manifest):
    """Number, width and height of each picture, and the graph's input for all of them."""
    from PIL import Image
    pictures = [(number, width or built.side, height or built.side)
                for number, (width, height) in enumerate(PICTURES)]
    squares = [model_folder.square(Image.fromarray(reference_picture(*picture)), manifest)
               for picture in pictures]
    return pictures, model_folder.network_input(np.stack(squares), manifest)


def outputs(module, values):
    with torch.inference_mode():
        return module(torch.from_numpy(values)).numpy()


def check(name, expected, found):
    """The worst cosine, and how alike the most different outputs are; ends if the graph is off."""
    worst = model_folder.cosines(expected, found).min()
    print("%s: cosine to PyTorch at least %.7f; between different inputs down to %.2f" % (
        name, worst, model_folder.similarities(expected).min()))
    if not worst >= LEAST_COSINE:
        sys.exit("export_models: %s does not compute what PyTorch does" % name)


def check_graphs(built, manifest, folder):
    """What PyTorch makes of the reference inputs, after the graphs have made the same."""
    pictures, pixels = reference_inputs(built, manifest)
    vectors = outputs(built.image, pixels)
    name = manifest["graph"]
    check(name, vectors, model_folder.opened(folder / name)(pixels)[0])
    reference = {"pictures": [{"number": n, "width": w, "height": h, "embedding": v.tolist()}
                              for (n, w, h), v in zip(pictures, vectors)]}
    if built.text:
        ids = reference_texts(built)
        vectors = outputs(built.text, ids)
        name = manifest["text"]["graph"]
        check(name, vectors, model_folder.opened(folder / name)(ids)[0])
        reference["texts"] = [{"ids": row.tolist(), "embedding": v.tolist()}
                              for row, v in zip(ids, vectors)]
    return reference


def write_reference(reference, path):
    lines = ["  \"%s\": [\n%s\n  ]" % (name, ",\n".join("    " + json.dumps(row) for row in rows))
             for name, rows in reference.items()]
    pathlib.Path(path).write_text("{\n%s\n}\n" % ",\n".join(lines), "ascii")


# ---- command -------------------------------------------------------------------------------------

def export(arguments):
    kind = KINDS[arguments.kind]
    weights = None if arguments.random else arguments.weights or kind.source
    built = build(arguments.kind, weights, arguments.tiny)
    with model_folder.Replaced(arguments.out) as folder:
        files = write_graphs(built, arguments.half, folder)
        if built.text:
            files += write_tokenizer(kind, arguments, folder)
        manifest = manifest_of(kind, built, arguments, folder, files)
        model_folder.write_manifest(folder, manifest)
        reference = check_graphs(built, manifest, folder)
        if arguments.reference:
            write_reference(reference, folder / arguments.reference)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", metavar="KIND", choices=KINDS)
    parser.add_argument("out", metavar="OUT_DIR")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--weights", metavar="WHERE")
    source.add_argument("--random", action="store_true")
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--half", action="store_true")
    parser.add_argument("--tokenizer", metavar="FILE")
    parser.add_argument("--reference", metavar="NAME", help="a name within OUT_DIR")
    arguments = parser.parse_args()
    if arguments.tiny and not (arguments.random and KINDS[arguments.kind].tiny):
        parser.error("--tiny needs --random and one of: "
                     + ", ".join(name for name, kind in KINDS.items() if kind.tiny))
    return arguments


if __name__ == "__main__":
    export(parse_arguments())
