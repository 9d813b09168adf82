// SPDX-License-Identifier: Apache-2.0
// Making the result one's own: names, moves by mouse and keys, merges, undo and redo.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { assertFits, pageTest, WIDTHS } from "./support/browser.mjs";
import { Client, numberIn, t } from "./support/client.mjs";
import { samples } from "./support/images.mjs";
import { Server } from "./support/server.mjs";

let server;

before(async () => { server = await Server.start(); });
after(async () => { assert.equal(await server?.stop(), 0); });

const edits = []; // {title, body, widths}

/** An edit and a look at it; the page is shared, and everything is undone in between. */
function editTest(title, body, { widths = WIDTHS } = {}) {
  edits.push({ title, body, widths });
}

const counts = (groups) => groups.map(({ count }) => count);

// The first of all: later the grid has its measures.
editTest("a group shows its photos the moment it is opened", async (client, page, [first]) => {
  const shown = await client.card(first.key).locator(".card-open").evaluate((open) => {
    open.click();
    return document.querySelectorAll("ic-cluster-view [data-key]").length;
  });
  assert.ok(shown > 0);
});

editTest("the wall shows an edit the moment it is back", async (client, page, [first, second]) => {
  await client.openGroup(0);
  await client.photos.locator("[data-key]").first().focus();
  await page.keyboard.press("m");
  await client.moveDialog.getByText(second.title, { exact: true }).click();
  await client.waitForPhotos(first.count - 1);
  const text = await page.evaluate((key) => new Promise((done) => {
    addEventListener("popstate", () => done( // after the page's own listener
      document.querySelector(`ic-cluster-wall [data-key="${key}"] .hint`).textContent),
    { once: true });
    history.back();
  }), second.key);
  assert.equal(numberIn(text), second.count + 1);
});

editTest("a group is renamed, and the name taken back", async (client, page, [first]) => {
  await client.rename(first.key, "Mine");
  assert.equal((await client.groups())[0].title, "Mine");
  await client.undo();
  assert.equal((await client.groups())[0].title, first.title);
  await client.redo();
  assert.equal((await client.groups())[0].title, "Mine");
  await client.openGroup(0);
  await client.view.getByRole("button", { name: t("edit.rename"), exact: true }).click();
  await page.keyboard.type("Never");
  await page.keyboard.press("Escape");
  assert.equal(await client.view.locator("h2").textContent(), "Mine");
});

editTest("groups are merged by selecting them", async (client, page, groups) => {
  const [first, second] = groups;
  await client.merge([first.key, second.key]);
  const merged = await client.groups();
  assert.equal(merged.length, groups.length - 1);
  assert.equal(merged[0].count, first.count + second.count);
  await client.undo();
  assert.deepEqual(await client.groups(), groups);
});

editTest("a card dropped on another is merged with it", async (client, page, groups) => {
  const [first, second] = groups;
  await client.card(second.key).dragTo(client.card(first.key));
  await client.waitForCards(groups.length - 1);
  assert.equal((await client.groups())[0].count, first.count + second.count);
}, { widths: [1440] });

editTest("photos are dragged from one group to another", async (client, page, [first, second]) => {
  await client.openGroup(0);
  const photo = client.photos.locator("[data-key]").first();
  await photo.hover();
  await page.mouse.down();
  await page.mouse.move(600, 500, { steps: 5 });
  const target = page.locator(`ic-drop-tray [data-to="${second.key}"]`);
  await target.waitFor();
  await target.hover();
  await target.hover();
  await page.mouse.up();
  await client.waitForPhotos(first.count - 1);
  await client.backToWall();
  const after = await client.groups();
  assert.equal(after.find(({ key }) => key === second.key).count, second.count + 1);
}, { widths: [1440] });

editTest("a finger selects photos and moves them", async (client, page, [first, second]) => {
  await client.openGroup(0);
  for (const index of [0, 1]) {
    await client.photos.locator("[data-key]").nth(index).locator(".tick").click();
  }
  await client.dock.getByRole("button", { name: t("edit.moveTo") }).click();
  await client.moveDialog.waitFor();
  await client.moveDialog.getByText(second.title, { exact: true }).click();
  await client.moveDialog.waitFor({ state: "hidden" });
  await client.waitForPhotos(first.count - 2);
  await client.backToWall();
  const after = await client.groups();
  assert.equal(after.find(({ key }) => key === second.key).count, second.count + 2);
}, { widths: [360] });

editTest("photos make a new group, and are put on their own", async (client, page, groups) => {
  const total = await client.placeCount("unclustered");
  await client.openGroup(0);
  await client.photos.locator("[data-key]").first().focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await client.button("edit.newGroup").click();
  await client.waitForPhotos(groups[0].count - 2);
  await client.photos.locator("[data-key]").first().focus();
  await page.keyboard.press("Delete");
  await client.waitForPhotos(groups[0].count - 3);
  await client.backToWall();
  await client.waitForPlace("unclustered", total + 1);
  const after = await client.groups();
  assert.equal(after.length, groups.length + 1);
  assert.ok(counts(after).includes(2));
});

editTest("the slider undoes edits, and undo brings them back", async (client, page, groups) => {
  await client.merge([groups[0].key, groups[1].key]);
  const merged = await client.groups();
  const level = Number(await client.slider.inputValue());
  await client.setLevel(level + 1);
  await client.undo();
  assert.deepEqual(await client.groups(), merged);
  await client.undo();
  assert.deepEqual(await client.groups(), groups);
  await page.keyboard.press("Control+Shift+z");
  await client.waitForCards(merged.length);
});

pageTest("the result is edited", () => server.url, {}, async (page, width, context) => {
  const client = new Client(page);
  await client.cluster(samples());
  const groups = await client.groups();
  for (const { title, body } of edits.filter(({ widths }) => widths.includes(width))) {
    await context.test(title, async () => {
      await body(client, page, groups);
      await assertFits(page, title);
    });
    await client.backToWall();
    while (await client.tool("edit.undo").isEnabled()) {
      await client.undo();
    }
    assert.deepEqual(await client.groups(), groups);
  }
});
