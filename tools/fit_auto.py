#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fit the constants of the `auto` clustering rule (auto_rule.py) on labelled photos, and score them.

usage: fit_auto.py SET[:WEIGHT] [SET ...] [--without-classes] [--score DRAWS.json | --expect DRAWS.json]

A SET is the common beginning of SET.emb.npy (n x d pooled features), SET.logits.npy (n x classes) and SET.names.txt (one
"group/file" a line; the true group of an image is its folder). Random draws of many shapes are taken from each set, and two
weighted logistic regressions tell from a pair's features whether its two images share a group: a first one from the set alone,
a second one that also knows where walks through the likely pairs of the first lead. The constants are printed. WEIGHT is how
much the draws of the set count, 1 if not given.
--without-classes fits what models without a classifier use, on the embeddings alone and on synthetic groups in addition: such
models may be of any kind.
--score scores each set with constants fitted on the sets whose names begin otherwise (before the '-') only, then on all.
--expect prints what the rule finds with the constants in auto_rule.py, for tests.
Deterministic. needs: numpy
"""
import argparse
import json
import pathlib

import numpy as np

import auto_rule

# kind of draw: (images from, to; groups from, to; evenness of the group sizes; draws; weight of all draws of the kind together)
KINDS = {
    "tiny": (2, 5, 1, 4, 5.0, 40, 12.0),
    "small": (5, 24, 2, 6, 5.0, 100, 100.0),
    "medium": (30, 100, 2, 16, 5.0, 24, 36.0),
    "large": (150, 300, 4, 40, 5.0, 6, 12.0),
    "uneven": (10, 119, 2, 12, 0.6, 24, 24.0),
    "one group": (2, 19, 1, 1, 5.0, 16, 8.0),
    "all apart": (3, 10, 99, 99, 5.0, 20, 6.0),
}
WHOLE_WEIGHT = 8.0
COPIES_WEIGHT = 6.0  # draws of a few photos with noisy copies of each
SYNTHETIC = 60       # draws
SYNTHETIC_WEIGHT = 100.0
MAX_PAIRS = 4000     # of one draw that enter the regression
RIDGE = 1e-3


class PhotoSet:
    def __init__(self, argument, with_classes):
        stem, _, weight = argument.partition(":")
        self.weight = float(weight or 1)
        self.name = pathlib.Path(stem).name
        self.family = self.name.split("-")[0]
        self.emb = np.load(stem + ".emb.npy").astype(np.float64)
        self.logits = np.load(stem + ".logits.npy").astype(np.float64) if with_classes else None
        self.names = pathlib.Path(stem + ".names.txt").read_text().split("\n")[:-1]
        self.truth = np.unique([n.split("/")[0] for n in self.names], return_inverse=True)[1]

    def rows(self, i):
        return self.emb[i], None if self.logits is None else self.logits[i], self.truth[i]


def draw(rng, photos, low, high, fewest, most, evenness):
    groups = np.unique(photos.truth)
    n = int(rng.integers(low, high + 1))
    if fewest > high:  # every image from another group
        chosen = rng.choice(groups, min(n, len(groups)), replace=False)
        return np.array([rng.choice(np.flatnonzero(photos.truth == g)) for g in chosen])
    most = min(most, n, len(groups))
    k = int(rng.integers(min(fewest, most), most + 1))
    share = rng.dirichlet(np.full(k, evenness))
    take = np.maximum(1, np.round(share * n).astype(int))
    chosen = rng.choice(groups, k, replace=False)
    return np.concatenate([rng.permutation(np.flatnonzero(photos.truth == g))[:t] for g, t in zip(chosen, take)])


def copies(rng, photos):
    """A few photos of different groups, 2 to 7 noisy copies of each; logits stay those of the photo."""
    groups = np.unique(photos.truth)
    chosen = rng.choice(groups, min(len(groups), int(rng.integers(2, 7))), replace=False)
    i = np.concatenate([[rng.choice(np.flatnonzero(photos.truth == g))] * int(rng.integers(2, 8)) for g in chosen])
    emb, logits, truth = photos.rows(i)
    noise = rng.normal(size=emb.shape) * photos.emb.std(axis=0) * rng.choice([0.05, 0.1, 0.3, 0.5])
    return np.maximum(emb + noise, 0.0), logits, truth


def make_draws(photos, seed):
    """Yields (kind, weight, emb, logits, truth)."""
    rng = np.random.default_rng(seed)
    for kind, (*shape, count, weight) in KINDS.items():
        for _ in range(count):
            yield kind, weight / count, *photos.rows(draw(rng, photos, *shape))
    for _ in range(12):
        yield "copies", COPIES_WEIGHT / 12, *copies(rng, photos)
    yield "whole", WHOLE_WEIGHT, *photos.rows(np.arange(len(photos.truth)))


def synthetic(rng):
    """Groups around random directions, many or few, clear or not, sometimes all in one narrow cone."""
    dim = int(rng.choice([64, 128, 384, 768]))
    n = int(rng.integers(12, 300))
    groups = int(rng.integers(2, max(3, n * rng.choice([0.1, 0.3, 0.8]))))
    truth = rng.integers(0, groups, n)
    emb = rng.normal(size=(groups, dim))[truth] + rng.choice([0.5, 0.7, 0.9, 1.1]) * rng.normal(size=(n, dim))
    if rng.random() < 0.5:
        emb += rng.choice([0.5, 1.0, 2.0]) * rng.normal(size=dim)
    return emb, None, truth


def draws_to_fit(sets, seed):
    for number, photos in enumerate(sets):
        for _, weight, emb, logits, truth in make_draws(photos, [seed, number]):
            yield weight * photos.weight, emb, logits, truth
    if sets[0].logits is None:
        rng = np.random.default_rng([seed, 1000])
        for _ in range(SYNTHETIC):
            yield SYNTHETIC_WEIGHT / SYNTHETIC, *synthetic(rng)


def fit(sets, seed=1):
    """The weights of the first look and of the second one."""
    rng = np.random.default_rng(seed)
    draws = []
    for weight, emb, logits, truth in draws_to_fit(sets, seed):
        i, j = np.triu_indices(len(truth), 1)
        if len(i) > MAX_PAIRS:
            some = np.sort(rng.choice(len(i), MAX_PAIRS, replace=False))
            i, j = i[some], j[some]
        draws.append((weight, auto_rule.pair_features(emb, logits), truth, i, j))
    looks = []
    for names in (auto_rule.FEATURES, auto_rule.WALK_FEATURES):
        if sets[0].logits is None:
            names = [name for name in names if name != "classes"]
        inputs, same, weights = [], [], []
        for weight, features, truth, i, j in draws:
            if looks:
                auto_rule.add_walks(features, looks[0])
            inputs.append(np.stack([features[name][i, j] for name in names], axis=1))
            same.append((truth[i] == truth[j]).astype(float))
            weights.append(np.full(len(i), weight / len(i)))
        values = logistic(np.vstack(inputs), np.concatenate(same), np.concatenate(weights))
        looks.append({name: round(value, 4) for name, value in zip(names, values)})
    return looks


def logistic(x, y, w):
    """Newton's method on inputs of unit spread, with a small ridge; the last input is the constant."""
    w = w / w.sum()
    scale = np.sqrt(w @ (x - w @ x) ** 2)
    scale[-1] = 1.0
    x = x / scale
    ridge = np.full(x.shape[1], RIDGE)
    ridge[-1] = 1e-9
    b = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ b, -30.0, 30.0)))
        step = np.linalg.solve((x * (w * p * (1 - p))[:, None]).T @ x + np.diag(ridge), x.T @ (w * (p - y)) + ridge * b)
        b -= step
        if np.abs(step).max() < 1e-9:
            break
    return b / scale


