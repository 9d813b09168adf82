#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Make small tokenizers of the kinds that text towers use, and the ids that the library `tokenizers` gives
for 10,000 texts.

    make_tokenizer_cases.py [tests/data/tokenizers]

The files are committed; run this only to change them. Needs tokenizers and sentencepiece. All is
trained on this repository's own words (data/concepts, docs) and on the pieces of texts below.
  pieces.json       pieces of texts in many scripts: words, emoji, controls, odd spaces, long words
  texts.txt         a text per line: the numbers of the pieces that follow one another
  NAME.json         a tokenizer
  NAME.hashes.txt   per text, the 32-bit FNV-1a hash of its ids (4 bytes each, low byte first)
  NAME.ids.json     the ids of each 33rd text, from the first
No text has more than 512 ids: longer ones are cut at that as the program cuts them. Characters are of
Unicode 9 or before, since those that came later depend on the version which a distribution's utf8proc
and the reference's tables know.
"""

import base64
import json
import os
import random
import re
import string
import sys
import tempfile
import unicodedata

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

N_TEXTS = 10000
EVERY_WITH_IDS = 33
MAX_IDS = 512
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")

WORDS = """a photo of the dog Cat CATS running's it's We've they'll I'm you'd can't HELLO world's don't Mother-in-law
e.g. 3.14 1,000 2024 x² ½ Ⅳ ①② №5 50% $9.99 €20 C++ foo_bar user@example.com https://example.com/?a=b&c=d #tag @you
café naïve Ångström straße STRASSE İstanbul ıssız Ǆ ﬁle ﬂow œuvre São Paulo coração niño ¿Qué? ¡Sí! über Łódź Đà Nẵng
Привет мир Ёлка Київ Ελληνικά ΣΊΣΥΦΟΣ ὈΔΥΣΣΕΎΣ Հայերեն ქართული שָׁלוֹם עולם مرحبا بالعالم مُحَمَّد ﷺ ﷲ لا پارسی اردو
你好世界 猫和狗 漢字 かきくけこ ガギグゲゴ ﾊﾟﾋﾟ ｶﾞ Ｆｕｌｌ　Ｗｉｄｔｈ ㍿ ㈱ ㎏ 안녕하세요 세계 한국어 สวัสดีชาวโลก ภาษาไทย नमस्ते दुनिया
हिन्दी क्षत्रिय বাংলা தமிழ் తెలుగు ಕನ್ನಡ മലയാളം ພາສາລາວ ខ្មែរ བོད་སྐད འཇིག་རྟེན አማርኛ ᏣᎳᎩ ᓀᐦᐃᔭᐍᐏᐣ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝟙𝟚𝟛 𐍈𐌰𐍂 𠜎𠜱 𝄞""".split()

EMOJI = """😀 😂 ❤ ❤️ 👍 👍🏽 👨‍👩‍👧‍👦 🏳️‍🌈 👩🏿‍🚀 🇵🇹 🇧🇷🇪🇸 🇺 1️⃣ #️⃣ ☺ ☺️ ⭐ © ® ™ ✂ 🧜‍♀️ 🦊 🐕 🐈 🌍 ‼ ⁉ ㊗ 🈁""".split()

