#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Make the reference cases of the strategies agglomerative and kmeans from SciPy and scikit-learn.

    make_strategy_cases.py [tests/data/strategies]

The files are committed; run this only to change them. Needs numpy, scipy and scikit-learn. NN.npy has
float32 rows of any length; NN.json has
  heights   by linkage, those of SciPy's tree, ascending; Ward's as half their squares (clustering.h)
  numbers   by linkage and number of clusters, the labels of scikit-learn's AgglomerativeClustering
  distances by linkage, a distance threshold and the labels for it
  kmeans    by number of clusters, the labels of scikit-learn's KMeans on rows of unit length, and
            the sum of the cosine distances to the mean directions when spherical k-means goes on
            from there until nothing changes
No two distances are equal: ties are where implementations may differ.
"""

import json
import os
import sys
import warnings

import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import pdist
from sklearn.cluster import AgglomerativeClustering, KMeans

LINKAGES = ("average", "complete", "ward")


def blobs(rng, n, dim, groups, spread):
    centres = rng.standard_normal((groups, dim))
    rows = centres[rng.integers(0, groups, n)] + spread * rng.standard_normal((n, dim))
    return (rows * rng.uniform(0.2, 5, (n, 1))).astype(np.float32)


def inputs():
    rng = np.random.default_rng(5)
    for case in ((2, 3, 1, 1), (3, 4, 1, 1), (12, 5, 3, .3), (40, 16, 5, .5), (90, 24, 8, .7), (150, 6, 1, 1)):
        yield blobs(rng, *case)


def heights(unit):
    found = {}
    for name in LINKAGES:
        tree = linkage(unit, "ward") if name == "ward" else linkage(pdist(unit, "cosine"), name)
        found[name] = np.sort(tree[:, 2] ** 2 / 2 if name == "ward" else tree[:, 2]).tolist()
    return found


def agglomerate(unit, name, **options):
    metric = "euclidean" if name == "ward" else "cosine"
    labels = AgglomerativeClustering(linkage=name, metric=metric, **options).fit_predict(unit)
    return labels.tolist()


def settle(unit, labels):
    """The sum of the distances where spherical k-means ends that starts from `labels`."""
    for _ in range(100):
        sums = np.array([unit[labels == c].sum(0) for c in np.unique(labels)])
        similarities = unit @ (sums / np.linalg.norm(sums, axis=1, keepdims=True)).T
        if (similarities.argmax(1) == labels).all():
            break
        labels = similarities.argmax(1)
    return float((1 - similarities.max(1)).sum())


def kmeans(unit, k):
    labels = KMeans(k, n_init=20, random_state=0).fit(unit).labels_
    return {"labels": labels.tolist(), "inertia": settle(unit, labels)}


def case_of(rows):
    unit = rows.astype(np.float64)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    n = len(rows)
    numbers = sorted({1, 2, min(3, n), min(8, n), n})
    tree = heights(unit)
    thresholds = {name: (tree[name][n // 2 - 1] + tree[name][min(n // 2, n - 2)]) / 2 + 1e-9 for name in LINKAGES}
    distances = {}
    for name, threshold in thresholds.items():
        asked = (2 * threshold) ** .5 if name == "ward" else threshold
        labels = agglomerate(unit, name, n_clusters=None, distance_threshold=asked)
        distances[name] = {"threshold": threshold, "labels": labels}
    return {
        "heights": tree,
        "numbers": {name: {str(k): agglomerate(unit, name, n_clusters=k) for k in numbers} for name in LINKAGES},
        "distances": distances,
        "kmeans": {str(k): kmeans(unit, k) for k in numbers},
    }


def main():
    warnings.filterwarnings("ignore")
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.join("tests", "data", "strategies")
    os.makedirs(out, exist_ok=True)
    for i, rows in enumerate(inputs()):
        np.save(os.path.join(out, f"{i:02}.npy"), rows)
        with open(os.path.join(out, f"{i:02}.json"), "w", encoding="utf-8") as file:
            json.dump(case_of(rows), file, separators=(",", ":"))
            file.write("\n")


if __name__ == "__main__":
    main()
