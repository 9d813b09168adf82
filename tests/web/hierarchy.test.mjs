// SPDX-License-Identifier: Apache-2.0
// The dendrogram against a slow reference: sets that are joined one merge after the other.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Hierarchy } from "../../web/js/collection/hierarchy.js";
import { makeAnswer } from "./support/answers.mjs";

/** The groups after the first n - count merges, as sorted lists of rows, by node. */
function slowCut(n, merges, count) {
  const groups = new Map(Array.from({ length: n }, (_, row) => [row, [row]]));
  merges.slice(0, n - count).forEach(([left, right], i) => {
    groups.set(n + i, [...groups.get(left), ...groups.get(right)]);
    groups.delete(left);
    groups.delete(right);
  });
  return groups;
}

const ascending = (rows) => [...rows].sort((a, b) => a - b);

test("every cut is what replaying the merges gives", () => {
  for (const n of [1, 2, 3, 10, 37]) {
    const { hierarchy: { merges } } = makeAnswer({ n, alone: n > 5 ? 3 : 0, seed: n });
    const hierarchy = new Hierarchy(n, merges);
    for (let count = 1; count <= n; count++) {
      const slow = slowCut(n, merges, count);
      const nodes = hierarchy.cut(count);
      assert.deepEqual(ascending(nodes), ascending(slow.keys()));
      for (const node of nodes) {
        assert.equal(hierarchy.size(node), slow.get(node).length);
        assert.deepEqual(ascending(hierarchy.rows(node)), ascending(slow.get(node)));
        assert.equal(hierarchy.nodeOf(slow.get(node)), node);
        assert.ok(slow.get(node).every((row) => hierarchy.has(node, row)));
      }
    }
  }
});

test("rows that are no node have none", () => {
  const hierarchy = new Hierarchy(4, [[0, 1, 0.1, 2], [2, 3, 0.2, 2], [4, 5, 0.3, 4]]);
  assert.equal(hierarchy.nodeOf([0, 1]), 4);
  assert.equal(hierarchy.nodeOf([3, 1, 2, 0]), 6);
  assert.equal(hierarchy.nodeOf([0, 2]), -1);
  assert.equal(hierarchy.nodeOf([0, 1, 2]), -1);
  assert.equal(hierarchy.nodeOf([]), -1);
});

test("the parts of a node hold its rows, each once", () => {
  const n = 30;
  const { hierarchy: { merges } } = makeAnswer({ n, seed: 4 });
  const hierarchy = new Hierarchy(n, merges);
  for (let node = 0; node < 2 * n - 1; node++) {
    for (const count of [1, 2, 4, 16]) {
      const parts = hierarchy.parts(node, count);
      assert.equal(parts.length, Math.min(count, hierarchy.size(node)));
      assert.deepEqual(ascending(parts.flatMap((part) => [...hierarchy.rows(part)])),
        ascending(hierarchy.rows(node)));
    }
  }
});

test("a chain as long as it is deep is no problem", () => {
  const n = 50000;
  const merges = Array.from({ length: n - 1 }, (_, i) => [i && n + i - 1, i + 1, i, i + 2]);
  const hierarchy = new Hierarchy(n, merges);
  assert.equal(hierarchy.cut(1000).length, 1000);
  assert.equal(hierarchy.nodeOf(Array.from({ length: n - 1 }, (_, row) => row)), 2 * n - 3);
});
