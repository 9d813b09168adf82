# SPDX-License-Identifier: Apache-2.0
"""A tiny multimodal model with random weights, as the two GGUF files that llama.cpp reads: a
language model that knows a few words, and an image encoder in the shape of LLaVA's. It says nonsense,
but what it says depends on the pictures."""

import array
import os
import random
import struct
import sys

WORDS = ("red blue green small large old shoes cups dogs balloons tables flowers "
         "of with and on").split()
WIDTH, LAYERS, HEADS, INNER, CONTEXT = 64, 2, 4, 128, 4096
SEEN, SEEN_LAYERS, SEEN_INNER, PATCH, SIDE = 32, 3, 64, 14, 56
ALIGNMENT = 32
TEMPLATE = ("{% for message in messages %}{{ message['role'] + ': ' + message['content'] }}\n"
            "{% endfor %}assistant:")
UNKNOWN, NORMAL, CONTROL, BYTE = 2, 1, 3, 6  # kinds of tokens


class Gguf:
    """A file of that format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md"""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.values, self.tensors = [], []

    @staticmethod
    def text(text):
        data = text.encode()
        return struct.pack("<Q", len(data)) + data

    def encoded(self, value):
        """(type, bytes)"""
        if isinstance(value, bool):
            return 7, struct.pack("<?", value)
        if isinstance(value, int):
            return 4, struct.pack("<I", value)
        if isinstance(value, float):
            return 6, struct.pack("<f", value)
        if isinstance(value, str):
            return 8, self.text(value)
        items = [self.encoded(item) for item in value]
        return 9, struct.pack("<IQ", items[0][0], len(items)) + b"".join(data for _, data in items)

    def set(self, **values):
        for name, value in values.items():
            self.values.append((name.replace("__", "."), *self.encoded(value)))

    def add(self, name, *shape, data=None, spread=0.1):
        """A tensor; the last dimension is that of what lies side by side."""
        count = 1
        for side in shape:
            count *= side
        numbers = data or [self.random.gauss(0, spread) for _ in range(count)]
        self.tensors.append((name, shape, array.array("f", numbers).tobytes()))

    def constant(self, name, count, value):
        self.add(name, count, data=[value] * count)

    def write(self, path):
        head = b"GGUF" + struct.pack("<IQQ", 3, len(self.tensors), len(self.values))
        for name, kind, data in self.values:
            head += self.text(name) + struct.pack("<I", kind) + data
        body = b""
        for name, shape, data in self.tensors:
            head += self.text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape[::-1],
                                                  0, len(body))
            body += data + bytes(-len(data) % ALIGNMENT)
        with open(path, "wb") as file:
            file.write(head + bytes(-len(head) % ALIGNMENT) + body)


def language_model():
    model = Gguf(1)
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{i:02X}>" for i in range(256)),
              *("\u2581" + word for word in ("", *WORDS))]
    n_silent = len(tokens) - len(WORDS)  # never said: their logits are 0
    model.set(general__architecture="llama", general__name="tiny", general__file_type=0,
              llama__context_length=CONTEXT, llama__embedding_length=WIDTH,
              llama__block_count=LAYERS, llama__feed_forward_length=INNER,
              llama__attention__head_count=HEADS, llama__attention__head_count_kv=HEADS,
              llama__attention__layer_norm_rms_epsilon=1e-5, llama__vocab_size=len(tokens),
              llama__rope__dimension_count=WIDTH // HEADS, tokenizer__ggml__model="llama",
              tokenizer__ggml__tokens=tokens,
              tokenizer__ggml__scores=[-float(i > 258) for i in range(len(tokens))],
              tokenizer__ggml__bos_token_id=1, tokenizer__ggml__eos_token_id=2,
              tokenizer__ggml__unknown_token_id=0, tokenizer__chat_template=TEMPLATE)
    kinds = [UNKNOWN, CONTROL, CONTROL, *[BYTE] * 256, *[NORMAL] * (len(WORDS) + 1)]
    model.values.append(("tokenizer.ggml.token_type", 9,
                         struct.pack(f"<IQ{len(kinds)}i", 5, len(kinds), *kinds)))
    model.add("token_embd.weight", len(tokens), WIDTH, spread=1)
    model.constant("output_norm.weight", WIDTH, 1)
    said = [model.random.gauss(0, 1) for _ in range(len(WORDS) * WIDTH)]
    model.add("output.weight", len(tokens), WIDTH, data=[0.0] * (n_silent * WIDTH) + said)
    for layer in range(LAYERS):
        for name, *shape in (("attn_q", WIDTH, WIDTH), ("attn_k", WIDTH, WIDTH),
                             ("attn_v", WIDTH, WIDTH), ("attn_output", WIDTH, WIDTH),
                             ("ffn_gate", INNER, WIDTH), ("ffn_up", INNER, WIDTH),
                             ("ffn_down", WIDTH, INNER)):
            model.add(f"blk.{layer}.{name}.weight", *shape, spread=0.2)
        model.constant(f"blk.{layer}.attn_norm.weight", WIDTH, 1)
        model.constant(f"blk.{layer}.ffn_norm.weight", WIDTH, 1)
    return model


def image_encoder():
    model = Gguf(2)
    model.set(general__architecture="clip", general__file_type=0, clip__has_vision_encoder=True,
              clip__projector_type="mlp", clip__use_gelu=False, clip__vision__image_size=SIDE,
              clip__vision__patch_size=PATCH, clip__vision__embedding_length=SEEN,
              clip__vision__feed_forward_length=SEEN_INNER, clip__vision__projection_dim=WIDTH,
              clip__vision__block_count=SEEN_LAYERS, clip__vision__attention__head_count=2,
              clip__vision__attention__layer_norm_epsilon=1e-5,
              clip__vision__image_mean=[0.5, 0.5, 0.5], clip__vision__image_std=[0.25, 0.25, 0.25])

    def linear(name, n_out, n_in):
        model.add(name + ".weight", n_out, n_in)
        model.constant(name + ".bias", n_out, 0)

    def norm(name):
        model.constant(name + ".weight", SEEN, 1)
        model.constant(name + ".bias", SEEN, 0)

    model.add("v.class_embd", SEEN)
    model.add("v.patch_embd.weight", SEEN, 3, PATCH, PATCH)
    model.add("v.position_embd.weight", (SIDE // PATCH) ** 2 + 1, SEEN)
    norm("v.pre_ln")
    for layer in range(SEEN_LAYERS):
        for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
            linear(f"v.blk.{layer}.{name}", SEEN, SEEN)
        norm(f"v.blk.{layer}.ln1")
        norm(f"v.blk.{layer}.ln2")
        linear(f"v.blk.{layer}.ffn_up", SEEN_INNER, SEEN)
        linear(f"v.blk.{layer}.ffn_down", SEEN, SEEN_INNER)
    linear("mm.0", WIDTH, SEEN)
    linear("mm.2", WIDTH, WIDTH)
    return model


def write(folder):
    """Write model.gguf and mmproj.gguf, together less than a megabyte."""
    language_model().write(os.path.join(folder, "model.gguf"))
    image_encoder().write(os.path.join(folder, "mmproj.gguf"))


if __name__ == "__main__":
    write(sys.argv[1])