def pairs_of(counts):
    return (counts * (counts - 1) / 2).sum()


def adjusted_rand(truth, labels):
    table = np.zeros((truth.max() + 1, labels.max() + 1))
    np.add.at(table, (truth, labels), 1)
    both, a, b = pairs_of(table), pairs_of(table.sum(axis=1)), pairs_of(table.sum(axis=0))
    chance = a * b / (len(truth) * (len(truth) - 1) / 2)
    return 1.0 if a == b == both else (both - chance) / ((a + b) / 2 - chance)


def rand_index(truth, labels):
    i, j = np.triu_indices(len(truth), 1)
    return ((truth[i] == truth[j]) == (labels[i] == labels[j])).mean()


def score(photos, constants, draws):
    """Mean score per kind of draw: the adjusted Rand index, where it means nothing (tiny, one group, all apart) the plain one."""
    results = {}
    for i in draws:
        emb, logits, truth = photos.rows(i)
        results.setdefault("fixed draws", []).append(adjusted_rand(truth, auto_rule.cluster(emb, logits, constants)))
    for kind, _, emb, logits, truth in make_draws(photos, 7919):
        measure = rand_index if kind in ("tiny", "one group", "all apart") else adjusted_rand
        results.setdefault(kind, []).append(measure(truth, auto_rule.cluster(emb, logits, constants)))
    return " ".join("%s %.3f" % (kind, np.mean(s)) for kind, s in results.items())


def fixed_draws(photos, path):
    fixed = json.loads(pathlib.Path(path).read_text())
    row = {n: i for i, n in enumerate(photos.names)}
    return [np.array([row[n] for n in d]) for d in fixed.get(photos.family, []) if all(n in row for n in d)]


def score_all(sets, path):
    for family in dict.fromkeys(photos.family for photos in sets):
        others = [photos for photos in sets if photos.family != family]
        for title, known in (("the others", others), ("all", sets)):
            constants = fit(known) if known else None
            for photos in sets if known else []:
                if photos.family == family:
                    result = score(photos, constants, fixed_draws(photos, path))
                    print("%s, fitted on %s: %s" % (photos.name, title, result), flush=True)


def print_expected(sets, path):
    expected = {}
    for photos in sets:
        draws = list(enumerate(fixed_draws(photos, path))) + [(-1, np.arange(len(photos.truth)))]
        expected[photos.family] = [{"draw": number, "labels": auto_rule.cluster(*photos.rows(i)[:2]).tolist()} for number, i in draws]
    print(json.dumps(expected, separators=(",", ":")))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="SET")
    parser.add_argument("--without-classes", action="store_true")
    parser.add_argument("--score", metavar="DRAWS.json", help="score too; fixed draws: {name before the '-' of SET: [[name, ...]]}")
    parser.add_argument("--expect", metavar="DRAWS.json", help="print only what the rule finds for these draws and the whole sets")
    args = parser.parse_args()
    sets = [PhotoSet(argument, not args.without_classes) for argument in args.sets]
    if args.expect:
        print_expected(sets, args.expect)
        return
    for title, constants in zip(("first look", "second look"), fit(sets)):
        print(title)
        for name, value in constants.items():
            print("    %-10s %.4f" % (name, value))
    if args.score:
        score_all(sets, args.score)


if __name__ == "__main__":
    main()
