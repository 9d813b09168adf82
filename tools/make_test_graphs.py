#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Make the small ONNX graphs of tests/data/graphs/ (needs the package onnx). The files are the same
each time it runs.

A picture becomes a vector by a mean over its pixels' places and a fixed matrix; that is no model of
anything, but different pictures give different numbers, which is all that the trial of a model asks.
"""
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "tests" / "data" / "graphs"
DIM = 8


def matrix(name, *shape):
    count = int(np.prod(shape))
    values = np.sin(np.arange(count, dtype=np.float32) * 0.7 + 0.1).reshape(shape)
    return numpy_helper.from_array(values.astype(np.float32), name)


def value(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def save(name, nodes, inputs, outputs, weights, **options):
    graph = helper.make_graph(nodes, name, inputs, outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8,
                              producer_name="image-cluster-ai")
    if options.get("check", True):
        onnx.checker.check_model(model)
    if "location" in options:
        for tensor in model.graph.initializer:
            external(tensor, options["location"])
    (FOLDER / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))


def external(tensor, location):
    """Put the tensor's bytes into a file beside the graph, as large exports have it."""
    data = tensor.raw_data
    if "/" not in location:
        (FOLDER / location).write_bytes(data)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, text in (("location", location), ("offset", "0"), ("length", str(len(data)))):
        entry = tensor.external_data.add()
        entry.key, entry.value = key, text


# Squares, so that a pattern around grey does not vanish in the mean.
POOL = [helper.make_node("Mul", ["pixel_values", "pixel_values"], ["squares"]),
        helper.make_node("Add", ["squares", "pixel_values"], ["terms"]),
        helper.make_node("ReduceMean", ["terms"], ["means"], axes=[2, 3], keepdims=0)]


def picture_model(name, sides, output="image_embeds", scale=1.0, **options):
    nodes = [*POOL, helper.make_node("MatMul", ["means", "weights"], [output])]
    weights = matrix("weights", 3, DIM)
    if scale != 1.0:
        weights = numpy_helper.from_array(numpy_helper.to_array(weights) * np.float32(scale),
                                          "weights")
    save(name, nodes, [value("pixel_values", sides)], [value(output, [sides[0], DIM])], [weights],
         **options)


def main():
    FOLDER.mkdir(exist_ok=True)
    picture_model("clip-vision", ["batch", 3, 32, 32])
    picture_model("open-sides", ["batch", 3, "height", "width"])
    picture_model("four-at-once", [4, 3, 32, 32])
    picture_model("external", ["batch", 3, 32, 32], location="external.onnx_data")
    picture_model("outside", ["batch", 3, 32, 32], location="../outside.bin")
    picture_model("absolute", ["batch", 3, 32, 32], location="/outside.bin")
    picture_model("infinite", ["batch", 3, 32, 32], scale=float("inf"))
    # All pictures are the same to it.
    save("constant",
         [*POOL, helper.make_node("Mul", ["means", "zero"], ["nothing"]),
          helper.make_node("MatMul", ["nothing", "weights"], ["image_embeds"])],
         [value("pixel_values", ["batch", 3, 32, 32])], [value("image_embeds", ["batch", DIM])],
         [matrix("weights", 3, DIM), numpy_helper.from_array(np.zeros(3, np.float32), "zero")])
    # A ViT's output: the first token stands for the picture.
    save("tokens",
         [*POOL, helper.make_node("MatMul", ["means", "weights"], ["vector"]),
          helper.make_node("Unsqueeze", ["vector", "axis"], ["one"]),
          helper.make_node("Concat", ["one", "one"], ["last_hidden_state"], axis=1)],
         [value("pixel_values", ["batch", 3, 28, 28])],
         [value("last_hidden_state", ["batch", "tokens", DIM])],
         [matrix("weights", 3, DIM),
          numpy_helper.from_array(np.array([1], np.int64), "axis")])
    # A classifier, with the pixels last.
    save("classes",
         [helper.make_node("Transpose", ["image"], ["pixel_values"], perm=[0, 3, 1, 2]), *POOL,
          helper.make_node("MatMul", ["means", "weights"], ["features"]),
          helper.make_node("MatMul", ["features", "head"], ["logits"])],
         [value("image", ["batch", 32, 32, 3])],
         [value("logits", ["batch", 1000]), value("features", ["batch", 2])],
         [matrix("weights", 3, 2), matrix("head", 2, 1000)])
    # A text tower: the mean of the words' vectors.
    for name, dim in (("clip-text", DIM), ("other-text", DIM + 1)):
        save(name,
             [helper.make_node("Mod", ["input_ids", "vocabulary"], ["ids"]),
              helper.make_node("Gather", ["words", "ids"], ["vectors"]),
              helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
              helper.make_node("Unsqueeze", ["mask", "axis"], ["column"]),
              helper.make_node("Mul", ["vectors", "column"], ["kept"]),
              helper.make_node("Mul", ["kept", "places"], ["placed"]),
              helper.make_node("ReduceMean", ["placed"], ["text_embeds"], axes=[1], keepdims=0)],
             [value("input_ids", ["batch", 16], TensorProto.INT64),
              value("attention_mask", ["batch", 16], TensorProto.INT64)],
             [value("text_embeds", ["batch", dim])],
             [matrix("words", 32, dim), matrix("places", 16, 1),
              numpy_helper.from_array(np.array([2], np.int64), "axis"),
              numpy_helper.from_array(np.array([32], np.int64), "vocabulary")])
    # No pictures at all.
    save("no-image", [helper.make_node("MatMul", ["numbers", "weights"], ["image_embeds"])],
         [value("numbers", ["batch", 3])], [value("image_embeds", ["batch", DIM])],
         [matrix("weights", 3, DIM)])
    save("wrong-rank",
         [helper.make_node("Identity", ["pixel_values"], ["image_embeds"])],
         [value("pixel_values", ["batch", 3, 32, 32])],
         [value("image_embeds", ["batch", 3, 32, 32])], [])
    return 0


if __name__ == "__main__":
    sys.exit(main())