SPACES = ["\t", "\n", "\r", "\r\n", "\n\n", "\v", "\f", "  ", "   ", "\u00a0", "\u1680", "\u2003", "\u2009", "\u2028", "\u2029",
          "\u202f", "\u205f", "\u3000", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u0085", "\u00ad", "\u180e"]

MARKS = ["a\u0301", "A\u0301\u0323", "\u0301", "e\u0300\u0301\u0302\u0303", "\uff21\u0301", "\u1100\u1161\u11a8", "\uac00\u11a8",
         "\u0915\u093c", "\u0f40\u0f71\u0f72", "o\u031b\u0309", "q\u0307\u0323", "q\u0323\u0307", "s\u0323\u0307", "\u212b", "\u2126",
         "\u0344", "\u1e9b\u0323", "\ufb2c", "\u0340", "\u2adc", "\u0061\u0315\u0300\u05ae\u0062", "x\u20dd", "\u0e33", "\u0eb3"]

OTHERS = ["\ufffd", "\ufffe", "\uffff", "\ue000", "\uf8ff", "\U000f0000", "\U0010ffff", "\U000e0001\U000e0041", "\ufdd0", "\u2581",
          "\u2581\u2581", "\u2581a", "\u0120", "\u0120hello", "</w>", "a</w>", "<unk>", "</s>", "<s>", "<pad>", "<eos>", "<bos>",
          "<mask>", "<|startoftext|>", "<|endoftext|>", "<|EndOfText|>", "<|endoftext", "<0x41>", "<0x0A>", "[PAD]", "<extra>",
          "<EXTRA>", "''", "'", "'S", "'ll'", "'re've", "\"", "\\", "``", "...", "!!!", "--", "—", "–", "…", "«»", "「」", "、。", "()",
          "[]{}", "~^|", "=====", "ſ", "K", "ϴ", "ẞ", "ß"]

# Rows of characters; all of Unicode 9 or before.
RANGES = [(0x00, 0x20), (0x20, 0x7f), (0x7f, 0x100), (0x100, 0x250), (0x300, 0x340), (0x386, 0x3f0), (0x400, 0x460), (0x5d0, 0x5eb),
          (0x621, 0x64b), (0x904, 0x93a), (0xe01, 0xe3b), (0x10d0, 0x10f1), (0x1100, 0x1113), (0x1e00, 0x1f00), (0x1f00, 0x1f16),
          (0x2010, 0x2028), (0x2070, 0x2072), (0x2100, 0x214f), (0x2190, 0x2200), (0x2460, 0x24ff), (0x3041, 0x3097), (0x30a1, 0x30ff),
          (0x3200, 0x321f), (0x3300, 0x33ff), (0x4e00, 0x5200), (0xac00, 0xb000), (0xf900, 0xfa00), (0xfb00, 0xfb07), (0xfb50, 0xfbb2),
          (0xff01, 0xffbf), (0x10400, 0x10450), (0x1d400, 0x1d455), (0x1f300, 0x1f321), (0x1f600, 0x1f642), (0x20000, 0x20100)]


def make_pieces(rng, words):
    long_words = ["a" * 300, "ab" * 150, "antidis" * 40, "の" * 200, "é" * 150, "👍" * 60, " " * 70, "\u2581" * 40, "!" * 90, "1234567890" * 12,
                  "".join(chr(rng.randrange(0x4e00, 0x9fa6)) for _ in range(200)),
                  "".join(rng.choice(string.ascii_letters) for _ in range(400))]
    drawn = []
    for first, last in RANGES:
        for _ in range(12):
            text = "".join(chr(rng.randrange(first, last)) for _ in range(rng.randrange(1, 6)))
            drawn.append("".join(c for c in text if unicodedata.category(c) != "Cn"))
    drawn += [chr(c) for c in range(0x20)] + [chr(c) for c in range(0x7f, 0xa0)]
    pieces = [" "] + WORDS + EMOJI + SPACES + MARKS + OTHERS + drawn + rng.sample(words, 500) + long_words
    return list(dict.fromkeys(p for p in pieces if p))


def make_texts(rng, pieces):
    """Texts of words with spaces, of anything with spaces, and of anything without."""
    n = len(pieces)
    texts = [[]] + [[i] for i in range(n)]
    while len(texts) < N_TEXTS:
        kind = rng.randrange(3)
        text = []
        for _ in range(rng.randrange(1, 9)):
            i = rng.randrange(n)
            if len(pieces[i]) > 50 and rng.random() < .9:
                i = rng.randrange(1, len(WORDS))
            text += [i, 0] if kind < 2 else [i]
        texts.append(text[:-1] if kind == 0 else text)
    return texts


def corpus():
    lines = []
    for folder, suffix in (("data/concepts", ".tsv"), ("docs", ".md")):
        path = os.path.join(ROOT, folder)
        for name in sorted(os.listdir(path)):
            if name.endswith(suffix):
                with open(os.path.join(path, name), encoding="utf-8") as file:
                    lines += re.sub("[\t|]", " ", file.read()).splitlines()
    return lines


def byte_pairs(lines, size, **options):
    """Train; CLIP's vocabulary has each byte twice, also with the mark of a word's end."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trained = Tokenizer(models.BPE(**options))
    trained.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    suffix = options.get("end_of_word_suffix")
    trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False,
                                  **({"end_of_word_suffix": suffix} if suffix else {}))
    trained.train_from_iterator(lines, trainer)
    merges = [tuple(m) for m in json.loads(trained.to_str())["model"]["merges"]]
    tokens = alphabet + ([c + suffix for c in alphabet] if suffix else []) + [a + b for a, b in merges]
    return list(dict.fromkeys(tokens)), merges


def clip(lines):
    tokens, merges = byte_pairs(lines, 900, end_of_word_suffix="</w>")
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    ids = {token: i for i, token in enumerate(tokens)}
    made = Tokenizer(models.BPE(ids, merges, end_of_word_suffix="</w>", continuing_subword_prefix="", fuse_unk=False,
                                unk_token="<|endoftext|>"))
    made.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    words = Regex(r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+")
    made.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(words, "removed", invert=True),
                                                  pre_tokenizers.ByteLevel(add_prefix_space=False)])
    made.add_special_tokens([AddedToken("<|startoftext|>", normalized=True, special=True),
                             AddedToken("<|endoftext|>", normalized=False, special=True)])
    made.post_processor = processors.RobertaProcessing(("<|endoftext|>", ids["<|endoftext|>"]),
                                                       ("<|startoftext|>", ids["<|startoftext|>"]), False, False)
    return made


def gpt(lines):
    """The rest of what byte-level tokenizers have: GPT-2's words, spaces in front, whole words first."""
    tokens, merges = byte_pairs(lines, 500)
    tokens += ["<s>", "</s>", "<pad>", "hello", "<extra>"]
    ids = {token: i for i, token in enumerate(tokens)}
    made = Tokenizer(models.BPE(ids, merges, ignore_merges=True))
    made.normalizer = normalizers.Sequence([normalizers.NFKD(), normalizers.StripAccents(), normalizers.NFKC(),
                                            normalizers.Strip(), normalizers.Prepend(" ")])
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    made.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in ("<s>", "</s>", "<pad>")])
    made.add_tokens([AddedToken("<extra>", lstrip=True, rstrip=True, normalized=False)])
    made.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=True),
        processors.TemplateProcessing("<s> $A </s>", special_tokens=[("<s>", ids["<s>"]), ("</s>", ids["</s>"])])])
    return made


