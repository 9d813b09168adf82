// SPDX-License-Identifier: Apache-2.0
// What the page gives away: tables and data like the program's own, folders, and a page that is
// safe whatever the files are called.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { Collection } from "../../web/js/collection/collection.js";
import { toCsv } from "../../web/js/export/csv.js";
import { writeParts } from "../../web/js/export/download.js";
import { exportCsv, exportGallery, exportJson, exportZip, exportZipParts }
  from "../../web/js/export/export.js";
import { toJson } from "../../web/js/export/json.js";
import { setLanguage } from "../../web/js/i18n.js";
import { makeAnswer, makeImages } from "./support/answers.mjs";
import { has, inFolder, output } from "./support/tools.mjs";

const data = (name) => readFileSync(
  fileURLToPath(new URL(`../data/reports/${name}`, import.meta.url)), "utf8");

const HOSTILE = ["<script>alert(1)</script>.jpg", `"quotes' & <b>.png`, "../../etc/passwd",
  "CON.jpg", "=HYPERLINK(1).jpg", "a,b\r\nc.jpg", "\u0000\u0001.jpg", "…", ".", "..", "",
  "trailing. . ", "C:\\windows\\x.jpg", "\ud800half.jpg", "]]>--><!--.jpg",
  `${"x".repeat(400)}.jpeg`, "nbsp\u00a0.jpg", "javascript:alert(1)", "\u202egpj.exe", "photo.JPG",
  "PHOTO.jpg", "photo.jpg", "{count}.jpg"];

/** A result whose files and groups have every evil name, and the images for it. */
function hostile() {
  const answer = makeAnswer({ n: 60, groups: 5, alone: 10 });
  const names = new Map(answer.images.map(({ id }, i) => [id, `${HOSTILE[i] ?? "same.jpg"}`]));
  answer.clusters[0].description = `</style><img src=x onerror=alert(1)> & "'`;
  answer.clusters[0].evidence[0].concept = "<i>";
  answer.reason = "<b>because</b>";
  answer.errors = HOSTILE.map((name) => ({ file: name, reason: `${name} <u>`, code: "x" }));
  answer.model.id = "<model>";
  return { collection: new Collection(answer),
    images: makeImages(answer, (id) => `holiday/${names.get(id)}`) };
}

test("the table is the one that the program writes", () => {
  assert.equal(toCsv(JSON.parse(data("sample.json"))), data("sample.csv"));
});

test("tables and data carry the edits", async () => {
  const collection = new Collection(makeAnswer({ n: 30, groups: 4, alone: 2 }));
  const [{ key, ids }] = collection.clusters;
  collection.rename(key, '=1+1, "mine"');
  const lines = (await exportCsv(collection).text()).split("\r\n");
  assert.equal(lines.length, 1 + 30 + 1 + 1);
  assert.equal(lines.filter((line) => line.includes(`,"'=1+1, ""mine""",`)).length, ids.length);
  const text = await exportJson(collection).text();
  assert.deepEqual(JSON.parse(text), collection.toDocument());
  assert.match(text, /^ {6}\[\d+, \d+, [\d.]+, \d+\],$/m, "a merge in one line");
});

test("lists of numbers are told from texts that look like them", () => {
  const tricky = { a: ["[\n 1,\n 2\n]", 1], b: [[1, -2.5e-7], []], c: [], d: [1e30, null], e: [7] };
  assert.deepEqual(JSON.parse(toJson(tricky)), tricky);
});

test("the archive: a folder for each group, every image once, names that work anywhere",
  { skip: !has("python3") && "python3 is not installed" }, () => inFolder(async (folder) => {
    const { collection, images } = hostile();
    const renamedTo = "Zürich: 50 % <off> / \\ ... ";
    collection.rename(collection.clusters[1].key, renamedTo);
    const path = join(folder, "a.zip");
    const progress = [];
    const onProgress = (state) => progress.push(state);
    const blob = await exportZip(collection, images, { onProgress });
    writeFileSync(path, Buffer.from(await blob.arrayBuffer()));
    const program = `import json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps([[name, z.read(name).decode()] for name in z.namelist()]))`;
    const entries = JSON.parse(output("python3", "-c", program, path));
    assert.equal(entries.length, 61);
    assert.deepEqual(entries.shift(), ["groups.csv", await exportCsv(collection).text()]);
    assert.deepEqual([...new Set(entries.map(([name]) => name.split("/")[0]))].slice(1), [
      "01 Zürich_ 50 % _off_ _ _", "02 kind 2", "03 kind 3", "04 kind 4", "unclustered"]);
    const seen = new Set();
    for (const [name, text] of entries) {
      const parts = name.split("/");
      assert.equal(parts.length, 2, name);
      for (const part of parts) {
        assert.match(part, /^[^\u0000-\u001f\u007f\\:*?"<>|]*[^. \u0000-\u001f\\:*?"<>|]$/);
        assert.ok(Buffer.byteLength(part) < 250);
        assert.doesNotMatch(part, /^(con|nul|aux|prn)(\.|$)/i);
      }
      const form = name.normalize("NFC").toLowerCase();
      assert.ok(!seen.has(form), `${name} is there twice`);
      seen.add(form);
      const id = text.replace("bytes of ", "");
      const key = collection.clusterOf(id);
      assert.equal(parts[0].slice(0, 2), key === null ? "un"
        : `0${collection.clusters.findIndex((group) => group.key === key)}`);
    }
    assert.deepEqual(progress.pop(), { done: progress[0].total, total: progress[0].total });
    if (has("unzip")) {
      assert.match(output("unzip", "-t", path), /No errors detected/);
    }
  }));

