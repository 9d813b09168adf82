#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turn a BLIP captioning model into what the `blip` describer reads.

    export_blip.py --weights DIR_OR_NAME OUT_DIR    a model of the transformers library, for example
                                                    Salesforce/blip-image-captioning-base
    export_blip.py --random base OUT_DIR            the same size with random weights, for timing
    export_blip.py --random tiny OUT_DIR [--reference FILE]
                                                    a very small one with random weights, for tests,
                                                    and what transformers makes of 50 pictures with it

needs: torch transformers onnx openvino (of the version in tools/openvino.txt)

OUT_DIR gets, complete or not at all:

    vision.xml, .bin    one picture (u8, NHWC, RGB) in; for each layer of the decoder the keys and the
                        values that its cross-attention needs, which stay the same for a whole caption
    decoder.xml, .bin   one token per row in, the scores of the next one out; the keys and values of the
                        tokens before come in, those of the new one go out
    vocabulary.txt      one WordPiece per line, in the order of their ids
    blip.json           says what is in the others, with sizes and SHA-256

Put OUT_DIR where the weights are, under the name `blip`: deps/models/blip beside the sources,
share/image-cluster-ai/weights/blip in an installation, or DIR/blip for --models-dir DIR.

Each graph goes through ONNX (opset 17) and is stored as OpenVINO's own IR, which is mapped into memory
instead of being read. The normalisation of the pixels is folded into the first convolution.
"""

import argparse
import hashlib
import json
import os
import pathlib
import shutil
import sys
import tempfile
import warnings

import torch
import torch.nn.functional as F

OPSET = 17
MAX_LENGTH = 20
MEAN = (0.48145466, 0.4578275, 0.40821073)  # CLIP's, as BLIP's own preprocessing has them
STD = (0.26862954, 0.26130258, 0.27577711)

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]", "[ENC]")
GAP = "[gap-"  # ids to which the tokenizer has no piece

TINY_SEED = 18
TINY_SIDE = 48
REFERENCE_IMAGES = 50
REFERENCE_BEAMS = 3


class Vision(torch.nn.Module):
    """The vision encoder, and for each layer of the decoder the keys and values of what it sees."""

    def __init__(self, model):
        super().__init__()
        self.encoder = model.vision_model
        config = model.config.vision_config
        self.heads = config.num_attention_heads
        embeddings = self.encoder.embeddings
        convolution = embeddings.patch_embedding
        weight = convolution.weight.detach().double()
        scale = 1 / (255 * torch.tensor(STD, dtype=torch.float64))
        shift = torch.tensor(MEAN, dtype=torch.float64) / torch.tensor(STD, dtype=torch.float64)
        self.weight = (weight * scale[None, :, None, None]).float()
        self.bias = (convolution.bias.detach().double()
                     - (weight * shift[None, :, None, None]).sum((1, 2, 3))).float()
        self.stride = convolution.stride
        self.start = (embeddings.class_embedding + embeddings.position_embedding[:, :1]).detach()
        self.positions = embeddings.position_embedding[:, 1:].detach()
        self.text_heads = model.config.text_config.num_attention_heads
        self.cross = [layer.crossattention.self for layer in model.text_decoder.bert.encoder.layer]

    def attend(self, attention, x):
        n, size = x.shape[1], x.shape[2]
        qkv = attention.qkv(x).reshape(1, n, 3, self.heads, size // self.heads).permute(2, 0, 3, 1, 4)
        weights = torch.softmax(qkv[0] @ qkv[1].transpose(-1, -2) * attention.scale, -1)
        return attention.projection((weights @ qkv[2]).transpose(1, 2).reshape(1, n, size))

    def forward(self, image):
        x = F.conv2d(image.permute(0, 3, 1, 2).float(), self.weight, self.bias, self.stride)
        x = torch.cat((self.start, x.flatten(2).transpose(1, 2) + self.positions), 1)
        for layer in self.encoder.encoder.layers:
            x = x + self.attend(layer.self_attn, layer.layer_norm1(x))
            x = x + layer.mlp(layer.layer_norm2(x))
        x = self.encoder.post_layernorm(x)
        n = x.shape[1]
        out = []
        for attention in self.cross:
            for linear in (attention.key, attention.value):
                out.append(linear(x).reshape(1, n, self.text_heads, -1).transpose(1, 2))
        return tuple(out)


class Decoder(torch.nn.Module):
    """One step of the text decoder, for `images` times `beams` rows at once."""

    def __init__(self, model):
        super().__init__()
        self.bert = model.text_decoder.bert
        self.head = model.text_decoder.cls
        config = model.config.text_config
        self.heads = config.num_attention_heads
        self.size = config.hidden_size
        self.depth = self.size // self.heads

    def split(self, x):
        return x.reshape(-1, self.heads, 1, self.depth)

    def attend(self, query, keys, values, mask):
        scores = query @ keys.transpose(-1, -2) / self.depth ** 0.5
        return torch.softmax(scores if mask is None else scores + mask, -1) @ values

    def forward(self, ids, position, mask, past, *cross):
        images, beams = ids.shape
        embeddings = self.bert.embeddings
        x = embeddings.word_embeddings(ids.reshape(-1)) + embeddings.position_embeddings(position)
        x = embeddings.LayerNorm(x)
        mask = torch.cat((mask, torch.zeros(1)))
        fresh = []
        for number, layer in enumerate(self.bert.encoder.layer):
            attention = layer.attention
            key, value = self.split(attention.self.key(x)), self.split(attention.self.value(x))
            fresh += [key.squeeze(2), value.squeeze(2)]
            seen = self.attend(self.split(attention.self.query(x)),
                               torch.cat((past[2 * number], key), 2),
                               torch.cat((past[2 * number + 1], value), 2), mask)
            x = attention.output.LayerNorm(attention.output.dense(seen.reshape(-1, self.size)) + x)
            attention = layer.crossattention
            query = attention.self.query(x).reshape(images, beams, self.heads, self.depth)
            seen = self.attend(query.transpose(1, 2), cross[2 * number], cross[2 * number + 1], None)
            seen = seen.transpose(1, 2).reshape(-1, self.size)
            x = attention.output.LayerNorm(attention.output.dense(seen) + x)
            x = layer.output.LayerNorm(layer.output.dense(layer.intermediate(x)) + x)
        return self.head(x), torch.stack(fresh)


# ---- models --------------------------------------------------------------------------------------

TINY_WORDS = """
[PAD] [UNK] [CLS] [SEP] [MASK] ! ' ( ) , - . ? a an and the of on in with at by near over under is are
there two three red green blue black white brown yellow old young small large man woman dog cat bird
horse shoe shirt hat car bus boat house tree road table chair cup plate bottle clock phone book bag
standing sitting walking lying flying riding holding wearing next front side water grass snow street
field room kitchen beach sky s t m ve re n ##s ##ing ##ed ##er ##ly ##ball ##board ##man ##y ##ish
[DEC]
""".split()


def tiny_model():
    from transformers import BlipConfig, BlipForConditionalGeneration
    size = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "projection_dim": 32,
            "num_attention_heads": 4}
    special = {"bos_token_id": TINY_WORDS.index("[DEC]"), "sep_token_id": TINY_WORDS.index("[SEP]"),
               "eos_token_id": TINY_WORDS.index("[SEP]"), "pad_token_id": TINY_WORDS.index("[PAD]")}
    config = BlipConfig(
        text_config={**size, **special, "vocab_size": len(TINY_WORDS), "encoder_hidden_size": 32,
                     "max_position_embeddings": 32},
        vision_config={**size, "image_size": TINY_SIDE, "patch_size": 16})
    model = BlipForConditionalGeneration(config)
    # Larger weights than a training would begin with: captions differ from picture to picture, and
    # some end before the longest length.
    random = torch.Generator().manual_seed(TINY_SEED)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() >= 2:
                weight.copy_(torch.randn(weight.shape, generator=random) * 0.35)
            elif name.endswith("bias"):
                weight.copy_(torch.randn(weight.shape, generator=random) * 0.1)
        decoder = model.text_decoder
        decoder.bert.embeddings.position_embeddings.weight.mul_(3)
        for layer in decoder.bert.encoder.layer:
            layer.crossattention.output.dense.weight.mul_(3)
        decoder.cls.predictions.bias[special["sep_token_id"]] += 4
    return model, TINY_WORDS


def base_model():
    from transformers import BlipConfig, BlipForConditionalGeneration
    torch.manual_seed(1)
    config = BlipConfig(text_config={"num_attention_heads": 12},
                        vision_config={"initializer_range": 0.02})
    words = ["word%d" % i for i in range(config.text_config.vocab_size)]
    for number, word in ((0, "[PAD]"), (102, "[SEP]"), (30522, "[DEC]")):
        words[number] = word
    return BlipForConditionalGeneration(config), words


def public_model(source):
    from transformers import AutoTokenizer, BlipForConditionalGeneration
    model = BlipForConditionalGeneration.from_pretrained(source)
    tokenizer = AutoTokenizer.from_pretrained(source)
    words = [GAP + "%d]" % i for i in range(model.config.text_config.vocab_size)]
    for word, number in tokenizer.get_vocab().items():
        if number < len(words):
            words[number] = word
    if words[model.config.text_config.sep_token_id] != "[SEP]":
        sys.exit("export_blip: the tokenizer of %s does not belong to its model" % source)
    return model, words


# ---- files ---------------------------------------------------------------------------------------

def convert(module, inputs, names, outputs, dynamic, path):
    """Write `path`.xml and .bin."""
    import openvino
    onnx = path.with_suffix(".onnx")
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(module, inputs, str(onnx), input_names=names, output_names=outputs,
                          dynamic_axes=dynamic, opset_version=OPSET, dynamo=False)
    graph = openvino.convert_model(onnx)
    for section in ("conversion_parameters", "Runtime_version"):
        if graph.has_rt_info(section):
            graph.set_rt_info("", section)
    openvino.save_model(graph, path.with_suffix(".xml"), compress_to_fp16=False)
    onnx.unlink()


def write_graphs(model, folder):
    text = model.config.text_config
    side = model.config.vision_config.image_size
    cross = ["cross_%d" % i for i in range(2 * text.num_hidden_layers)]
    image = torch.zeros((1, side, side, 3), dtype=torch.uint8)
    vision = Vision(model)
    convert(vision, (image,), ["image"], cross, None, folder / "vision")
    with torch.inference_mode():
        seen = [tensor.repeat(2, 1, 1, 1) for tensor in vision(image)]
    images, beams, tokens = 2, 3, 5
    depth = text.hidden_size // text.num_attention_heads
    past = torch.zeros(len(cross), images * beams, text.num_attention_heads, tokens, depth)
    convert(Decoder(model), (torch.ones((images, beams), dtype=torch.long),
                             torch.ones(1, dtype=torch.long), torch.zeros(tokens), past, *seen),
            ["ids", "position", "mask", "past", *cross], ["logits", "fresh"],
            {"ids": {0: "images", 1: "beams"}, "mask": {0: "tokens"}, "logits": {0: "rows"},
             "past": {1: "rows", 3: "tokens"}, "fresh": {1: "rows"},
             **{name: {0: "images"} for name in cross}}, folder / "decoder")
    return seen[0].shape[2]


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def write_manifest(model, words, n_seen, name, folder):
    text = model.config.text_config
    special = sorted({i for i, word in enumerate(words) if word in SPECIAL or word.startswith(GAP)}
                     | {text.bos_token_id, text.sep_token_id, text.pad_token_id})
    files = ["vision.xml", "vision.bin", "decoder.xml", "decoder.bin", "vocabulary.txt"]
    manifest = {
        "name": name,
        "version": "1",
        "files": [{"name": file, "size": os.path.getsize(folder / file),
                   "sha256": sha256(folder / file)} for file in files],
        "input_size": model.config.vision_config.image_size,
        "input_layout": "NHWC",
        "input_type": "u8",
        "channel_order": "RGB",
        "resize_filter": "bicubic",
        "resize_rule": "stretch",
        "normalisation": "graph",
        "patches": n_seen,
        "layers": text.num_hidden_layers,
        "heads": text.num_attention_heads,
        "head_size": text.hidden_size // text.num_attention_heads,
        "vocabulary_size": text.vocab_size,
        "max_length": MAX_LENGTH,
        "begin_token": text.bos_token_id,
        "end_token": text.sep_token_id,
        "special_tokens": special,
    }
    (folder / "blip.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


def export(model, words, name, out):
    """All files appear in `out`, which is replaced, or none."""
    out = pathlib.Path(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".blip-") as scratch:
        folder = pathlib.Path(scratch) / "model"
        folder.mkdir()
        n_seen = write_graphs(model, folder)
        (folder / "vocabulary.txt").write_text("".join(word + "\n" for word in words), "utf-8")
        write_manifest(model, words, n_seen, name, folder)
        if out.exists():
            shutil.rmtree(out)
        folder.rename(out)


# ---- reference -----------------------------------------------------------------------------------

def reference_picture(number):
    """Nine plain squares with a texture over them; tests/contract/test_captioner.c draws the same."""
    noise = (number * 2654435761 + 1) & 0xFFFFFFFF
    picture = torch.zeros((TINY_SIDE, TINY_SIDE, 3), dtype=torch.uint8)
    colours = []
    for _ in range(27):
        noise = (noise * 1664525 + 1013904223) & 0xFFFFFFFF
        colours.append(noise >> 24)
    for y in range(TINY_SIDE):
        for x in range(TINY_SIDE):
            for channel in range(3):
                colour = colours[(y // 16 * 3 + x // 16) * 3 + channel]
                picture[y, x, channel] = (colour + (7 * x + 13 * y + number) % 32) & 255
    return picture


def detokenise(words, ids):
    """The text that transformers' own tokenizer makes of the ids."""
    from transformers import BertTokenizer
    with tempfile.TemporaryDirectory() as folder:
        vocabulary = os.path.join(folder, "vocab.txt")
        with open(vocabulary, "w", encoding="ascii") as file:
            file.writelines(word + "\n" for word in words)
        tokenizer = BertTokenizer(vocabulary, additional_special_tokens=["[DEC]"])
        return [tokenizer.decode(row, skip_special_tokens=True, clean_up_tokenization_spaces=True)
                for row in ids]