def gemma(lines):
    """SigLIP 2's."""
    tokens = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "\n", "\n\n", "\t", "▁▁", "▁▁▁"]
    added = len(tokens)
    tokens += [f"<0x{i:02X}>" for i in range(256)]
    trained = Tokenizer(models.BPE())
    normalizer = normalizers.Sequence([normalizers.Lowercase(), normalizers.Replace(" ", "▁")])
    trained.normalizer = normalizer
    trained.train_from_iterator([w for line in lines for w in re.findall(r" ?[^ ]+", line)],
                                trainers.BpeTrainer(vocab_size=800, limit_alphabet=120, show_progress=False))
    model = json.loads(trained.to_str())["model"]
    ids = {t: i for i, t in enumerate(dict.fromkeys(tokens + sorted(model["vocab"], key=model["vocab"].get)))}
    made = Tokenizer(models.BPE(ids, [tuple(m) for m in model["merges"]], fuse_unk=True, byte_fallback=True, unk_token="<unk>"))
    made.normalizer = normalizer
    made.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    made.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in tokens[:5]])
    made.add_tokens([AddedToken(t, normalized=False) for t in tokens[5:added]])
    made.post_processor = processors.TemplateProcessing("$A <eos>", special_tokens=[("<eos>", ids["<eos>"])])
    made.enable_padding(pad_id=0, pad_token="<pad>", length=64)
    return made


def charsmap():
    """Some of SentencePiece's own rules nmt_nfkc, in the form that it compiles them to: the whole table
    has 240 kB."""
    chosen = set(range(0x1, 0x20)) | {0x7f, 0x85, 0xa0, 0xad, 0xb2, 0xbd, 0x2003, 0x2028, 0x200b, 0x200d, 0x2060, 0xfeff, 0x3000, 0x2122}
    chosen |= set(range(0xfb00, 0xfb05)) | set(range(0xff01, 0xff9f)) | {0x33ff, 0x337f, 0x338f, 0xfdfa, 0x2163, 0x2460, 0x212b}
    rules = {}
    for c in chosen:
        to = "" if c < 0x20 or c in (0x7f, 0xad, 0x200b, 0x2060, 0xfeff) else unicodedata.normalize("NFKC", chr(c))
        rules[(c,)] = " " if c in (9, 10, 13, 0x85, 0x2028) or to.isspace() else to
    for base in "aeiouAEIOUnc":
        for mark in "\u0300\u0301\u0302\u0303\u0308\u0327":
            whole = unicodedata.normalize("NFC", base + mark)
            if len(whole) == 1:
                rules[(ord(base), ord(mark))] = whole
    return {source: target for source, target in rules.items() if "".join(map(chr, source)) != target}


