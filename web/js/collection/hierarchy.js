// SPDX-License-Identifier: Apache-2.0
// The dendrogram over all images: any cut of it, and what a group of it is made of.

/**
 * Rows are the images, 0 to n - 1; merge i makes node n + i of two earlier nodes. Laid out from the
 * root downwards, the rows of every node stand side by side, so that a node is a slice of one order
 * and a cut is a list of slices.
 */
export class Hierarchy {
  #order; // rows, in the order of the leaves
  #place; // row -> where it stands in #order
  #start; // node -> where its slice begins
  #size; // node -> rows in it
  #parent; // node -> the node it is merged into; the root has itself
  #left; // merge -> node
  #right;

  /**
   * @param {number} n rows, at least 1
   * @param {number[][]} merges n - 1 rows `[left, right, height, size]`, already checked
   */
  constructor(n, merges) {
    this.n = n;
    const nodes = 2 * n - 1;
    this.#left = Int32Array.from(merges, ([left]) => left);
    this.#right = Int32Array.from(merges, ([, right]) => right);
    this.#size = new Int32Array(nodes).fill(1);
    this.#parent = new Int32Array(nodes).fill(nodes - 1);
    for (let i = 0; i < n - 1; i++) {
      const left = this.#left[i];
      const right = this.#right[i];
      this.#size[n + i] = this.#size[left] + this.#size[right];
      this.#parent[left] = n + i;
      this.#parent[right] = n + i;
    }
    this.#start = new Int32Array(nodes);
    for (let i = n - 2; i >= 0; i--) {
      this.#start[this.#left[i]] = this.#start[n + i];
      this.#start[this.#right[i]] = this.#start[n + i] + this.#size[this.#left[i]];
    }
    this.#place = this.#start.subarray(0, n);
    this.#order = new Int32Array(n);
    this.#place.forEach((place, row) => {
      this.#order[place] = row;
    });
  }

  /** @returns {Int32Array} the rows below `node`: a view, not to be changed */
  rows(node) {
    const start = this.#start[node];
    return this.#order.subarray(start, start + this.#size[node]);
  }

  /** @returns {number} how many rows are below `node` */
  size(node) {
    return this.#size[node];
  }

  /** @returns {boolean} whether `row` is below `node` */
  has(node, row) {
    const place = this.#place[row] - this.#start[node];
    return place >= 0 && place < this.#size[node];
  }

  /** @returns {number[]} the `count` nodes that there are after the first n - `count` merges */
  cut(count) {
    const made = 2 * this.n - count; // nodes that exist by then
    const nodes = [];
    for (let node = 0; node < made; node++) {
      if (this.#parent[node] >= made || node === 2 * this.n - 2) {
        nodes.push(node);
      }
    }
    return nodes;
  }

  /** @returns {number} the node that has exactly these rows (each named once), or -1 */
  nodeOf(rows) {
    if (rows.length === 0) {
      return -1;
    }
    let node = rows[0];
    while (this.#size[node] < rows.length && node !== this.#parent[node]) {
      node = this.#parent[node];
    }
    const same = this.#size[node] === rows.length && rows.every((row) => this.has(node, row));
    return same ? node : -1;
  }

  /**
   * Take a group apart at its last merges.
   * @returns {number[]} up to `count` nodes that together hold the rows of `node`
   */
  parts(node, count) {
    const nodes = [node];
    while (nodes.length < count) {
      const last = Math.max(...nodes);
      if (last < this.n) {
        break; // nothing but single rows
      }
      nodes.splice(nodes.indexOf(last), 1, this.#left[last - this.n], this.#right[last - this.n]);
    }
    return nodes;
  }
}
