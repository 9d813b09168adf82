// SPDX-License-Identifier: Apache-2.0
// Documents that are broken in every way are refused in words, and sound ones are taken.

import assert from "node:assert/strict";
import { test } from "node:test";

import { readAnswer } from "../../web/js/collection/answer.js";
import { Collection } from "../../web/js/collection/collection.js";
import { galleryParts } from "../../web/js/export/gallery.js";
import { toCsv } from "../../web/js/export/csv.js";
import { makeAnswer, randomFrom, below } from "./support/answers.mjs";

const refused = (document, message) =>
  assert.throws(() => new Collection(document), { name: "AnswerError", message });

const broken = (change) => {
  const document = structuredClone(makeAnswer({ n: 12, groups: 3, alone: 2 }));
  change(document);
  return document;
};

test("what is no result is refused", () => {
  for (const document of [null, undefined, 7, "text", [], {}, { images: [] }, { clusters: [] }]) {
    refused(document, /^The server's answer cannot be used: /);
  }
});

test("images in no place, in two places, or unknown are refused", () => {
  refused(broken((d) => { d.clusters[0].image_ids.pop(); }), /is in no cluster/);
  refused(broken((d) => { d.clusters[1].image_ids.push(d.clusters[0].image_ids[0]); }),
    /more than one place/);
  refused(broken((d) => { d.clusters[0].image_ids[0] = "who.jpg"; }), /unknown image, "who.jpg"/);
  refused(broken((d) => { d.images[1].id = d.images[0].id; }), /twice/);
  refused(broken((d) => { d.images[0].cluster = (d.images[0].cluster + 1) % 3; }), /disagree/);
  refused(broken((d) => { d.images[0].nearest_cluster = 99; }), /near an unknown cluster/);
  refused(broken((d) => { d.clusters.push({ image_ids: [] }); }), /has no images/);
});

test("near-duplicates that are none are refused", () => {
  refused(broken((d) => { d.near_duplicates = {}; }), /no lists of images/);
  refused(broken((d) => { d.near_duplicates = [["who.jpg"]]; }), /no lists of images/);
  refused(broken((d) => { d.images[2].duplicate_set = 0; }), /unknown set of near-duplicates/);
  refused(broken((d) => {
    d.near_duplicates = [[d.images[0].id, d.images[1].id]];
    d.images[2].duplicate_set = 0;
  }), /unknown set of near-duplicates/);
});

test("a hierarchy that is none is refused", () => {
  refused(broken((d) => { d.hierarchy.merges.pop(); }), /needs 11 merges/);
  refused(broken((d) => { d.hierarchy.merges[0][0] = 22; }), /joins what is not there/);
  refused(broken((d) => { d.hierarchy.merges[3] = d.hierarchy.merges[2]; }), /joins what is not/);
  refused(broken((d) => { d.hierarchy.merges[5] = null; }), /joins what is not there/);
  refused(broken((d) => { d.hierarchy.merges[5][3]++; }), /wrong size/);
  refused(broken((d) => { d.hierarchy.chosen = 12; }), /which level/);
  refused(broken((d) => { d.hierarchy.levels = [3, 2, 1]; }), /not in order/);
  refused(broken((d) => { d.hierarchy.levels = [1, 13]; }), /not in order/);
  refused(broken((d) => { d.hierarchy.levels = [1]; }), /not among the levels/);
  refused(broken((d) => { d.hierarchy.chosen--; d.hierarchy.levels = [6]; }), /does not lead/);
  refused(broken((d) => { d.hierarchy.nodes[0].medoid = "who.jpg"; }), /incomplete/);
  refused(broken((d) => { d.hierarchy.nodes = {}; }), /no list of nodes/);
});

test("documents without the newer members are taken", () => {
  const { clusters, images, errors } = makeAnswer({ n: 5, groups: 2 });
  const old = {
    clusters: clusters.map(({ image_ids, description }) => ({ image_ids, description })),
    images: images.map(({ id }) => ({ id })),
    errors,
  };
  const collection = new Collection(old);
  assert.equal(collection.levels.length, 1);
  assert.equal(collection.levelIndex, 0);
  assert.equal(collection.clusters[0].cover, clusters[0].image_ids[0]);
  assert.equal(new Collection({ clusters: [], images: [], errors: [] }).size, 0);
});

async function useAll(collection) {
  for (const level of collection.levels.keys()) {
    collection.setLevel(level);
    collection.outliers.concat(collection.unclustered).forEach((id) => collection.image(id));
  }
  toCsv(JSON.parse(JSON.stringify(collection.toDocument())));
  for await (const part of galleryParts(collection, new Map())) {
    assert.ok(part.text);
  }
}

test("any damage is either harmless or refused in words", async () => {
  const random = randomFrom(11);
  const values = [null, -1, 0.5, 1e9, "x", [], {}, true];
  for (let run = 0; run < 600; run++) {
    const document = structuredClone(makeAnswer({ n: 8, groups: 2, alone: 1 }));
    let place = document;
    for (let depth = 0; depth < 6; depth++) {
      const keys = Object.keys(place);
      const key = keys[below(random, keys.length)];
      if (keys.length === 0 || typeof place[key] !== "object" || place[key] === null ||
        random() < 0.2) {
        place[key ?? "x"] = values[below(random, values.length)];
        break;
      }
      place = place[key];
    }
    try {
      await useAll(new Collection(document));
    } catch (error) {
      assert.equal(error.name, "AnswerError", `${error.stack}`);
    }
  }
  assert.equal(readAnswer(makeAnswer({ n: 8 })).rows.size, 8);
});