def unigram(lines, folder, size):
    """The pieces with their scores, and the table of replacements, of a model that SentencePiece trains."""
    rules = os.path.join(folder, "rules.tsv")
    with open(rules, "w", encoding="utf-8") as file:
        for source, target in sorted(charsmap().items()):
            file.write("%s\t%s\n" % (" ".join("%X" % c for c in source), " ".join("%X" % ord(c) for c in target)))
    prefix = os.path.join(folder, "model")
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_prefix=prefix, vocab_size=size, character_coverage=.9995, pad_id=-1, unk_id=2, bos_id=0,
        eos_id=1, normalization_rule_tsv=rules, hard_vocab_limit=False, num_threads=1, minloglevel=2)
    processor = sentencepiece.SentencePieceProcessor(model_file=prefix + ".model")
    scores = [(processor.id_to_piece(i), round(processor.get_score(i), 4)) for i in range(processor.get_piece_size())]
    return scores, table_of(processor.serialized_model_proto())


def fields(message):
    """(number, content) of the fields of a protobuf message that have a length."""
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        key = number()
        if key & 7 == 2:
            size = number()
            yield key >> 3, message[at:at + size]
            at += size
        elif key & 7 == 0:
            number()
        else:
            at += 4 if key & 7 == 5 else 8


def table_of(model):
    """ModelProto.normalizer_spec.precompiled_charsmap."""
    spec = dict(fields(model))[3]
    return dict(fields(spec))[2]


def precompiled(table):
    # The library has no constructor for users that takes what it writes itself.
    state = json.dumps({"type": "Precompiled", "precompiled_charsmap": base64.b64encode(table).decode()})
    made = normalizers.Precompiled(table)
    assert json.loads(made.__getstate__()) == json.loads(state)
    return made


def siglip(scores, table):
    made = Tokenizer(models.Unigram(scores, unk_id=2, byte_fallback=False))
    punctuation = Regex("[" + re.escape(string.punctuation) + "]")
    made.normalizer = normalizers.Sequence([normalizers.Lowercase(), normalizers.Replace(punctuation, ""),
                                            normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip(), precompiled(table)])
    made.pre_tokenizer = pre_tokenizers.Metaspace("▁", "always")
    made.add_special_tokens([AddedToken(t, lstrip=True, rstrip=True, normalized=False, special=True) for t in ("</s>", "<unk>")])
    made.post_processor = processors.TemplateProcessing("$A </s>", special_tokens=[("</s>", 1)])
    made.enable_padding(pad_id=1, pad_token="</s>", length=64)
    return made


def roberta(scores, table):
    """XLM-RoBERTa's, which multilingual text towers have; with tokens for bytes."""
    scores = scores[:300] + [(f"<0x{i:02X}>", -20.) for i in range(256)] + scores[300:]
    made = Tokenizer(models.Unigram(scores, unk_id=2, byte_fallback=True))
    made.normalizer = normalizers.Sequence([precompiled(table), normalizers.Replace(Regex(" {2,}"), " ")])
    made.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace("▁", "always")])
    made.add_special_tokens([AddedToken("<s>", special=True, normalized=False), AddedToken("</s>", special=True, normalized=False)])
    made.post_processor = processors.TemplateProcessing("<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)])
    return made


def hash_of(ids):
    value = 0x811C9DC5
    for byte in b"".join(i.to_bytes(4, "little") for i in ids):
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def write(path, text):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "tests/data/tokenizers")
    os.makedirs(out, exist_ok=True)
    rng = random.Random(20)
    lines = corpus()
    words = sorted({w for line in lines for w in line.split() if len(w) < 20})
    pieces = make_pieces(rng, words)
    texts = make_texts(rng, pieces)
    write(os.path.join(out, "pieces.json"), json.dumps(pieces, indent=0) + "\n")
    write(os.path.join(out, "texts.txt"), "".join(" ".join(map(str, text)) + "\n" for text in texts))
    lines += [" ".join(WORDS)] * 3
    with tempfile.TemporaryDirectory() as folder:
        scores, table = unigram(lines, folder, 900)
    made = {"clip": clip(lines), "gpt": gpt(lines), "gemma": gemma(lines), "siglip": siglip(scores, table),
            "roberta": roberta(scores, table)}
    for name, tokenizer in made.items():
        write(os.path.join(out, name + ".json"), tokenizer.to_str(pretty=False) + "\n")
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_IDS)
        ids = [tokenizer.encode("".join(pieces[i] for i in text)).ids for text in texts]
        write(os.path.join(out, name + ".hashes.txt"), "".join("%08x\n" % hash_of(i) for i in ids))
        write(os.path.join(out, name + ".ids.json"), json.dumps(ids[::EVERY_WITH_IDS], separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
