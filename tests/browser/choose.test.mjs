// SPDX-License-Identifier: Apache-2.0
// Choosing images: every way in, previews, what is left out, limits told before they hurt.

import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import { after, before } from "node:test";

import { assertFits, pageTest } from "./support/browser.mjs";
import { Client, plural, setLanguage, t } from "./support/client.mjs";
import { fixture, samples, Scratch } from "./support/images.mjs";
import { Server } from "./support/server.mjs";

const MAX_IMAGES = 8;
const MAX_FILE_BYTES = 60 << 10;
const scratch = new Scratch();
let server;

before(async () => {
  server = await Server.start("--max-images", MAX_IMAGES, "--max-file-size", MAX_FILE_BYTES);
});
after(async () => {
  scratch.remove();
  assert.equal(await server?.stop(), 0);
});

function chooseTest(title, body, options = {}) {
  pageTest(title, () => server.url, options, async (page, width) => {
    const client = new Client(page);
    await body(client, page, width);
    await assertFits(page, title);
  });
}

/** A folder with photos at two depths, what is no image, and what systems leave behind. */
function makeFolder() {
  const [first, second] = samples();
  copyFileSync(first, scratch.file("holiday/a.jpg", ""));
  copyFileSync(second, scratch.file("holiday/deeper/a.jpg", ""));
  scratch.file("holiday/deeper/notes.txt", "no image");
  scratch.file("holiday/.DS_Store", "litter");
  scratch.file("holiday/Thumbs.db", "litter");
  return `${scratch.path}/holiday`;
}

const previewNames = (client) => client.previews.locator("[data-key]").evaluateAll((cells) =>
  cells.map(({ dataset }) => dataset.key).sort());

chooseTest("chosen files are shown at once", async (client, page) => {
  await client.choose(samples(1));
  await client.waitForPictures();
  assert.ok(await page.locator("ic-chooser ic-picture img").count() >= 6);
  await client.choose(samples(2).filter((path) => path.endsWith("-2.jpg")).slice(0, 2));
  assert.equal(await client.chosenCount(), 8);
  assert.ok(await client.startButton.isEnabled());
});

chooseTest("a phone's camera roll is offered", async (client) => {
  assert.match(await client.fileInput.getAttribute("accept"), /^image\/\*/);
  assert.notEqual(await client.fileInput.getAttribute("multiple"), null);
  assert.equal(await client.fileInput.getAttribute("capture"), null); // that would be the camera alone
});

chooseTest("a folder is chosen with all below it", async (client) => {
  await client.folderInput.setInputFiles(makeFolder());
  await client.waitForChosen(2);
  assert.deepEqual(await previewNames(client), ["holiday/a.jpg", "holiday/deeper/a.jpg"]);
});

chooseTest("files and folders are dropped together", async (client) => {
  const [, , third] = samples();
  await client.drop([makeFolder(), third]);
  await client.waitForChosen(3);
  assert.equal((await previewNames(client)).length, 3);
  assert.match(await client.notices.innerText(), new RegExp(plural("choose.leftOut", 1)));
  await client.notices.locator("summary").first().click();
  await client.notices.getByText("notes.txt").waitFor(); // the list comes a moment after the click
  assert.doesNotMatch(await client.notices.innerText(), /DS_Store|Thumbs/);
});

chooseTest("an image is pasted", async (client, page) => {
  const bytes = readFileSync(samples()[0]).toString("base64");
  await page.evaluate((text) => {
    const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([data], "image.jpg", { type: "image/jpeg" }));
    document.dispatchEvent(new ClipboardEvent("paste",
      { clipboardData: transfer, bubbles: true, cancelable: true }));
  }, bytes);
  await client.waitForChosen(1);
  assert.match((await previewNames(client))[0], /^pasted-\d{6}\.jpg$/);
});

chooseTest("images are removed, and put back", async (client, page) => {
  await client.choose(samples().slice(0, 4));
  const first = client.previews.locator("[data-key]").first();
  await first.hover();
  await first.getByRole("button").click();
  await client.waitForChosen(3);
  assert.ok(await page.evaluate(() => document.activeElement !== document.body), "focus was lost");
  await client.button("choose.clear").click();
  await client.waitForChosen(0);
  await client.button("choose.undoClear").click();
  await client.waitForChosen(3);
});

chooseTest("the same file is not taken twice", async (client) => {
  await client.choose(samples().slice(0, 3));
  await client.fileInput.setInputFiles(samples().slice(2, 4));
  await client.waitForChosen(4);
  assert.match(await client.notices.innerText(), new RegExp(plural("choose.twice", 1)));
});

