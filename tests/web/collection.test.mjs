// SPDX-License-Identifier: Apache-2.0
// The editable result: levels, edits, undo, and what holds after any number of them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Collection } from "../../web/js/collection/collection.js";
import { below, makeAnswer, randomFrom, shuffled } from "./support/answers.mjs";

const fresh = (options = {}) =>
  new Collection(makeAnswer({ n: 40, groups: 6, alone: 4, seed: 3, ...options }));
const keysOf = (collection) => collection.clusters.map(({ key }) => key);
const sorted = (list) => [...list].sort();

/** What must hold whatever the user did. */
function check(collection) {
  const { clusters, unclustered, answer } = collection;
  const placed = [...clusters.flatMap(({ ids }) => ids), ...unclustered];
  assert.deepEqual(sorted(placed), sorted(answer.images.map(({ id }) => id)));
  assert.equal(new Set(keysOf(collection)).size, clusters.length);
  clusters.forEach((group, i) => {
    assert.ok(group.ids.length > 0);
    assert.ok(i === 0 || group.ids.length <= clusters[i - 1].ids.length, "largest first");
    assert.ok(group.ids.includes(group.cover));
    assert.equal(group.representatives[0], group.cover);
    assert.equal(group.representatives.length, Math.min(4, group.ids.length));
    assert.equal(new Set(group.representatives).size, group.representatives.length);
    assert.ok(group.representatives.every((id) => group.ids.includes(id)));
    assert.equal(collection.cluster(group.key), group);
    group.ids.forEach((id) => assert.equal(collection.clusterOf(id), group.key));
  });
  unclustered.forEach((id) => assert.equal(collection.clusterOf(id), null));
}

test("at first it is what the server gave", () => {
  const collection = fresh();
  check(collection);
  const { clusters } = collection.answer;
  assert.deepEqual(collection.clusters.map(({ ids }) => ids),
    clusters.filter(({ unclustered }) => !unclustered).map(({ image_ids }) => image_ids));
  assert.deepEqual(collection.unclustered,
    clusters.filter(({ unclustered }) => unclustered).flatMap(({ image_ids }) => image_ids));
  assert.equal(collection.levels[collection.chosenLevelIndex], clusters.length);
  assert.equal(collection.clusters[0].title, "Kind 0");
  assert.equal(collection.clusters[0].description, "kind 0");
  assert.equal(collection.toDocument(), collection.answer);
  assert.ok(!collection.edited && !collection.canUndo && !collection.canRedo);
});

test("one last group for all that is alone counts as no group, at finer levels too", () => {
  const collection = fresh({ noise: "group", alone: 7 });
  const alone = new Set(collection.unclustered);
  assert.equal(alone.size, 7);
  for (const index of collection.levels.keys()) {
    collection.setLevel(index);
    check(collection);
    if (index > collection.chosenLevelIndex) {
      assert.ok([...alone].every((id) => collection.clusterOf(id) === null));
    }
  }
  collection.setLevel(collection.chosenLevelIndex);
  assert.deepEqual(collection.toDocument().clusters.pop().image_ids, [...alone]);
});

test("every level cuts the hierarchy, with the server's words for its nodes", () => {
  const collection = fresh();
  const { nodes } = collection.answer.hierarchy;
  collection.levels.forEach((count, index) => {
    collection.setLevel(index);
    check(collection);
    assert.equal(collection.levelIndex, index);
    assert.equal(collection.clusters.length + collection.unclustered.length, count);
    assert.ok(collection.clusters.every(({ ids }) => ids.length > 1));
    if (index !== collection.chosenLevelIndex) {
      collection.clusters.filter(({ persistence }) => persistence === null).forEach((group) => {
        const node = nodes.find((one) => `n${one.node}` === group.key);
        assert.equal(group.description, node.description);
        assert.equal(group.cover, node.medoid);
        assert.equal(group.ids[0], node.medoid);
      });
    }
  });
});

