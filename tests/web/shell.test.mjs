// SPDX-License-Identifier: Apache-2.0
// The page as a whole: what it loads first, what it may load at all, what it weighs.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const WEB = new URL("../../web/", import.meta.url);
const MAX_BYTES = 120000;

function files(folder = WEB) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => entry.isDirectory()
    ? files(new URL(`${entry.name}/`, folder)) : [new URL(entry.name, folder)]);
}

const read = (url) => readFileSync(url, "utf8");
const inWeb = (url) => url.href.slice(WEB.href.length);
const html = read(new URL("index.html", WEB));

const IMPORT = /^(?:import|export)\b(?:[^"();]*\bfrom)?\s*"(\.[^"]+)"/gm;

/** Modules that one imports, those they import and so on. */
function imported(url, found = new Set()) {
  for (const [, path] of read(url).matchAll(IMPORT)) {
    const other = new URL(path, url);
    if (!found.has(other.href)) {
      found.add(other.href);
      imported(other, found);
    }
  }
  return found;
}

test("the modules of the first view, and only those, are loaded at once", () => {
  const preloaded = [...html.matchAll(/rel="modulepreload" href="([^"]+)"/g)]
    .map(([, path]) => path);
  const needed = [...imported(new URL("js/app.js", WEB))].map((href) => inWeb(new URL(href)));
  assert.deepEqual(preloaded.sort(), needed.sort());
});

test("every style sheet is linked", () => {
  const linked = [...html.matchAll(/rel="stylesheet" href="([^"]+)"/g)].map(([, path]) => path);
  const there = files().map(inWeb).filter((path) => path.endsWith(".css"));
  assert.deepEqual(linked.sort(), there.sort());
});

test("no script, style or address from elsewhere", () => {
  for (const url of files()) {
    const text = read(url).replaceAll("http://www.w3.org/", "");
    assert.doesNotMatch(text, /\b(?:https?|wss?):\/\//, inWeb(url));
    if (!inWeb(url).includes("export/")) { // the gallery is a page of its own
      assert.doesNotMatch(text, /innerHTML|insertAdjacentHTML|\beval\(|new Function/, inWeb(url));
    }
  }
  assert.doesNotMatch(html, /\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)/);
});

test("in any language all of it is under 120 KB compressed", () => {
  const weigh = (url) => gzipSync(readFileSync(url), { level: 9 }).length;
  const sum = (urls) => urls.map(weigh).reduce((total, bytes) => total + bytes, 0);
  const isTranslation = (url) => /locales\/(?!en)/.test(inWeb(url));
  const common = sum(files().filter((url) => !isTranslation(url)));
  const largest = Math.max(...files().filter(isTranslation).map(weigh));
  assert.ok(common + largest < MAX_BYTES, `${common + largest} bytes`);
});
