// SPDX-License-Identifier: Apache-2.0
// What the server takes, held against what was chosen.

import assert from "node:assert/strict";
import { test } from "node:test";

import { findProblems, uploadBytes } from "../../web/js/images/limits.js";

const image = (id, original, upload = original, state = "ready", error = null) =>
  ({ id, state, error, file: { size: original }, upload: { size: upload } });

test("what fits is no problem", () => {
  const limits = { max_images: 2, max_file_bytes: 100, max_request_bytes: 10_000 };
  assert.deepEqual(findProblems([image("a", 100), image("b", 1)], limits), []);
  assert.deepEqual(findProblems([], limits), []);
});

test("the size that counts is that of what is sent", () => {
  const limits = { max_file_bytes: 100 };
  const large = image("a", 500, 50);
  assert.deepEqual(findProblems([large], limits), []);
  assert.deepEqual(findProblems([large], limits, { originals: true }),
    [{ kind: "too-large", ids: ["a"], limit: 100 }]);
  assert.equal(uploadBytes(image("b", 500, 500, "pending"), false), 0);
});

test("the images to leave out are such that the rest can be sent", () => {
  const limits = { max_images: 2, max_file_bytes: 1000, max_request_bytes: 2000 };
  const images = [image("a", 900), image("big", 1001), image("b", 900), image("c", 10),
    image("d", 10), image("gone", 1, 1, "failed", "unreadable")];
  const problems = findProblems(images, limits);
  assert.deepEqual(problems, [
    { kind: "unreadable", ids: ["gone"], limit: 0 },
    { kind: "too-large", ids: ["big"], limit: 1000 },
    { kind: "too-many", ids: ["d"], limit: 2 },
    { kind: "too-much", ids: ["b"], limit: 2000 },
  ]);
  const out = new Set(problems.flatMap(({ ids }) => ids));
  assert.deepEqual(findProblems(images.filter(({ id }) => !out.has(id)), limits), []);
});

test("without limits only unreadable files count", () => {
  const images = [image("a", 1e12), image("b", 1, 1, "failed", "unreadable"),
    image("c", 1, 1, "failed", "damaged")];
  assert.deepEqual(findProblems(images, null).map(({ ids }) => ids), [["b"]]);
});