test("representatives of a coarser group come from different groups of the server's", () => {
  const collection = fresh({ n: 60, groups: 4, alone: 0 });
  collection.setLevel(0);
  const [all] = collection.clusters;
  const homes = all.representatives.map((id) =>
    collection.answer.images.find((image) => image.id === id).cluster);
  assert.equal(new Set(homes).size, 4);
});

test("without a hierarchy there is one level", () => {
  const collection = new Collection({ ...makeAnswer({ n: 20, alone: 2 }), hierarchy: null });
  assert.deepEqual(collection.levels, [collection.answer.clusters.length]);
  collection.setLevel(1);
  assert.ok(!collection.canUndo);
  collection.merge(keysOf(collection).slice(0, 2));
  check(collection);
  assert.equal(collection.clusters[0].description, "kind 0 and kind 1");
});

test("names: cleaned, taken back by an empty one, kept through levels and moves", () => {
  const collection = fresh();
  const [{ key, ids }] = collection.clusters;
  collection.rename(key, "  iPhone\n\tphotos \u0000 ");
  assert.equal(collection.cluster(key).title, "iPhone photos");
  assert.ok(collection.cluster(key).renamed);
  assert.ok(!collection.cluster(key).edited);
  collection.setLevel(0);
  collection.setLevel(collection.chosenLevelIndex);
  assert.equal(collection.cluster(key).title, "iPhone photos");
  collection.move([ids[1]], "unclustered");
  assert.equal(collection.cluster(key).title, "iPhone photos");
  collection.move([ids[1]], key);
  collection.setLevel(0);
  collection.setLevel(collection.chosenLevelIndex);
  assert.equal(collection.cluster(key).title, "iPhone photos", "the same images as before");
  collection.rename(key, " ");
  assert.equal(collection.cluster(key).title, "Kind 0");
  assert.ok(!collection.cluster(key).renamed);
  const steps = collection.lastAction;
  collection.rename(key, "Kind 0");
  collection.rename("nobody", "x");
  assert.equal(collection.lastAction, steps, "nothing was done");
  collection.setLevel(0);
  collection.setLevel(collection.chosenLevelIndex);
  assert.equal(collection.cluster(key).title, "Kind 0");
  collection.rename(key, "x".repeat(5000));
  assert.equal(collection.cluster(key).title.length, 200);
});

test("moves: to a group, to a new one, on their own", () => {
  const collection = fresh();
  const [a, b] = collection.clusters;
  assert.equal(collection.move([a.ids[0], b.ids[0]], a.key), a.key);
  check(collection);
  assert.equal(collection.cluster(a.key).ids.length, a.ids.length + 1);
  assert.deepEqual(collection.lastAction,
    { kind: "move", count: 1, title: a.title, key: a.key, target: a.key });
  assert.ok(collection.cluster(b.key).edited);

  const made = collection.move([a.ids[1], collection.unclustered[0]], "new");
  check(collection);
  assert.equal(collection.cluster(made).ids.length, 2);
  assert.equal(collection.cluster(made).title, "");
  assert.equal(collection.move(collection.cluster(made).ids, "new"), null);

  assert.equal(collection.move(collection.cluster(made).ids, "unclustered"), "unclustered");
  assert.equal(collection.cluster(made), null, "an emptied group is gone");
  assert.notEqual(collection.move([a.ids[1]], "new"), made, "keys are not given twice");
  check(collection);

  const last = collection.lastAction;
  assert.equal(collection.move([], "new"), null);
  assert.equal(collection.move(["who.jpg"], "new"), null);
  assert.equal(collection.move([a.ids[2]], "nobody"), null);
  assert.equal(collection.move([a.ids[2]], a.key), null);
  assert.equal(collection.lastAction, last);
});