test("an image whose file is gone is left out and told", async () => {
  const { collection, images } = hostile();
  const [{ ids: [id, other] }] = collection.clusters;
  images.get(id).file = { size: 9, lastModified: 0,
    slice: () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) }) };
  images.delete(other); // not known to the page: nothing to give
  const gone = [];
  const blob = await exportZip(collection, images, { onUnreadable: (lost) => gone.push(lost) });
  assert.deepEqual(gone, [id]);
  assert.ok(blob.size > 0);
  await assert.rejects(exportZip(collection, images), /gone/);
});

test("the gallery: everything in it, nothing from outside as markup", async () => {
  const { collection, images } = hostile();
  collection.rename(collection.clusters[1].key, "<script>mine</script>");
  collection.undo();
  const text = await (await exportGallery(collection, images)).text();
  assert.equal(text.match(/<img /g).length, 60);
  assert.equal(text.match(/ src="data:image\/jpeg;base64,[A-Za-z0-9+/=]+"/g).length, 60);
  const tags = new Set(text.match(/<!?\/?[a-zA-Z!][^\s>]*/g));
  for (const tag of ["<script", "<b>because", "<u", "<i", "<model"]) {
    assert.ok(!tags.has(tag), tag);
  }
  assert.ok(text.includes("&lt;/style&gt;&lt;img src=x onerror=alert(1)&gt; &amp; &quot;&#39;"));
  assert.ok(text.includes("<p lang=\"en\">&lt;b&gt;because&lt;/b&gt;</p>"));
  assert.match(text, /default-src 'none'; img-src data:; style-src 'unsafe-inline'/);
  assert.match(text, /<h1>60 images in 5 groups<\/h1>/);
  assert.match(text, /60 images in 5 groups/);
  const open = (tag) => text.match(new RegExp(`<${tag}[ >]`, "g")).length;
  for (const tag of ["section", "figure", "details", "div", "bdi", "ul", "main", "p", "h2"]) {
    assert.equal(open(tag), text.match(new RegExp(`</${tag}>`, "g")).length, tag);
  }
});

test("a gallery in another language, of edits, with images that have no picture", async () => {
  const collection = new Collection(makeAnswer({ n: 12, groups: 2, alone: 1 }));
  collection.rename(collection.clusters[0].key, "Férias");
  collection.move([collection.clusters[1].ids[0]], "new");
  const images = makeImages(collection.answer);
  images.forEach((image) => { image.thumbnailBlob = null; });
  const [first] = images.values();
  first.thumbnail = "data:image/jpeg;base64,AAAA";
  images.get("photo 1.jpg").thumbnail = "blob:http://localhost/1";
  await setLanguage("pt");
  try {
    const text = await (await exportGallery(collection, images)).text();
    assert.match(text, /<html lang="pt">/);
    assert.match(text, /<h1>12 imagens em 3 grupos<\/h1>/);
    assert.match(text, /<h2>Férias<\/h2>/);
    assert.match(text, /<h2 lang="en">Kind 1<\/h2>/);
    assert.match(text, /Grupo 2/);
    assert.ok(!text.includes("The clearest division"), "the reason was for other groups");
    assert.ok(!text.includes("blob:"));
    assert.equal(text.match(/<img /g).length, 1);
    assert.equal(text.match(/<span class="none">JPG<\/span>/g).length, 11);
  } finally {
    await setLanguage("en");
  }
});

test("a file on disk is finished or not touched", async () => {
  const { collection, images } = hostile();
  const steps = [];
  const handle = { createWritable: () => ({
    write: async (part) => steps.push(part.size ?? part.length),
    close: async () => steps.push("closed"),
    abort: async () => steps.push("aborted"),
  }) };
  await writeParts(handle, exportZipParts(collection, images));
  assert.equal(steps.pop(), "closed");
  const { size } = await exportZip(collection, images);
  assert.equal(steps.reduce((sum, part) => sum + part, 0), size);
  const abort = new AbortController();
  const parts = exportZipParts(collection, images, { signal: abort.signal,
    onProgress: ({ done, total }) => done > total / 2 && abort.abort() });
  await assert.rejects(writeParts(handle, parts), { name: "AbortError" });
  assert.equal(steps.pop(), "aborted");
});
