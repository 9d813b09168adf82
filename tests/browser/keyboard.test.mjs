// SPDX-License-Identifier: Apache-2.0
// The whole way without a mouse: the focus is always to be seen and never lost.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { pageTest } from "./support/browser.mjs";
import { Client, t } from "./support/client.mjs";
import { samples } from "./support/images.mjs";
import { Server } from "./support/server.mjs";

let server;

before(async () => { server = await Server.start(); });
after(async () => { assert.equal(await server?.stop(), 0); });

/** What has the focus, by its name. */
const focused = (page) => page.evaluate(() => {
  const node = document.activeElement;
  return node === document.body ? "" : (node.getAttribute("aria-label") ?? node.textContent).trim();
});

/** Press Tab until something of that name has the focus. */
async function tabTo(page, name, limit = 60) {
  for (let i = 0; i < limit; i++) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (now === name || (name instanceof RegExp && name.test(now))) {
      return;
    }
  }
  assert.fail(`no Tab leads to ${name}`);
}

/** What has the focus is on the screen and has a ring: its own, its cell's, or a pseudo-element's. */
async function assertFocusSeen(page) {
  const seen = await page.evaluate(() => {
    const node = document.activeElement;
    const { top, bottom } = node.getBoundingClientRect();
    const hasRing = ({ outlineStyle, outlineWidth, boxShadow }) =>
      (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
    const styles = [node, node.closest("[data-key]") ?? node].flatMap((one) =>
      [undefined, "::before", "::after"].map((pseudo) => getComputedStyle(one, pseudo)));
    return node !== document.body && bottom > 0 && top < innerHeight && styles.some(hasRing);
  });
  assert.ok(seen, `the focus cannot be seen: ${await focused(page)}`);
}

pageTest("from choosing to the archive with keys alone", () => server.url, {}, async (page) => {
  const client = new Client(page);
  const chooser = page.waitForEvent("filechooser");
  await tabTo(page, t("choose.files"));
  await assertFocusSeen(page);
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(samples());
  await client.waitForChosen(samples().length);

  await tabTo(page, t("choose.start"));
  await assertFocusSeen(page);
  await page.keyboard.press("Enter");
  await client.waitForResults();
  const before = await client.groups();

  await tabTo(page, t("wall.granularity"));
  await assertFocusSeen(page);
  const level = await client.slider.inputValue();
  await page.keyboard.press("Home");
  await page.waitForFunction(() => document.querySelector("ic-granularity input").value === "0");
  for (let i = 0; i < Number(level); i++) {
    await page.keyboard.press("ArrowRight");
  }
  assert.deepEqual(await client.groups(), before);

  await tabTo(page, before[0].title); // the wall is one stop
  await assertFocusSeen(page);
  await page.keyboard.press("F2");
  await page.keyboard.type("Named by keys");
  await page.keyboard.press("Enter");
  await client.card(before[0].key).getByText("Named by keys").waitFor();
  assert.equal(await focused(page), "Named by keys");

  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await client.dock.first().waitFor();
  await tabTo(page, t("edit.merge"));
  await page.keyboard.press("Enter");
  await client.waitForCards(before.length - 1);
  await page.keyboard.press("Control+z");
  await client.waitForCards(before.length);
  await page.keyboard.press("Control+Shift+z");
  await client.waitForCards(before.length - 1);
  await page.keyboard.press("Control+z");
  await client.waitForCards(before.length);

  await client.card(before[0].key).locator(".card-open").focus();
  await page.keyboard.press("Enter");
  await client.view.waitFor();
  const count = await client.photoCount();
  await tabTo(page, /\.jpg$/);
  await assertFocusSeen(page);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("m");
  await client.moveDialog.waitFor();
  await page.keyboard.type(before[1].title.slice(0, 4));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await client.moveDialog.waitFor({ state: "hidden" });
  await client.waitForPhotos(count - 1);
  await page.keyboard.press("Delete");
  await client.waitForPhotos(count - 2);
  assert.notEqual(await focused(page), "");

  await page.keyboard.press("Enter");
  await client.lightbox.waitFor();
  const name = await client.lightbox.locator("h2").textContent();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((old) =>
    document.querySelector("dialog.lightbox h2").textContent !== old, name);
  await page.keyboard.press("+");
  await page.keyboard.press("0");
  await page.keyboard.press("Escape");
  await client.lightbox.waitFor({ state: "hidden" });
  assert.notEqual(await focused(page), "");
  await page.keyboard.press("Escape");
  await client.wall.waitFor();
  assert.notEqual(await focused(page), "");

  await page.keyboard.press("?");
  await page.locator("dialog.sheet[open]").waitFor();
  await page.keyboard.press("Escape");
  assert.notEqual(await focused(page), "");
});
