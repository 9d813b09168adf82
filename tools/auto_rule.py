#!/usr/bin/env python3
"""Reference of the `auto` clustering rule, in float64: average linkage on the log-odds that two images belong together,
cut where the groups are clearest.

cluster(emb, logits) -> labels, numbered by first row. For small sets (n x n is held); see REPORT.md for large ones.
"""
import numpy as np

SHRINK_MEAN = 3.0      # images that the mean of a small set is diluted with
SHRINK_CONTEXT = 10.0  # the context similarity counts n / (n + this)
FEATURES = ("cosine", "centred", "context", "classes", "set_mean", "set_spread", "one")
# what fit_auto.py prints for clothing-lite2 and objects-lite2
CONSTANTS = dict(zip(FEATURES, (3.2802, 1.1707, 3.2837, 2.5413, 10.9312, -3.2985, -7.8708)))


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
    centred = unit(u - u.sum(axis=0) / (n + SHRINK_MEAN))
    mean, spread = cosine[off].mean(), cosine[off].std()
    q = square_roots_of_softmax(np.asarray(logits, np.float64))
    return {"cosine": cosine, "centred": centred @ centred.T, "context": context(cosine, mean), "classes": q @ q.T,
            "set_mean": np.full((n, n), mean), "set_spread": np.full((n, n), spread), "one": np.ones((n, n))}


def context(cosine, mean):
    """Do i and j look at the rest of the set alike? The cosine of their rows of doubly centred similarities g, their own two
    columns left out: sum_k g_ik g_kj / sqrt(sum_{k != i,j} g_ik^2 sum_{k != i,j} g_jk^2), times n / (n + 10). 0 for n < 3."""
    n = len(cosine)
    if n < 3:
        return np.zeros((n, n))
    row = (cosine.sum(axis=1) - cosine.diagonal()) / (n - 1)
    g = cosine - row[:, None] - row[None, :] + mean
    np.fill_diagonal(g, 0.0)
    rest = (g * g).sum(axis=1)[:, None] - g * g  # |row i| without column j (column i is 0)
    return (g @ g) / np.sqrt(np.maximum(rest * rest.T, 1e-12)) * (n / (n + SHRINK_CONTEXT))


def log_odds(emb, logits, constants=None):
    f = pair_features(emb, logits)
    c = constants or CONSTANTS
    return sum(c[name] * f[name] for name in FEATURES)


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
        for j in alive[alive != a]:
            s[min(a, j), max(a, j)] = full[a, j]
    return merges


def clearness(p, members):
    """How clear a partition is: mean silhouette on the distance 1 - p (a single image scores 0), plus the mean over all pairs of
    p - 1/2 where the pair shares a group. One group of everything is compared with an imagined neighbour at p = 1/2."""
    n, k = len(p), len(members)
    pairs = n * (n - 1) / 2
    sums = np.stack([p[:, m].sum(axis=1) for m in members], axis=1)  # p's diagonal is 0
    sizes = np.array([len(m) for m in members], float)
    inside = sum(sums[m, i].sum() / 2 for i, m in enumerate(members))
    together = (inside - 0.5 * (sizes * (sizes - 1) / 2).sum()) / pairs
    if k == 1:
        return max(0.0, 2.0 * inside / pairs - 1.0) + together
    silhouette = 0.0
    for i, m in enumerate(members):
        if len(m) == 1:
            continue
        own = 1.0 - sums[m, i] / (len(m) - 1)
        other = 1.0 - np.delete(sums[m] / sizes, i, axis=1).max(axis=1)
        worst = np.maximum(np.maximum(own, other), 1e-9)
        silhouette += ((other - own) / worst).sum()
    return silhouette / n + together


def cluster(emb, logits, constants=None):
    n = len(emb)
    if n < 2:
        return np.zeros(n, int)
    z = log_odds(emb, logits, constants)
    p = 1.0 / (1.0 + np.exp(-z))
    np.fill_diagonal(p, 0.0)
    members = {i: [i] for i in range(n)}
    best, best_score = [list(m) for m in members.values()], clearness(p, list(members.values()))
    for a, b, _ in average_linkage(z):
        members[a] = members[a] + members.pop(b)
        score = clearness(p, list(members.values()))
        if score > best_score + 1e-12:  # an equal score keeps the finer cut
            best, best_score = [list(m) for m in members.values()], score
    labels = np.empty(n, int)
    for label, group in enumerate(sorted(best, key=min)):
        labels[group] = label
    return labels
