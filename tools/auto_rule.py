#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reference of the `auto` clustering rule, in float64: average linkage on the log-odds that two images belong together,
cut where the groups are clearest.

cluster(emb, logits) -> labels; logits may be None. For sets of up to one sample (n x n is held).
"""
import numpy as np

DILUTE_MEAN = 3.0      # imagined images that the mean of a small set is diluted with
DILUTE_CONTEXT = 10.0  # the context similarity counts n / (n + this)
DILUTE_WALKS = 100.0   # walks count n / (n + this)
LANDMARKS = 512        # images that contexts look at, at most
NEIGHBOURS = 7         # edges of each image that walks may take
STEPS = 8
WEIGHT_OF_AGREEMENT = 0.15
LEAST_NEXT = 0.25      # probability of belonging together with images that are not there, but could be
FEATURES = ("cosine", "centred", "context", "classes", "mean", "spread", "one")
WALK_FEATURES = FEATURES[:-1] + ("walk", "large", "one")
# what fit_auto.py prints: for the first look at the pairs, and for the second one, which knows where walks lead
WITH_CLASSES = (
    {"cosine": 4.2937, "centred": 1.9482, "context": 2.9187, "classes": 1.4157, "mean": 8.3594, "spread": -8.7859, "one": -5.7202},
    {"cosine": 2.6419, "centred": 3.4235, "context": 2.1713, "classes": 1.2177, "mean": 7.5542, "spread": -7.3644, "walk": 4.5625, "large": -5.0214, "one": -4.2625},
)
WITHOUT_CLASSES = (
    {"cosine": 5.1292, "centred": 2.5386, "context": 2.6267, "mean": 2.8881, "spread": -1.8677, "one": -4.2259},
    {"cosine": 3.4666, "centred": 3.9723, "context": 1.8065, "mean": 4.5323, "spread": -3.5860, "walk": 6.3810, "large": -6.9560, "one": -3.1657},
)


def unit(x):
    """Rows at length 1; a row shorter than 1e-12 becomes zero."""
    norm = np.linalg.norm(x, axis=1, keepdims=True)
    return np.divide(x, norm, out=np.zeros_like(x), where=norm > 1e-12)


def square_roots_of_softmax(logits):
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.sqrt(p / p.sum(axis=1, keepdims=True))


def pair_features(emb, logits):
    """One n x n matrix per feature; their diagonals have no meaning."""
    u = unit(np.asarray(emb, np.float64))
    n = len(u)
    off = ~np.eye(n, dtype=bool)
    cosine = u @ u.T
    centred = unit(u - u.sum(axis=0) / (n + DILUTE_MEAN))
    mean, spread = cosine[off].mean(), cosine[off].std()
    classes = np.zeros((n, n))
    if logits is not None:
        q = square_roots_of_softmax(np.asarray(logits, np.float64))
        classes = q @ q.T
    return {"cosine": cosine, "centred": centred @ centred.T, "context": context(cosine, mean), "classes": classes,
            "mean": np.full((n, n), mean), "spread": np.full((n, n), spread), "one": np.ones((n, n))}


def context(cosine, mean):
    """Do i and j look at the rest of the set alike? The cosine of their rows of doubly centred similarities g, their own two
    columns left out: sum_k g_ik g_kj / sqrt(sum_{k != i,j} g_ik^2 sum_{k != i,j} g_jk^2), times n / (n + 10). 0 for n < 3.
    Of large sets k is some landmarks only."""
    n = len(cosine)
    if n < 3:
        return np.zeros((n, n))
    row = (cosine.sum(axis=1) - cosine.diagonal()) / (n - 1)
    g = cosine - row[:, None] - row[None, :] + mean
    np.fill_diagonal(g, 0.0)
    n_landmarks = min(n, LANDMARKS)
    landmarks = np.arange(n_landmarks) * n // n_landmarks
    seen = np.zeros((n, n))
    seen[:, landmarks] = g[:, landmarks]
    rest = (seen * seen).sum(axis=1)[:, None] - seen * seen  # |row i| without column j (column i is 0)
    return (seen @ seen.T) / np.sqrt(np.maximum(rest * rest.T, 1e-12)) * (n / (n + DILUTE_CONTEXT))


def walks(z):
    """Where short walks lead: with p the probabilities of the first look, the graph has an edge of weight p_ij where one of the
    two is among the nearest of the other, and a loop of weight 1 at each image. N is its symmetrically normalised matrix; the
    similarity is the cosine of the rows of N^(STEPS / 2)."""
    n = len(z)
    k = max(1, min(NEIGHBOURS, (4 * (n - 1) + 5) // 10))
    others = z.copy()
    np.fill_diagonal(others, -np.inf)
    nearest = np.argsort(-others, axis=1, kind="stable")[:, :k]
    linked = np.zeros((n, n), bool)
    linked[np.arange(n)[:, None], nearest] = True
    a = np.where(linked | linked.T, probability(z), 0.0)
    np.fill_diagonal(a, 1.0)
    degree = a.sum(axis=1)
    led = np.linalg.matrix_power(a / np.sqrt(degree[:, None] * degree[None, :]), STEPS)
    back = np.sqrt(led.diagonal())
    return led / back[:, None] / back[None, :]


def probability(z):
    return 1.0 / (1.0 + np.exp(-z))


def add_walks(features, first):
    """The features of the second look."""
    n = len(features["one"])
    large = n / (n + DILUTE_WALKS)
    features["walk"] = walks(weigh(features, first)) * large
    features["large"] = np.full((n, n), large)


def weigh(features, weights):
    return sum(weight * features[name] for name, weight in weights.items())


def log_odds(emb, logits, constants=None):
    first, second = constants or (WITHOUT_CLASSES if logits is None else WITH_CLASSES)
    features = pair_features(emb, logits)
    add_walks(features, first)
    return weigh(features, second)


def average_linkage(z):
    """Merges by largest mean log-odds, as (a, b, mean) with a < b; each cluster keeps its smallest row as its name. Equal means:
    the pair of smaller names (in C: rows are first put in the order of their content, so that uploads' order never matters)."""
    s = z.copy()
    n = len(s)
    s[np.tril_indices(n)] = -np.inf  # upper triangle only
    size = np.ones(n)
    full = z.copy()
    merges = []
    for _ in range(n - 1):
        a, b = divmod(int(np.argmax(s)), n)
        merges.append((a, b, s[a, b]))
        full[a] = full[:, a] = (size[a] * full[a] + size[b] * full[b]) / (size[a] + size[b])
        size[a] += size[b]
        size[b] = 0
        s[b, :] = s[:, b] = -np.inf
        alive = np.flatnonzero(size)
        alive = alive[alive != a]
        s[np.minimum(a, alive), np.maximum(a, alive)] = full[a, alive]
    return merges


class Cut:
    """A partition that groups are joined in, and how clear it is."""

    def __init__(self, p):
        self.p = p  # its diagonal is 0
        self.sums = p.copy()  # per image (row): sum of p over the images of a group (column)
        self.sizes = np.ones(len(p))
        self.group = np.arange(len(p))
        self.inside = self.n_inside = 0.0
        self.all = p.sum() / 2

    def join(self, a, b):
        self.inside += self.sums[self.group == b, a].sum()
        self.n_inside += self.sizes[a] * self.sizes[b]
        self.sums[:, a] += self.sums[:, b]
        self.sizes[a] += self.sizes[b]
        self.sizes[b] = 0
        self.group[self.group == b] = a

    def clearness(self):
        """The mean silhouette on the distance 1 - p (a single image scores 0; there is always another group at LEAST_NEXT; one
        group of everything is compared with an imagined neighbour at p = 1/2), plus the mean over all pairs of p - 1/2 where the
        pair shares a group, plus something of the adjusted Rand index that p lets one expect."""
        n = len(self.p)
        pairs = n * (n - 1) / 2
        together = (self.inside - 0.5 * self.n_inside) / pairs
        chance = self.n_inside * self.all / pairs
        most = (self.n_inside + self.all) / 2
        agreement = (self.inside - chance) / (most - chance) if most - chance > 1e-9 else 0.0
        return self.silhouette(pairs) + together + WEIGHT_OF_AGREEMENT * agreement

    def silhouette(self, pairs):
        alive = np.flatnonzero(self.sizes)
        if len(alive) == 1:
            return max(0.0, 2.0 * self.inside / pairs - 1.0)
        rows = np.arange(len(self.p))
        size = self.sizes[self.group]
        own = 1.0 - self.sums[rows, self.group] / np.maximum(size - 1, 1)
        means = self.sums[:, alive] / self.sizes[alive]
        means[rows, np.searchsorted(alive, self.group)] = LEAST_NEXT
        other = 1.0 - np.maximum(means.max(axis=1), LEAST_NEXT)
        return np.where(size > 1, (other - own) / np.maximum(np.maximum(own, other), 1e-9), 0.0).mean()


def best_cut(z):
    """The clearest of all cuts of the tree, of equally clear ones the finest: per image the lowest of its group."""
    p = probability(z)
    np.fill_diagonal(p, 0.0)
    cut = Cut(p)
    best, best_score = cut.group.copy(), 0.0
    for a, b, _ in average_linkage(z):
        cut.join(a, b)
        score = cut.clearness()
        if score > best_score + 1e-12:
            best, best_score = cut.group.copy(), score
    return best


def cluster(emb, logits, constants=None):
    if len(emb) < 2:
        return np.zeros(len(emb), int)
    order = np.lexsort(np.asarray(emb).T[::-1])  # by content, as in C: which images are landmarks depends on it
    groups = np.empty(len(emb), int)
    groups[order] = order[best_cut(log_odds(emb[order], None if logits is None else logits[order], constants))]
    return np.unique(groups, return_inverse=True)[1]
