// SPDX-License-Identifier: Apache-2.0
// WCAG 2.2 AA in every state of the page, both schemes; reflow, large text, reduced motion.

import assert from "node:assert/strict";
import { after, before, beforeEach } from "node:test";

import { assertAccessible, assertFits, pageTest } from "./support/browser.mjs";
import { Client, t } from "./support/client.mjs";
import { samples, Scratch } from "./support/images.mjs";
import { Proxy } from "./support/proxy.mjs";
import { Server } from "./support/server.mjs";

const scratch = new Scratch();
let server;
let proxy;

before(async () => {
  server = await Server.start("--max-images", 40);
  proxy = await Proxy.start(server);
});
beforeEach(() => { proxy.fault = {}; });
after(async () => {
  scratch.remove();
  await proxy?.stop();
  assert.equal(await server?.stop(), 0);
});

const broken = () => scratch.file("broken.jpg", "no image");

/** Visit every state of choosing and working; `check` is called in each. */
async function visitChoosing(client, page, check) {
  await check("empty");
  await client.fileInput.setInputFiles([...samples(), broken(), scratch.file("notes.txt", "x")]);
  await client.waitForChosen(samples().length + 1);
  await client.waitForPictures();
  await page.locator("ic-chooser details.options summary").click();
  await page.getByLabel(t("choose.strategy")).selectOption("hdbscan");
  await check("chosen, with notices and options");
  await page.getByLabel(t("choose.strategy")).selectOption("auto");
}

async function visitWorking(client, page, check) {
  proxy.fault = { bytesPerSecond: 30_000 };
  await client.start();
  await client.button("work.cancel").waitFor();
  await check("working");
  await client.button("work.cancel").click();
  proxy.fault = { cutRequestAfter: 10_000 };
  await client.start();
  await client.button("work.again").waitFor();
  await check("failed");
  proxy.fault = {};
  await client.button("work.again").click();
  await client.waitForResults();
}

/** Visit every state of the results. */
async function visitResults(client, page, check) {
  await client.waitForPictures("ic-results");
  await check("wall");
  const [first, second] = await client.groups();
  for (const { key } of [first, second]) {
    await client.select(key);
  }
  await check("two groups selected");
  await client.button("edit.clearSelection").click();
  await client.openGroup(0);
  await client.waitForPictures("ic-cluster-view");
  await check("group");
  await client.photos.locator("[data-key]").first().click();
  await client.lightbox.waitFor();
  await check("lightbox");
  await page.keyboard.press("m");
  await client.moveDialog.waitFor();
  await check("move dialog");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.locator("dialog.sheet[open]").waitFor();
  await check("keys");
}

const NETWORK = { tolerate: /ERR_|Failed to load resource/ };

pageTest("axe finds nothing", () => proxy.url, NETWORK, async (page) => {
  const client = new Client(page);
  const check = (what) => assertAccessible(page, what);
  await visitChoosing(client, page, check);
  await visitWorking(client, page, check);
  await visitResults(client, page, check);
});

for (const [what, viewport, fontSize] of [
  ["at 320 px", { width: 320, height: 640 }, ""],
  ["at 1280 px and 200 %", { width: 640, height: 400 }, ""],
  ["with text twice as large", { width: 1280, height: 800 }, "200%"],
]) {
  pageTest(`nothing is wider than the page ${what}`, () => proxy.url, { widths: [1440], viewport, ...NETWORK },
    async (page) => {
      const client = new Client(page);
      await page.evaluate((size) => { document.documentElement.style.fontSize = size; }, fontSize);
      const check = (state) => assertFits(page, state);
      await visitChoosing(client, page, check);
      await visitWorking(client, page, check);
      await visitResults(client, page, check);
    });
}

pageTest("nothing moves for those who want it still", () => proxy.url,
  { reducedMotion: "reduce", widths: [1440] }, async (page) => {
    const client = new Client(page);
    const moving = () => page.evaluate(() => document.getAnimations()
      .filter(({ playState, effect }) => playState === "running"
        && effect.getComputedTiming().duration > 100).length);
    await client.choose(samples());
    proxy.fault = { bytesPerSecond: 400_000 };
    await client.start();
    await client.button("work.cancel").waitFor();
    assert.equal(await moving(), 0);
    await client.waitForResults();
    await client.setLevel(0);
    assert.equal(await moving(), 0);
  });
