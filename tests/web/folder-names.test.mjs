// SPDX-License-Identifier: Apache-2.0
// Names of folders and files for Windows, macOS and Linux.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fileName, FileNames, folderName } from "../../web/js/export/folder-names.js";

test("folders are called as by the command line", () => {
  assert.equal(folderName(0, 5, "coffee mugs"), "00 coffee mugs");
  assert.equal(folderName(7, 100, "dogs"), "07 dogs");
  assert.equal(folderName(7, 101, "dogs"), "007 dogs");
  assert.equal(folderName(1234, 5000, ""), "1234");
  assert.equal(folderName(3, 5, 'a/b\\c:d*e?f"g<h>i|j\u0001\u007f'), "03 a_b_c_d_e_f_g_h_i_j__");
  assert.equal(folderName(3, 5, "etc. . "), "03 etc");
  assert.equal(folderName(3, 5, "..."), "03");
  assert.equal(folderName(3, 5, "con"), "03 con");
  assert.equal(Buffer.byteLength(folderName(3, 5, "x".repeat(500))), 159);
  assert.equal(folderName(3, 5, "😀".repeat(100)), `03 ${"😀".repeat(39)}`);
});

test("files keep their names where they can", () => {
  const same = ["photo.jpg", "Ünïcode 😀.jpeg", ".hidden", "no extension", "a.tar.gz",
    "CONSOLE.jpg", "com10.jpg", "e\u0301.jpg"];
  same.forEach((name) => assert.equal(fileName(name), name));
  assert.equal(fileName("a/b/photo.jpg"), "photo.jpg");
  for (const nothing of ["", ".", "..", "a/", "...  "]) {
    assert.equal(fileName(nothing), "image");
  }
  assert.equal(fileName("photo.jpg. ."), "photo.jpg");
  assert.equal(fileName("a\u0000:b\ud800.jpg"), "a__b_.jpg");
  for (const [name, safe] of [["con", "_con"], ["NUL.jpg", "_NUL.jpg"],
    ["com1.tar.gz", "_com1.tar.gz"], ["LPT¹.png", "_LPT¹.png"], ["aux .jpg", "_aux .jpg"]]) {
    assert.equal(fileName(name), safe);
  }
  const long = fileName(`${"é".repeat(300)}.jpeg`);
  assert.ok(Buffer.byteLength(long) <= 240 && long.endsWith("é.jpeg"));
  assert.equal(Buffer.byteLength(fileName("x".repeat(300))), 240);
});

test("names that a system takes for the same are numbered", () => {
  const names = new FileNames();
  assert.deepEqual(["a.jpg", "A.JPG", "x/a.jpg", "a (2).jpg", "a.jpg", "é", "e\u0301", ".x", ".x"]
    .map((path) => names.add(path)),
  ["a.jpg", "A (2).JPG", "a (3).jpg", "a (2) (2).jpg", "a (4).jpg", "é", "e\u0301 (2)", ".x",
    ".x (2)"]);
});

test("ten thousand files of one name take no time", () => {
  const names = new FileNames();
  const all = new Set(Array.from({ length: 10_000 }, () => names.add("image.png")));
  assert.equal(all.size, 10_000);
  assert.ok(all.has("image (10000).png"));
});