def write_reference(model, words, path):
    pictures = torch.stack([reference_picture(i) for i in range(REFERENCE_IMAGES)])
    pixels = (pictures.float() / 255 - torch.tensor(MEAN)) / torch.tensor(STD)
    pixels = pixels.permute(0, 3, 1, 2)
    end = model.config.text_config.sep_token_id
    reference = {}
    for name, beams in (("greedy", 1), ("beams", REFERENCE_BEAMS)):
        with torch.inference_mode():
            rows = model.generate(pixel_values=pixels, max_length=MAX_LENGTH, num_beams=beams).tolist()
        # What fills the shorter rows is no part of them: padding, or the end again.
        rows = [row[:row.index(end) + 1] if end in row else row for row in rows]
        texts = detokenise(words, rows)
        reference[name] = [{"ids": row, "text": text} for row, text in zip(rows, texts)]
        print("%s: %d different captions, %d end by themselves" % (
            name, len(set(texts)), sum(row[-1] == end for row in rows)))
    # Rows of any pieces, as no caption has them.
    random = torch.Generator().manual_seed(1)
    rows = torch.randint(len(words), (REFERENCE_IMAGES, MAX_LENGTH), generator=random).tolist()
    reference["pieces"] = [{"ids": row, "text": text} for row, text in zip(rows, detokenise(words, rows))]
    lines = ["  \"%s\": [\n%s\n  ]" % (name, ",\n".join("    " + json.dumps(row) for row in rows))
             for name, rows in reference.items()]
    pathlib.Path(path).write_text("{\n  \"n_beams\": %d,\n%s\n}\n" % (REFERENCE_BEAMS, ",\n".join(lines)))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--weights", metavar="DIR_OR_NAME")
    source.add_argument("--random", choices=("base", "tiny"))
    parser.add_argument("--reference", metavar="FILE", help="with --random tiny")
    parser.add_argument("out", metavar="OUT_DIR")
    arguments = parser.parse_args()
    if arguments.reference and arguments.random != "tiny":
        parser.error("--reference needs --random tiny")
    if arguments.weights:
        model, words = public_model(arguments.weights)
        name = os.path.basename(os.path.normpath(arguments.weights))
    else:
        model, words = tiny_model() if arguments.random == "tiny" else base_model()
        name = "blip-random-" + arguments.random
    model.eval().requires_grad_(False)
    export(model, words, name, arguments.out)
    if arguments.reference:
        write_reference(model, words, arguments.reference)


if __name__ == "__main__":
    main()
