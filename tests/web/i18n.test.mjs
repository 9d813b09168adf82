// SPDX-License-Identifier: Apache-2.0
// The languages: each has all the words, and they can be filled in.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import * as i18n from "../../web/js/i18n.js";
import en from "../../web/locales/en.js";
import es from "../../web/locales/es.js";
import pt from "../../web/locales/pt.js";

const WEB = new URL("../../web/", import.meta.url);
const isForms = (node) => typeof node === "object" && "other" in node;

function flat(node, prefix = "") {
  return Object.entries(node).flatMap(([name, value]) => {
    const key = prefix ? `${prefix}.${name}` : name;
    return typeof value === "string" || isForms(value) ? [[key, value]] : flat(value, key);
  });
}

const places = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort().join();

test("all languages have the same keys, forms and places to fill in", () => {
  for (const [code, locale] of Object.entries({ es, pt })) {
    const theirs = new Map(flat(locale));
    for (const [key, value] of flat(en)) {
      const other = theirs.get(key);
      assert.ok(other !== undefined, `${code} lacks ${key}`);
      assert.equal(typeof other, typeof value, `${code} ${key}`);
      const texts = typeof value === "string" ? [[value, other]] : [[value.other, other.other]];
      for (const [ours, translated] of texts) {
        assert.equal(places(translated), places(ours), `${code} ${key}`);
        assert.ok(translated.trim(), `${code} ${key} is empty`);
      }
      theirs.delete(key);
    }
    assert.deepEqual([...theirs.keys()], [], `${code} has what English lacks`);
  }
});

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => entry.isDirectory()
    ? sources(new URL(`${entry.name}/`, folder)) : [new URL(entry.name, folder)]);
}

test("every key that the page asks for exists", () => {
  const keys = new Set(flat(en).map(([key]) => key));
  const asked = /\b(?:t|plural)\(\s*"([\w.-]+)"|data-t(?:-label)?="(\w+\.[\w.-]+)"/g;
  for (const url of [new URL("index.html", WEB), ...sources(new URL("js/", WEB))]) {
    for (const [, one, other] of readFileSync(url, "utf8").matchAll(asked)) {
      assert.ok(keys.has(one ?? other), `${url.pathname.split("/").pop()}: ${one ?? other}`);
    }
  }
});

test("the words of index.html are the English ones", () => {
  const html = readFileSync(new URL("index.html", WEB), "utf8");
  for (const [, key, text] of html.matchAll(/data-t="([\w.]+)">([^<]*)</g)) {
    assert.equal(text, i18n.t(key));
  }
});

test("texts are filled in and inflected", async () => {
  await i18n.setLanguage("en");
  assert.equal(i18n.plural("choose.count", 1), "1 image");
  assert.equal(i18n.plural("choose.count", 1234), "1,234 images");
  assert.equal(i18n.t("no.such"), "no.such");
  await i18n.setLanguage("pt");
  assert.equal(i18n.plural("choose.count", 2), "2 imagens");
  assert.equal(i18n.formatSize(1_500_000), "1,5\u00a0MB");
  await i18n.setLanguage("xx");
  assert.equal(i18n.language, "en");
});

test("sizes and durations", async () => {
  await i18n.setLanguage("en");
  assert.deepEqual([0, 999, 1000, 999_600, 48_300_000, 2_147_483_648].map(i18n.formatSize),
    ["0 B", "999 B", "1 kB", "1 MB", "48 MB", "2.1 GB"].map((text) => text.replace(" ", "\u00a0")));
  assert.deepEqual([0.52, 9.99, 60, 200].map(i18n.formatDuration),
    ["0.5 sec", "10 sec", "1 min", "3 min 20 sec"]);
});

test("the reader's first language that is spoken is taken", () => {
  assert.equal(i18n.bestLanguage(["de-DE", "pt-BR", "en"]), "pt");
  assert.equal(i18n.bestLanguage([null, "ES"]), "es");
  assert.equal(i18n.bestLanguage(["ja"]), "en");
});
