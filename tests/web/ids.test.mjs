// SPDX-License-Identifier: Apache-2.0
// Names of images: unique, and such that they come back from the server as they were sent.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Ids } from "../../web/js/images/ids.js";

test("different names stay as they are", () => {
  const ids = new Ids();
  assert.equal(ids.add("a.jpg"), "a.jpg");
  assert.equal(ids.add("trip/a.jpg"), "trip/a.jpg");
  assert.equal(ids.add("ünï 日本.png"), "ünï 日本.png");
});

test("equal names are numbered before the extension", () => {
  const ids = new Ids();
  assert.deepEqual(["a.jpg", "a.jpg", "a (2).jpg", "a.jpg"].map((name) => ids.add(name)),
    ["a.jpg", "a (2).jpg", "a (2) (2).jpg", "a (3).jpg"]);
  assert.equal(ids.add("x/.hidden"), "x/.hidden");
  assert.equal(ids.add("x/.hidden"), "x/.hidden (2)");
});

test("what browsers or the server would change is replaced", () => {
  const ids = new Ids();
  assert.equal(ids.add('a"b\\c\n.jpg'), "a_b_c_.jpg");
  assert.equal(ids.add("100%22.jpg"), "100_22.jpg");
  assert.equal(ids.add("100%.jpg"), "100%.jpg");
  assert.equal(ids.add(""), "image");
});

test("a name that was given back can be had again", () => {
  const ids = new Ids();
  ids.add("a.jpg");
  ids.add("a.jpg");
  ids.remove("a.jpg");
  assert.equal(ids.add("a.jpg"), "a.jpg");
  assert.equal(ids.add("a.jpg"), "a (3).jpg");
  ids.clear();
  assert.equal(ids.add("a.jpg"), "a.jpg");
});

test("thousands of equal names take no time", () => {
  const ids = new Ids();
  const all = new Set(Array.from({ length: 20_000 }, () => ids.add("image.png")));
  assert.equal(all.size, 20_000);
});
