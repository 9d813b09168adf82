// SPDX-License-Identifier: Apache-2.0
// Taking the result away: archive, table, data, and a page to look at.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before } from "node:test";
import { pathToFileURL } from "node:url";

import { foldersOf, hashesOf, readArchive } from "./support/archive.mjs";
import { assertAccessible, assertFits, openPage, pageTest } from "./support/browser.mjs";
import { Client, names } from "./support/client.mjs";
import { fixture, samples, Scratch } from "./support/images.mjs";
import { Server } from "./support/server.mjs";

const chosen = [...samples(), fixture("colour.heic")];
const scratch = new Scratch();
let server;

before(async () => { server = await Server.start(); });
after(async () => {
  scratch.remove();
  assert.equal(await server?.stop(), 0);
});

/** Records of a table (RFC 4180). */
function readCsv(text) {
  return text.trimEnd().split("\r\n").map((line) =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].slice(0, -1)
      .map(([, field]) => field.replace(/^"|"$/g, "").replace(/""/g, "\"")));
}

const sizes = (groups) => groups.map(({ count }) => count);

async function checkArchive(path, groups) {
  const entries = readArchive(path);
  const images = entries.filter(({ name }) => name !== "groups.csv");
  assert.equal(images.length, entries.length - 1);
  assert.deepEqual(images.map(({ sha256 }) => sha256).sort(), [...hashesOf(chosen).keys()].sort());
  const folders = foldersOf(images);
  folders.delete("unclustered");
  assert.deepEqual([...folders.values()].map((list) => list.length), sizes(groups));
  assert.equal([...folders.keys()][0], "00 =Mine_ _1_");
}

function checkTable(path) {
  const [head, ...lines] = readCsv(readFileSync(path, "utf8"));
  assert.equal(lines.length, chosen.length);
  assert.ok(lines.every((line) => Math.abs(line.length - head.length) <= 1));
  const text = lines.flat().join("\n");
  for (const name of names(chosen)) {
    assert.ok(text.includes(name), name);
  }
  assert.doesNotMatch(text, /^=/m); // a table program would take it for a formula
  assert.match(text, /=Mine: <1>/);
}

function checkData(path, groups) {
  const { clusters } = JSON.parse(readFileSync(path, "utf8"));
  assert.deepEqual(clusters.flatMap(({ image_ids: ids }) => ids).sort(), names(chosen).sort());
  assert.deepEqual(clusters.filter(({ unclustered }) => !unclustered)
    .map(({ image_ids: ids }) => ids.length), sizes(groups));
  assert.match(JSON.stringify(clusters[0]), /=Mine: <1>/);
}

/** The page opens from the disk, asks for nothing (openPage sees to that), and runs no script. */
async function checkGallery(path, groups, width) {
  assert.doesNotMatch(readFileSync(path, "utf8"), /<script|https?:\/\/|url\((?!data:)/i);
  const gallery = await openPage(pathToFileURL(path).href, { width });
  const shown = await gallery.evaluate(async () => {
    for (const image of document.images) {
      image.loading = "eager";
      await image.decode();
    }
    return { images: document.images.length, text: document.body.innerText };
  });
  assert.ok(shown.images >= chosen.length);
  for (const { title } of groups) {
    assert.ok(shown.text.includes(title), title);
  }
  await assertFits(gallery, "gallery");
  await assertAccessible(gallery, "gallery");
  await gallery.finish();
}

/** In place of the dialog that asks where to save, which nobody could answer here. */
async function standInForPicker(page) {
  await page.evaluate(() => {
    const parts = [];
    window.showSaveFilePicker = async ({ suggestedName }) => ({
      name: suggestedName,
      createWritable: async () => ({
        write: async (part) => { parts.push(new Blob([part])); },
        close: async () => { window.saved = new Blob(parts); },
        abort: async () => {},
      }),
    });
  });
}

/** The bytes of a Blob in the page. */
async function bytesOf(page, name) {
  const text = await page.evaluate(async (variable) => {
    const reader = new FileReader();
    reader.readAsDataURL(window[variable]);
    await new Promise((done) => { reader.onload = done; });
    return reader.result.split(",")[1];
  }, name);
  return Buffer.from(text, "base64");
}

pageTest("the result is taken away", () => server.url, {}, async (page, width, context) => {
  const client = new Client(page);
  await client.cluster(chosen);
  const [first] = await client.groups();
  await client.rename(first.key, "=Mine: <1>");
  const groups = await client.groups();
  await context.test("as an archive, written to the place asked for", async () => {
    await standInForPicker(page);
    await client.chooseExport("zip");
    await page.waitForFunction(() => window.saved);
    await checkArchive(scratch.file("saved.zip", await bytesOf(page, "saved")), groups);
  });
  await context.test("as an archive, downloaded", async () =>
    checkArchive(await client.exportTo("zip"), groups));
  await context.test("as a table", async () => checkTable(await client.exportTo("csv")));
  await context.test("as data", async () => checkData(await client.exportTo("json"), groups));
  await context.test("as a page to look at", async () =>
    checkGallery(await client.exportTo("gallery"), groups, width));
  await assertFits(page, "after exports");
});
