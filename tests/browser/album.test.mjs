// SPDX-License-Identifier: Apache-2.0
// The whole way with 200 real photos: drop them, watch, move the slider, rename, merge, undo, and
// find the right folders in the archive.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { foldersOf, hashesOf, readArchive } from "./support/archive.mjs";
import { assertFits, pageTest } from "./support/browser.mjs";
import { Client, t } from "./support/client.mjs";
import { photoFolders, photosOf } from "./support/images.mjs";
import { Server } from "./support/server.mjs";

const KINDS = 10; // of twenty photos each
const folders = photoFolders(KINDS);
let server;

before(async () => { server = folders && await Server.start(); });
after(async () => { assert.equal(await server?.stop() ?? 0, 0); });

if (!folders) {
  test("200 real photos", { skip: "there are no real photos here" }, () => {});
}

folders && pageTest("200 real photos become named folders", () => server.url, {}, async (page) => {
  const client = new Client(page);
  const photos = folders.flatMap(photosOf);
  await client.drop(folders);
  await client.waitForChosen(photos.length);

  const seen = await client.watchProgress();
  await client.startAndWait();
  const states = await seen();
  assert.ok(states.length >= 8, `${states.length} states of progress`);
  assert.ok(states.some((text) => text.includes(t("work.rate", { rate: "" }).trim())), "no rate");
  const left = new RegExp(t("work.left", { time: "~" }).replace("~", ".+"));
  assert.ok(states.some((text) => left.test(text)), "no time left");
  const { answer } = client;
  assert.equal(answer.images.length, photos.length);
  assert.deepEqual(answer.errors, []);
  await client.results.getByText(answer.reason).waitFor();

  const chosen = Number(await client.slider.inputValue());
  const { levels } = answer.hierarchy;
  const last = levels.length - 1;
  for (const index of [0, last, Math.max(0, chosen - 1), chosen]) {
    await client.setLevel(index);
    assert.equal(await client.partCount(), levels[index], `level ${index}`);
  }
  await assertFits(page, "wall");

  const before = await client.groups();
  const [first, second, third] = before;
  await client.rename(first.key, "My best <photos> & more");
  await client.merge([second.key, third.key]);
  let now = await client.groups();
  assert.equal(now.length, before.length - 1);
  assert.ok(now.some(({ count }) => count === second.count + third.count));
  await client.undo();
  now = await client.groups();
  assert.deepEqual(now.map(({ key, count }) => [key, count]),
    before.map(({ key, count }) => [key, count]));
  assert.equal(now[0].title, "My best <photos> & more");
  await client.merge([second.key, third.key]);

  const archive = readArchive(await client.exportTo("zip"));
  const files = hashesOf(photos);
  const images = archive.filter(({ name }) => /\.jpg$/i.test(name));
  assert.equal(images.length, photos.length);
  assert.ok(images.every(({ sha256 }) => files.has(sha256)), "the original bytes");
  const shown = await client.groups();
  const inFolders = foldersOf(images);
  inFolders.delete("unclustered");
  assert.deepEqual([...inFolders.values()].map((names) => names.length),
    shown.map(({ count }) => count));
  assert.ok([...inFolders.keys()].some((name) => /^\d+ My best _photos_ & more$/.test(name)),
    [...inFolders.keys()].join("; "));

  // Nearly all photos of a kind are together: the folders are the right ones.
  const kindOf = (entry) => files.get(entry.sha256).split("/").at(-2);
  const folderOf = ({ name }) => name.split("/")[0];
  const pure = [...inFolders.keys()].reduce((sum, folder) => {
    const kinds = images.filter((entry) => folderOf(entry) === folder).map(kindOf);
    const most = Math.max(...kinds.map((kind) => kinds.filter((one) => one === kind).length));
    return sum + most;
  }, 0);
  const grouped = shown.reduce((sum, { count }) => sum + count, 0);
  assert.ok(pure / grouped > 0.75, `${pure} of ${grouped} photos are with their kind`);
});
