// SPDX-License-Identifier: Apache-2.0
// From the server's answer to the groups of one level.

import { makeGroup } from "./group.js";

const REPRESENTATIVES = 4;
const MAX_PARTS = 16; // that a group is taken apart into when looking for different images
const SMALL = 1 / 20; // of a group: a part of it that does not stand for much

/** @typedef {{groups: import("./group.js").Group[], unclustered: string[]}} Cut */

/** The largest first; among equals the order stays. */
export function largestFirst(groups) {
  return groups.sort((a, b) => b.ids.length - a.ids.length);
}

/** Cuts an answer into the groups of any level. Knows nothing of edits. */
export class Cutter {
  #answer;
  #ids; // row -> id
  #central; // rows: the clusters' members one cluster after the other, most central first
  #clusterOfNode = new Map();

  /** @param {import("./answer.js").Answer} answer */
  constructor(answer) {
    this.#answer = answer;
    this.#ids = answer.document.images.map(({ id }) => id);
    this.#central = answer.document.clusters.flatMap(({ image_ids: ids }) => ids)
      .map((id) => answer.rows.get(id));
    answer.tree?.nodeOfCluster.forEach((node, c) => this.#clusterOfNode.set(node, c));
    /** Numbers of clusters, ascending. */
    this.levels = answer.tree?.levels ?? [answer.document.clusters.length];
    /** Which of the levels the server's clusters are. */
    this.chosenIndex = answer.tree
      ? this.levels.indexOf(answer.rows.size - answer.tree.chosen) : 0;
  }

  /** @returns {Cut} the groups of levels[index], the largest first */
  cut(index) {
    const { groups, unclustered } = index === this.chosenIndex
      ? this.#chosen() : this.#other(this.levels[index]);
    return { groups: largestFirst(groups), unclustered };
  }

  /** @returns {number} the node that has exactly these images, or -1 */
  nodeOf(ids) {
    const { tree, rows } = this.#answer;
    return tree ? tree.hierarchy.nodeOf(ids.map((id) => rows.get(id))) : -1;
  }

  /** @returns {import("./group.js").Group} the group that a node of two or more rows is */
  group(node) {
    const known = this.#clusterOfNode.get(node);
    if (known !== undefined) {
      return this.#cluster(known);
    }
    const { hierarchy } = this.#answer.tree;
    return this.#groupOf(node, this.#central.filter((row) => hierarchy.has(node, row)));
  }

  #cluster(c) {
    const { document, tree } = this.#answer;
    const { image_ids: ids, medoid = ids[0], representatives = [], ...rest } = document.clusters[c];
    const member = new Set(ids);
    const node = tree ? tree.nodeOfCluster[c] : -1;
    return makeGroup({
      node, ids,
      key: tree ? `n${node}` : `c${c}`,
      description: rest.description ?? "",
      representatives: [...new Set([medoid, ...representatives])].filter((id) => member.has(id)),
      persistence: rest.persistence ?? null,
      note: rest.description_note ?? "",
      score: rest.score ?? null,
      evidence: rest.evidence ?? [],
    });
  }

  #chosen() {
    const { clusters } = this.#answer.document;
    const grouped = ({ image_ids: ids, unclustered }) => ids.length > 1 && !unclustered;
    return {
      groups: clusters.flatMap((cluster, c) => (grouped(cluster) ? [this.#cluster(c)] : [])),
      unclustered: clusters.flatMap((cluster) => (grouped(cluster) ? [] : cluster.image_ids)),
    };
  }

  #other(count) {
    const { document: { clusters }, home, tree } = this.#answer;
    const { hierarchy, chosen } = tree;
    const nodeOfRow = new Int32Array(hierarchy.n).fill(-1);
    const rowsOfNode = new Map();
    for (const node of hierarchy.cut(count)) {
      const rows = hierarchy.rows(node);
      // Images that belonged nowhere as one lot belong nowhere as several smaller lots.
      const alone = rows.length === 1 ||
        (node < hierarchy.n + chosen && clusters[home[rows[0]]].unclustered);
      if (!alone) {
        rowsOfNode.set(node, []);
        rows.forEach((row) => {
          nodeOfRow[row] = node;
        });
      }
    }
    const unclustered = [];
    for (const row of this.#central) {
      (rowsOfNode.get(nodeOfRow[row]) ?? unclustered).push(row);
    }
    return {
      groups: [...rowsOfNode].map(([node, rows]) => (this.#clusterOfNode.has(node)
        ? this.#cluster(this.#clusterOfNode.get(node)) : this.#groupOf(node, rows))),
      unclustered: unclustered.map((row) => this.#ids[row]),
    };
  }

  /** A group that the server names as a node only; `rows` in the order of #central. */
  #groupOf(node, rows) {
    const { rows: rowOf, home, tree } = this.#answer;
    const { medoid, description } = tree.texts.get(node) ??
      { medoid: this.#ids[rows[0]], description: "" };
    const first = rowOf.get(medoid);
    const others = rows.filter((row) => row !== first);
    const isPart = node < tree.hierarchy.n + tree.chosen; // of one of the server's clusters
    const central = isPart ? [first, ...others] : [first,
      ...others.filter((row) => home[row] === home[first]),
      ...others.filter((row) => home[row] !== home[first])];
    return makeGroup({
      node, description,
      key: `n${node}`,
      ids: central.map((row) => this.#ids[row]),
      representatives: this.#different(node, central).map((row) => this.#ids[row]),
    });
  }

  /** The medoid, then the first image of each of the largest parts of the node without it. */
  #different(node, central) {
    if (central.length <= REPRESENTATIVES) {
      return central;
    }
    const { hierarchy } = this.#answer.tree;
    const isLarge = (part) => hierarchy.size(part) >= SMALL * central.length;
    let parts = [];
    for (let count = REPRESENTATIVES; count <= MAX_PARTS &&
      parts.filter(isLarge).length < REPRESENTATIVES; count *= 2) {
      parts = hierarchy.parts(node, count);
    }
    return [central[0], ...parts.filter((part) => !hierarchy.has(part, central[0]))
      .sort((a, b) => hierarchy.size(b) - hierarchy.size(a))
      .slice(0, REPRESENTATIVES - 1)
      .map((part) => central.find((row) => hierarchy.has(part, row)))];
  }
}
