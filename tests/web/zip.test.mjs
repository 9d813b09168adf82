// SPDX-License-Identifier: Apache-2.0
// Archives against other people's readers: Python's zipfile and Info-ZIP's unzip.

import assert from "node:assert/strict";
import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { crc32 } from "../../web/js/export/crc32.js";
import { centralHeader, endOfDirectory, localHeader, zipParts } from "../../web/js/export/zip.js";
import { below, randomFrom } from "./support/answers.mjs";
import { has, inFolder, output } from "./support/tools.mjs";

const GIB = 2 ** 30;
const python = { skip: !has("python3") && "python3 is not installed" };
const LIST = `
import json, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
print(json.dumps({
    "bad": archive.testzip() if len(sys.argv) < 3 else None,
    "entries": [[e.filename, e.file_size, e.header_offset, e.date_time, e.external_attr >> 16]
                for e in archive.infolist()],
    "read": archive.read(sys.argv[2]).decode() if len(sys.argv) > 2 else None}))`;
const listed = (...args) => JSON.parse(output("python3", "-c", LIST, ...args));

async function archive(files, options) {
  const parts = [];
  for await (const part of zipParts(files, options)) {
    parts.push(part instanceof Blob ? new Uint8Array(part.size && await part.arrayBuffer()) : part);
  }
  return Buffer.concat(parts);
}

const file = (name, text, date = new Date(2024, 1, 29, 13, 14, 16)) =>
  ({ name, blob: new Blob([text]), date });

test("CRC-32: known sums, in one piece or in many", () => {
  const bytes = (text) => new TextEncoder().encode(text);
  assert.equal(crc32(bytes("")), 0);
  assert.equal(crc32(bytes("123456789")), 0xcbf43926);
  assert.equal(crc32(bytes("The quick brown fox jumps over the lazy dog")), 0x414fa339);
  const random = randomFrom(1);
  const all = Uint8Array.from({ length: 1000 }, () => below(random, 256));
  for (let length = 0; length < 200; length++) {
    const some = all.subarray(length % 9, length);
    let slow = 0xffffffff;
    for (const byte of some) {
      slow ^= byte;
      for (let bit = 0; bit < 8; bit++) {
        slow = slow & 1 ? (slow >>> 1) ^ 0xedb88320 : slow >>> 1;
      }
    }
    assert.equal(crc32(some), ~slow >>> 0);
    const half = below(random, some.length + 1);
    assert.equal(crc32(some.subarray(half), crc32(some.subarray(0, half))), crc32(some));
  }
});

test("other programs read what is written", python, () => inFolder(async (folder) => {
  const path = join(folder, "a.zip");
  const files = [
    file("groups.csv", "a,b\r\n"),
    file("00 Ünïcode ☕ 猫/naïve 😀.jpg", "x".repeat(3_000_000)),
    file("unclustered/empty.jpg", ""),
    file("unclustered/old.jpg", "1", new Date(1970, 0, 1)),
    file("unclustered/late.jpg", "2", new Date(9999, 0, 1)),
    file("unclustered/undated.jpg", "3", new Date(NaN)),
  ];
  writeFileSync(path, await archive(files));
  const { bad, entries } = listed(path);
  assert.equal(bad, null);
  assert.deepEqual(entries.map(([name]) => name), files.map(({ name }) => name));
  assert.deepEqual(entries.map(([, size]) => size), files.map(({ blob }) => blob.size));
  assert.deepEqual(entries.map((entry) => entry[3]), [
    [2024, 2, 29, 13, 14, 16], [2024, 2, 29, 13, 14, 16], [2024, 2, 29, 13, 14, 16],
    [1980, 1, 1, 0, 0, 0], [2107, 12, 31, 23, 59, 58], [1980, 1, 1, 0, 0, 0]]);
  assert.ok(entries.every((entry) => entry[4] === 0o100644));
  if (has("unzip")) {
    assert.match(output("unzip", "-t", path), /No errors detected/);
  }
  assert.deepEqual(await archive(files), await archive(files), "the same each time");
}));