chooseTest("too many images are told before the start", async (client) => {
  await client.choose(samples().slice(0, MAX_IMAGES + 2));
  await client.notices.getByText(String(MAX_IMAGES)).first().waitFor();
  assert.equal(await client.previews.getByText(t("choose.mark.too-many")).count(), 2);
  assert.ok(await client.startButton.isDisabled());
  await client.notices.getByRole("button").first().click();
  await client.waitForChosen(MAX_IMAGES);
  await client.startAndWait();
  assert.equal(client.answer.images.length, MAX_IMAGES);
});

chooseTest("too large a file is told before the start", async (client) => {
  const large = scratch.file("large.heic", Buffer.alloc(2 * MAX_FILE_BYTES, 1));
  await client.choose([...samples().slice(0, 2), large]);
  const mark = t("choose.mark.too-large", { size: "" }).trim();
  await client.previews.getByText(mark).waitFor();
  assert.ok(await client.startButton.isDisabled());
  await client.notices.getByRole("button").first().click();
  await client.waitForChosen(2);
  assert.ok(await client.startButton.isEnabled());
});

chooseTest("large photos are made smaller before they are sent", async (client, page) => {
  const size = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(3000, 2000);
    const context = canvas.getContext("2d");
    for (let i = 0; i < 3000; i++) {
      context.fillStyle = `hsl(${i * 7} 80% 50%)`;
      context.fillRect((i * 37) % 3000, (i * 91) % 2000, 60, 40);
    }
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 });
    const transfer = new DataTransfer();
    transfer.items.add(new File([blob], "large.jpg", { type: "image/jpeg" }));
    const input = document.querySelector("ic-chooser input.files");
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    return blob.size;
  });
  assert.ok(size > MAX_FILE_BYTES);
  await client.waitForChosen(1);
  await client.waitForPictures();
  await client.choose(samples().slice(0, 1));
  await page.locator("ic-chooser details.options summary").click();
  await page.getByLabel(t("choose.originals")).check();
  await client.notices.getByRole("button").first().waitFor(); // the original is over the limit
  assert.ok(await client.startButton.isDisabled());
});

chooseTest("formats that the browser cannot show have a tile, then the server's picture", async (client) => {
  await client.choose([fixture("colour.heic"), fixture("colour.tiff"), ...samples().slice(0, 2)]);
  await client.waitForPictures();
  assert.equal(await client.previews.locator(".tile").count(), 2);
  assert.match(await client.previews.locator(".tile").first().innerText(), /HEIC|TIFF/);
  await client.startAndWait();
  assert.equal(client.answer.images.filter(({ thumbnail }) => thumbnail).length, 2);
  await client.waitForPictures("ic-results");
  assert.equal(await client.results.locator(".tile").count(), 0);
});

chooseTest("options are sent", async (client, page) => {
  await client.choose(samples().slice(0, MAX_IMAGES));
  await page.locator("ic-chooser details.options summary").click();
  await page.getByLabel(t("choose.strategy")).selectOption("poc");
  await client.startAndWait();
  assert.equal(client.answer.strategy, "poc");
}, { widths: [1440] });

chooseTest("groups are described as wanted, in the language of the page", async (client, page) => {
  await client.choose(samples().slice(0, MAX_IMAGES));
  await page.locator("ic-chooser details.options summary").click();
  const describer = page.getByLabel(t("choose.describer"));
  const offered = await describer.locator("option:not([hidden])").evaluateAll(
    (options) => options.map(({ value }) => value));
  assert.deepEqual(offered, ["concepts", "none"]); // what this server has
  await page.locator("ic-language select").selectOption("pt");
  await page.locator("html[lang=pt]").waitFor();
  try {
    await setLanguage("pt"); // the button is known by its words
    await client.startAndWait();
  } finally {
    await setLanguage("en");
  }
  assert.equal(client.answer.describer, "concepts");
  assert.equal(client.answer.language, "pt");
}, { widths: [1440] });

chooseTest("a strategy shows what it takes, and only that is sent", async (client, page) => {
  const strategy = page.getByLabel(t("choose.strategy"));
  const clusters = page.getByLabel(t("choose.clusters"));
  const linkage = page.getByLabel(t("choose.linkage"));
  await client.choose(samples().slice(0, MAX_IMAGES));
  await page.locator("ic-chooser details.options summary").click();
  assert.ok(!await clusters.isVisible());
  await strategy.selectOption("agglomerative");
  await page.getByLabel(t("choose.threshold")).fill("0.25");
  await linkage.selectOption("ward");
  assert.ok(!await page.getByLabel(t("choose.minSamples")).isVisible());
  await strategy.selectOption("kmeans");
  assert.ok(!await linkage.isVisible());
  await clusters.fill("2");
  await client.startAndWait();
  assert.equal(client.answer.strategy, "kmeans");
  assert.equal(client.answer.clusters.length, 2);
}, { widths: [1440] });