test("merges: the server's words where it has some, the user's names always", () => {
  const collection = fresh();
  const [left, right] = collection.answer.hierarchy.merges[collection.answer.hierarchy.chosen];
  const pair = [`n${left}`, `n${right}`].filter((key) => collection.cluster(key));
  const others = keysOf(collection).filter((key) => !pair.includes(key));
  if (pair.length === 2) {
    const node = collection.answer.hierarchy.nodes
      .find((one) => one.node === collection.size + collection.answer.hierarchy.chosen);
    const key = collection.merge(pair);
    assert.equal(collection.cluster(key).description, node?.description ?? "");
    collection.undo();
  }
  const three = collection.clusters.slice(0, 3);
  const key = collection.merge(three.map((group) => group.key).reverse());
  check(collection);
  assert.equal(key, three[0].key);
  assert.equal(collection.cluster(key).ids.length,
    three.reduce((sum, { ids }) => sum + ids.length, 0));
  assert.equal(collection.cluster(key).description, "kind 0, kind 1 and kind 2");
  collection.undo();
  collection.rename(three[1].key, "Bea");
  collection.merge([three[0].key, three[1].key]);
  assert.equal(collection.cluster(key).title, "Bea");
  collection.undo();
  collection.rename(three[0].key, "Ana");
  collection.merge([three[0].key, three[1].key]);
  assert.equal(collection.cluster(key).title, "Ana + Bea");
  assert.equal(collection.merge([others[0], others[0]]), null);
  assert.equal(collection.merge(["nobody", key]), null);
});

test("the steps of one drag of the slider are one step", () => {
  const collection = fresh();
  collection.rename(keysOf(collection)[0], "mine");
  const { clusters } = collection;
  collection.setLevel(0);
  collection.setLevel(1, { continued: true });
  collection.setLevel(2, { continued: true });
  collection.undo();
  assert.equal(collection.clusters, clusters);
  collection.redo();
  assert.equal(collection.levelIndex, 2);
  collection.setLevel(1);
  collection.undo();
  assert.equal(collection.levelIndex, 2);
});

test("every change is told, with the groups it touched", () => {
  const collection = fresh();
  const heard = [];
  collection.addEventListener("change", ({ detail }) => heard.push(detail));
  const [a, b, c] = keysOf(collection);
  collection.rename(a, "mine");
  collection.move([collection.cluster(b).ids[0]], a);
  collection.merge([b, c]);
  collection.undo();
  collection.redo();
  collection.setLevel(0);
  assert.deepEqual(heard.map(({ kind }) => kind),
    ["rename", "move", "merge", "undo", "redo", "level"]);
  assert.deepEqual(heard[0].keys, [a]);
  assert.deepEqual(sorted(heard[1].keys), sorted([a, b]));
  assert.deepEqual(sorted(heard[2].keys), sorted([b, c]));
  assert.deepEqual(sorted(heard[3].keys), sorted([b, c]));
});

test("an image knows its near-duplicates", () => {
  const answer = makeAnswer({ n: 6, groups: 2 });
  const [a, b, c, d] = answer.images.map(({ id }) => id);
  answer.near_duplicates = [[b, a, d]];
  for (const row of [0, 1, 3]) {
    answer.images[row].duplicate_set = 0;
  }
  const collection = new Collection(answer);
  assert.deepEqual(collection.image(a).copies, [b, d]);
  assert.deepEqual(collection.image(c).copies, []);
});

test("outliers are members of groups, the strangest first; images know what is near", () => {
  const collection = fresh();
  const scores = collection.outliers.map((id) => collection.image(id).outlier_score);
  assert.ok(scores.length > 0 && scores.every((score, i) =>
    score >= 0.6 && (i === 0 || score <= scores[i - 1])));
  const [id] = collection.outliers;
  assert.ok(collection.cluster(collection.image(id).nearest));
  collection.move([id], "unclustered");
  assert.ok(!collection.outliers.includes(id));
  collection.setLevel(0);
  const inside = collection.clusters[0].ids[0];
  assert.equal(collection.image(inside).nearest, null, "the own group is not the next one");
  assert.equal(collection.image("who.jpg"), null);
  assert.match(fresh().image(fresh().unclustered[0]).description, /^kind/);
});