test("more entries than 16 bits can count", python, () => inFolder(async (folder) => {
  const path = join(folder, "many.zip");
  const empty = new Blob([]);
  const date = new Date(2024, 0, 1);
  const files = Array.from({ length: 65_536 }, (_, i) => ({ name: `${i}`, blob: empty, date }));
  writeFileSync(path, await archive(files));
  assert.equal(listed(path).entries.length, 65_536);
}));

test("files and offsets beyond 4 GiB", python, () => inFolder((folder) => {
  const path = join(folder, "large.zip");
  const date = new Date(2024, 0, 1, 1, 2, 4);
  const text = Buffer.from("behind it");
  const encoder = new TextEncoder();
  const large = { name: encoder.encode("large.jpg"), crc: 0, size: 5 * GIB, offset: 0, date };
  const start = localHeader(large);
  const small = { name: encoder.encode("small.txt"), crc: crc32(text), size: text.length,
    offset: start.length + large.size, date };
  const header = localHeader(small);
  const directory = Buffer.concat([large, small].map(centralHeader));
  const offset = small.offset + header.length + text.length;

  const out = openSync(path, "w"); // with a hole for the large file
  writeSync(out, start, 0, start.length, 0);
  ftruncateSync(out, small.offset);
  let at = small.offset;
  for (const part of [header, text, directory, endOfDirectory(2, directory.length, offset)]) {
    at += writeSync(out, part, 0, part.length, at);
  }
  closeSync(out);
  const { entries, read } = listed(path, "small.txt");
  assert.deepEqual(entries.map(([name, size, where]) => [name, size, where]),
    [["large.jpg", 5 * GIB, 0], ["small.txt", text.length, small.offset]]);
  assert.equal(read, "behind it");
}));

test("the longer records are there only where they must be", () => {
  const record = (size, offset) => {
    const entry = { name: new Uint8Array(1), crc: 0, size, offset, date: new Date(NaN) };
    return [localHeader(entry).length, centralHeader(entry).length];
  };
  assert.deepEqual(record(1, 1), [31, 47]);
  assert.deepEqual(record(2 ** 32 - 2, 2 ** 32 - 2), [31, 47]);
  assert.deepEqual(record(2 ** 32 - 1, 1), [31 + 20, 47 + 20]);
  assert.deepEqual(record(1, 2 ** 32 - 1), [31, 47 + 12]);
  assert.deepEqual(record(2 ** 40, 2 ** 50), [31 + 20, 47 + 28]);
  assert.equal(endOfDirectory(65_534, 2 ** 32 - 2, 2 ** 32 - 2).length, 22);
  assert.equal(endOfDirectory(65_535, 1, 1).length, 22 + 56 + 20);
  assert.equal(endOfDirectory(1, 2 ** 32 - 1, 1).length, 22 + 56 + 20);
  assert.equal(endOfDirectory(1, 1, 2 ** 32 - 1).length, 22 + 56 + 20);
});

test("progress, cancelling, and files that are gone", async () => {
  const files = [file("a", "1".repeat(2 ** 20 + 1)), file("b", "22"), file("c", "3")];
  const progress = [];
  await archive(files, { onBytes: (bytes) => progress.push(bytes) });
  assert.deepEqual(progress, [2 ** 20, 1, 2, 1]);

  const abort = new AbortController();
  await assert.rejects(archive(files, { signal: abort.signal, onBytes: () => abort.abort(),
    onUnreadable: () => assert.fail("not a matter of the file") }), { name: "AbortError" });

  const gone = { size: 3, slice: () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) }) };
  const withGone = [files[1], { name: "gone", blob: gone, date: new Date() }, files[2]];
  await assert.rejects(archive(withGone), /gone/);
  const unreadable = [];
  const bytes = await archive(withGone, { onUnreadable: ({ name }) => unreadable.push(name) });
  assert.deepEqual(unreadable, ["gone"]);
  assert.deepEqual(bytes, await archive([files[1], files[2]]));
});
