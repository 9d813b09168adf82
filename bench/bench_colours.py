#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How often the colours in descriptions are right.

usage: bench_colours.py PROGRAM PHOTOS [--groups N] [--size N] [--seed N] [--verbose]

PHOTOS is the folder of photos that tests/data/descriptions/clothing-colours.tsv labels. Groups of them are
described by the program: N of one class each, N that share a colour. A word for a colour is right if at
least half of the group's photos were labelled with it. A group of which no colour is said is "silent" where
there is one that at least 70 % of its photos were labelled with, and right otherwise.
"""
import argparse
import collections
import json
import os
import random
import re
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
LABELS = os.path.join(HERE, "..", "tests", "data", "descriptions", "clothing-colours.tsv")
COLOURS = ("black", "white", "grey", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")


def read_labels():
    with open(LABELS, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
    return {photo: colours.split("|") for photo, colours in rows}


def describe(program, folder, photos):
    """The text for all of the photos as one group."""
    command = [program, "cluster", "--quiet", "--format", "json", "--strategy", "agglomerative",
               "--clusters", "1", *(os.path.join(folder, photo) for photo in photos)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)[
        "clusters"][0]["description"]


def judge(text, photos, labels):
    said = [word for word in re.findall(r"[a-z]+", text) if word in COLOURS]
    counts = collections.Counter(colour for photo in photos for colour in labels[photo])
    if not said:
        return "silent" if max(counts.values()) >= 0.7 * len(photos) else "right"
    return "right" if all(counts[word] >= len(photos) / 2 for word in said) else "WRONG"


def class_groups(labels, n, size, rng):
    classes = collections.defaultdict(list)
    for photo in labels:
        classes[photo.split("/")[0]].append(photo)
    names = sorted(name for name in classes if len(classes[name]) >= size)
    return [rng.sample(classes[names[i % len(names)]], size) for i in range(n)]


def colour_groups(labels, n, size, rng):
    by_colour = {colour: [photo for photo in labels if colour in labels[photo][:2]]
                 for colour in COLOURS}
    names = [colour for colour in COLOURS if len(by_colour[colour]) >= size]
    return [rng.sample(by_colour[names[i % len(names)]], size) for i in range(n)]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("photos")
    parser.add_argument("--groups", type=int, default=50)
    parser.add_argument("--size", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    labels = read_labels()
    rng = random.Random(options.seed)
    for kind, make in (("one class", class_groups), ("one colour", colour_groups)):
        verdicts = collections.Counter()
        for photos in make(labels, options.groups, options.size, rng):
            text = describe(options.program, options.photos, photos)
            verdict = judge(text, photos, labels)
            verdicts[verdict] += 1
            if options.verbose:
                print(f"  {verdict:6} {text}: {', '.join(labels[photo][0] for photo in photos)}")
        total = sum(verdicts.values())
        print(f"{kind}: " + ", ".join(f"{word} {100 * verdicts[word] / total:.0f} %"
                                      for word in ("right", "silent", "WRONG")))


if __name__ == "__main__":
    main()
