// SPDX-License-Identifier: Apache-2.0
// Which files are images.

import assert from "node:assert/strict";
import { test } from "node:test";

import { filesOfInput, namePasted, sniff, sortOut } from "../../web/js/images/files.js";

const bytes = (text) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const file = (name, content = "x", type = "") => new File([content], name, { type });
const entry = (path, content, type) => ({ path, file: file(path.split("/").pop(), content, type) });

test("formats are known by their first bytes", () => {
  const heads = {
    "\xff\xd8\xff\xe0": "jpeg", "\x89PNG\r\n\x1a\n": "png", GIF89a: "gif",
    "RIFF\n\0\0\0WEBPVP8 ": "webp",
    "BM\0\0": "bmp", "II*\0": "tiff", "MM\0*": "tiff", "\0\0\0\x18ftypheic": "heif",
    "\0\0\0\x18ftypmif1": "heif", "\0\0\0\x1cftypavif": "avif", "\0\0\0\x18ftypisom": null,
    "%PDF-1.7": null, "": null, "<svg>": null,
  };
  for (const [head, format] of Object.entries(heads)) {
    assert.equal(sniff(bytes(head)), format, JSON.stringify(head));
  }
});

test("images are parted from others, litter is dropped", async () => {
  const { images, others } = await sortOut([
    entry("a.JPG"), entry("trip/b.heic"), entry("c", "x", "image/png"), entry("photo", "GIF89a.."),
    entry("notes.txt"), entry("d.jpg", ""), entry("drawing.svg", "<svg/>", "image/svg+xml"),
    entry("LICENSE"), entry(".DS_Store"), entry("trip/Thumbs.db"), entry("__MACOSX/._a.jpg"),
  ]);
  assert.deepEqual(images.map(({ path }) => path), ["a.JPG", "trip/b.heic", "c", "photo"]);
  assert.deepEqual(others, [{ path: "notes.txt", why: "type" }, { path: "d.jpg", why: "empty" },
    { path: "drawing.svg", why: "type" }, { path: "LICENSE", why: "type" }]);
});

test("files of a folder come in the order that a person expects", () => {
  const inFolder = (path) =>
    Object.assign(file(path.split("/").pop()), { webkitRelativePath: path });
  assert.deepEqual(filesOfInput(["t/10.jpg", "t/2.jpg", "t/a/1.jpg"].map(inFolder))
    .map(({ path }) => path), ["t/2.jpg", "t/10.jpg", "t/a/1.jpg"]);
  assert.deepEqual(filesOfInput([file("z.jpg"), file("a.jpg")]).map(({ path }) => path),
    ["z.jpg", "a.jpg"]);
});

test("pasted screenshots are told apart by the time", () => {
  const now = new Date(2026, 1, 3, 4, 5, 6);
  assert.deepEqual(namePasted([entry("image.png"), entry("mug.png")], now).map(({ path }) => path),
    ["pasted-040506.png", "mug.png"]);
});
