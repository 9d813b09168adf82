// SPDX-License-Identifier: Apache-2.0
// An answer of POST /v1/cluster of any size: equal groups, joined pair by pair into ever larger ones.

const THINGS = ["mugs", "clocks", "balloons", "candles", "mushrooms", "traffic lights"];
const COLOURS = ["red", "green", "blue", "white", "black", "brown", "orange"];

/** Rows of a linkage, and what each node holds. */
class Linkage {
  merges = [];
  #members;
  #images;

  constructor(images) {
    this.#images = images;
    this.#members = Array.from({ length: images }, (_, image) => [image]);
  }

  members(node) {
    return this.#members[node];
  }

  /** Join nodes pair by pair, round by round, until one is left. */
  join(nodes, height) {
    let rest = nodes;
    while (rest.length > 1) {
      const next = [];
      for (let i = 0; i + 1 < rest.length; i += 2) {
        const members = [...this.#members[rest[i]], ...this.#members[rest[i + 1]]];
        this.merges.push([rest[i], rest[i + 1], height(this.merges.length), members.length]);
        next.push(this.#members.push(members) - 1);
      }
      rest = rest.length % 2 ? [...next, rest.at(-1)] : next;
    }
    return rest[0];
  }

  /** The nodes that are left after so many merges. */
  cut(merges) {
    const alive = new Set(Array.from({ length: this.#images }, (_, image) => image));
    this.merges.slice(0, merges).forEach(([left, right], row) => {
      alive.delete(left);
      alive.delete(right);
      alive.add(this.#images + row);
    });
    return [...alive];
  }
}

function levelsOf(images, groups) {
  const levels = new Set([1, groups, images]);
  for (let level = 1; level < images; level = Math.ceil(level * 1.4)) {
    levels.add(level);
  }
  return [...levels].sort((a, b) => a - b);
}

const describe = (number) =>
  `${COLOURS[number % COLOURS.length]} ${THINGS[number % THINGS.length]}`;

/**
 * @param {string[]} ids of the images, in the order sent
 * @param {number} groups how many groups of (nearly) equal size
 */
export function syntheticAnswer(ids, groups) {
  const linkage = new Linkage(ids.length);
  const height = (row) => 0.8 * row / ids.length;
  const parts = Array.from({ length: groups }, (_, group) =>
    ids.map((_, image) => image).filter((image) => image % groups === group));
  const tops = parts.map((part) => linkage.join(part, height));
  const chosen = linkage.merges.length;
  linkage.join(tops, height);
  const levels = levelsOf(ids.length, groups);
  const nodes = new Set(levels.flatMap((level) => linkage.cut(ids.length - level))
    .filter((node) => node >= ids.length));
  return {
    clusters: parts.map((part, name) => ({
      name, image_ids: part.map((image) => ids[image]), description: describe(name),
      size: part.length, medoid: ids[part[0]],
      representatives: part.slice(0, 4).map((image) => ids[image]), persistence: 0.8,
      unclustered: part.length < 2, score: 0.9, evidence: [{ concept: describe(name), weight: 0.9 }],
    })),
    images: ids.map((id, image) => ({
      id, cluster: image % groups, probability: 0.9, outlier_score: image % 50 ? 0.1 : 0.7,
      nearest_cluster: groups > 1 ? (image + 1) % groups : null, margin: groups > 1 ? 0.4 : null,
      noise: false, format: "jpeg", width: 640, height: 480, taken_at: null,
    })),
    errors: [],
    hierarchy: {
      merges: linkage.merges, chosen, levels,
      nodes: [...nodes].map((node) => ({ node, medoid: ids[linkage.members(node)[0]],
        description: describe(node) })),
    },
    model: { id: "synthetic@1", name: "synthetic", version: "1", weights_sha256: "0".repeat(64) },
    strategy: "auto", granularity: 0, approximate: false, recall: 1, describer: "concepts",
    reason: `All ${ids.length} images fell into ${groups} groups.`,
    timings: { embed_s: 1, cluster_s: 0.1, describe_s: 0.1, total_s: 1.2 },
  };
}

/** The same as the body of an event stream. */
export function asEventStream(answer) {
  const total = answer.images.length;
  const progress = { stage: "embedding", done: total, total, elapsed_s: 1, seconds_left: 0,
    received: total, decoded: total, embedded: total };
  return `event: progress\ndata: ${JSON.stringify(progress)}\n\n`
    + `event: result\ndata: ${JSON.stringify(answer)}\n\n`;
}