function randomEdit(collection, random) {
  const keys = keysOf(collection);
  const pick = () => keys[below(random, keys.length)];
  const some = shuffled(collection.answer.images, random).slice(0, 1 + below(random, 8))
    .map(({ id }) => id);
  switch (below(random, 8)) {
    case 0: return collection.setLevel(below(random, collection.levels.length));
    case 1: return collection.rename(pick(), ["", "Ana", "Bea", "=1"][below(random, 4)]);
    case 2: return collection.move(some, "new");
    case 3: return collection.move(some, "unclustered");
    case 4: return collection.merge(shuffled(keys, random).slice(0, 1 + below(random, 3)));
    case 5: return collection.move(collection.cluster(pick())?.ids ?? [], pick());
    default: return collection.move(some, pick());
  }
}

const stateOf = ({ clusters, unclustered, levelIndex }) => ({ clusters, unclustered, levelIndex });
const isSame = (a, b) => a.clusters === b.clusters && a.unclustered === b.unclustered &&
  a.levelIndex === b.levelIndex;

test("after any edits each image is in one place; undo and redo are exact", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = randomFrom(seed);
    const collection = fresh({ n: 5 + below(random, 60), groups: 1 + below(random, 6),
      alone: below(random, 5), noise: seed % 2 ? "group" : "singletons", seed });
    const states = [stateOf(collection)];
    while (states.length < 60) {
      const before = stateOf(collection);
      const copy = JSON.stringify(before);
      randomEdit(collection, random);
      assert.equal(JSON.stringify(before), copy, "old states never change");
      if (!isSame(before, stateOf(collection))) {
        states.push(stateOf(collection));
        check(collection);
        new Collection(collection.toDocument()); // is a sound document itself
      }
    }
    assert.equal(collection.edited, true);
    for (const state of [...states].reverse().slice(1)) {
      assert.ok(collection.undo());
      assert.ok(isSame(stateOf(collection), state));
    }
    assert.ok(!collection.undo() && !collection.edited);
    for (const state of states.slice(1)) {
      assert.ok(collection.redo());
      assert.ok(isSame(stateOf(collection), state));
    }
    assert.ok(!collection.redo());
    collection.undo();
    collection.move([collection.answer.images[0].id], "new");
    check(collection);
  }
});

test("200 steps can be taken back", () => {
  const collection = fresh();
  const [{ key }] = collection.clusters;
  for (let i = 0; i < 300; i++) {
    collection.rename(key, `name ${i}`);
  }
  let steps = 0;
  while (collection.undo()) {
    steps++;
  }
  assert.equal(steps, 200);
  assert.equal(collection.cluster(key).title, "name 99");
});

test("the edited document reads like one of the server's", () => {
  const collection = fresh();
  const [a, b] = keysOf(collection);
  collection.setLevel(collection.chosenLevelIndex - 1);
  let document = collection.toDocument();
  assert.equal(document.edited, true);
  assert.deepEqual(new Collection(document).clusters.map(({ ids }) => ids),
    collection.clusters.map(({ ids }) => ids));
  assert.equal(new Collection(document).levelIndex, collection.levelIndex);
  collection.undo();

  collection.rename(a, "Mine");
  collection.move([collection.cluster(b).ids[0]], a);
  document = collection.toDocument();
  assert.equal(document.edited, true);
  assert.equal(document.hierarchy, null);
  assert.equal(document.clusters[0].description, "Mine");
  document.clusters.forEach((cluster, c) => {
    assert.equal(cluster.name, c);
    assert.equal(cluster.size, cluster.image_ids.length);
    cluster.image_ids.forEach((id) =>
      assert.equal(document.images.find((image) => image.id === id).cluster, c));
  });
  assert.deepEqual(Object.keys(document.clusters[0]).sort(),
    Object.keys(collection.answer.clusters[0]).sort());
});

test("a large set keeps every image at every level", () => {
  const collection = fresh({ n: 5000, groups: 71, alone: 250 });
  collection.levels.forEach((_, level) => {
    collection.setLevel(level);
    const grouped = collection.clusters.reduce((sum, { ids }) => sum + ids.length, 0);
    assert.equal(grouped + collection.unclustered.length, 5000);
  });
});
