// SPDX-License-Identifier: Apache-2.0
// Results to test with: random, but the same for the same seed, and such as the server gives.

/** @returns {() => number} numbers in [0, 1) (xorshift32) */
export function randomFrom(seed) {
  let x = (seed * 2654435761) >>> 0 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
}

export const below = (random, end) => Math.floor(random() * end);

export function shuffled(list, random) {
  const all = [...list];
  for (let i = all.length - 1; i > 0; i--) {
    const j = below(random, i + 1);
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all;
}

/** Join the nodes of each list in `lists` into one, in random order; returns the last nodes. */
function joinWithin(lists, merges, sizes, random) {
  const open = lists.map((list) => [...list]);
  for (let more = open.filter((list) => list.length > 1); more.length > 0;
    more = open.filter((list) => list.length > 1)) {
    const list = more[below(random, more.length)];
    const [left, right] = [list, list].map((from) => from.splice(below(random, from.length), 1)[0]);
    merges.push([left, right, merges.length / 100, sizes[left] + sizes[right]]);
    sizes.push(sizes[left] + sizes[right]);
    list.push(sizes.length - 1);
  }
  return open.map(([node]) => node);
}

/** Numbers of clusters from 1 to n, about a factor apart, `chosen` among them. */
function someLevels(chosen, n) {
  const levels = new Set([1, chosen, n]);
  for (let k = chosen; k > 1; k /= 1.4) {
    levels.add(Math.round(k));
  }
  for (let k = chosen; k < n; k *= 1.4) {
    levels.add(Math.round(k));
  }
  return [...levels].sort((a, b) => a - b);
}

function nodesOf(merges, levels, n, ids) {
  const members = Array.from({ length: n }, (_, row) => [row]);
  const alive = new Set(members.keys());
  const nodes = [];
  const seen = new Set();
  const wanted = new Set(levels);
  for (let i = 0; i <= merges.length; i++) {
    if (wanted.has(n - i)) {
      for (const node of alive) {
        if (node >= n && !seen.has(node)) {
          seen.add(node);
          nodes.push({ node, medoid: ids[members[node][0]], description: `things of ${node}` });
        }
      }
    }
    if (i < merges.length) {
      const [left, right] = merges[i];
      members.push([...members[left], ...members[right]]);
      alive.delete(left);
      alive.delete(right);
      alive.add(n + i);
    }
  }
  return nodes;
}

/**
 * @param {object} options
 * @param {number} options.n images, at least 1
 * @param {number} [options.groups] clusters of about equal size
 * @param {number} [options.alone] images in none of them
 * @param {"singletons"|"group"} [options.noise] what becomes of those
 * @returns {object} a result document with a hierarchy
 */
export function makeAnswer({ n, groups = Math.ceil(Math.sqrt(n)), alone = 0, seed = 1,
  noise = "singletons" }) {
  const random = randomFrom(seed);
  const ids = Array.from({ length: n }, (_, i) => `photo ${i}.jpg`);
  const rows = shuffled(ids.keys(), random);
  const loose = rows.splice(0, alone);
  const lists = Array.from({ length: Math.min(groups, rows.length) }, () => []);
  rows.forEach((row, i) => lists[i < lists.length ? i : below(random, lists.length)].push(row));
  lists.sort((a, b) => b.length - a.length);
  const looseLists = noise === "group" && alone > 0 ? [loose] : loose.map((row) => [row]);
  const all = [...lists, ...looseLists];

  const merges = [];
  const sizes = Array(n).fill(1);
  const tops = joinWithin(all, merges, sizes, random);
  const chosen = merges.length;
  joinWithin([tops], merges, sizes, random);
  const levels = someLevels(all.length, n);
  const home = new Map(all.flatMap((list, c) => list.map((row) => [row, c])));
  return {
    clusters: all.map((list, c) => ({
      name: c,
      image_ids: list.map((row) => ids[row]),
      description: `kind ${c}`,
      size: list.length,
      medoid: ids[list[0]],
      representatives: list.slice(0, 4).map((row) => ids[row]),
      persistence: 0.5,
      unclustered: c >= lists.length,
      score: 0.75,
      evidence: [{ concept: `kind ${c}`, weight: 0.75 }],
    })),
    images: ids.map((id, row) => ({
      id,
      cluster: home.get(row),
      probability: 0.9,
      outlier_score: random(),
      nearest_cluster: lists.length > 1 ? (home.get(row) + 1) % lists.length : null,
      margin: lists.length > 1 ? 0.25 : null,
      noise: home.get(row) >= lists.length,
      format: "jpeg",
      width: 640,
      height: 480,
      taken_at: null,
    })),
    errors: [{ file: "broken.jpg", reason: "This is no image.", code: "unsupported" }],
    hierarchy: { merges, chosen, levels, nodes: nodesOf(merges, levels, n, ids) },
    model: { id: "efficientnet-lite2@1", name: "efficientnet-lite2", version: "1" },
    strategy: "auto",
    granularity: 0,
    approximate: false,
    recall: 1,
    reason: "The clearest division found.",
    describer: "concepts",
    timings: { embed_s: 1, cluster_s: 0.1, describe_s: 0.1, total_s: 1.2 },
  };
}

/** Chosen images for every image of an answer, as the page keeps them. */
export function makeImages(answer, path = (id) => id) {
  return new Map(answer.images.map(({ id }, i) => {
    const file = Object.assign(new Blob([`bytes of ${id}`]), {
      lastModified: Date.UTC(2024, 1, 29, 12, 0, 2 * i % 60),
    });
    return [id, { id, path: path(id), file, thumbnail: null, thumbnailBlob: new Blob([id]) }];
  }));
}
