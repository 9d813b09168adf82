// SPDX-License-Identifier: Apache-2.0
// Looking at the result: why, how many groups, each group, each photo, what is in no group.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { assertFits, pageTest, WIDTHS } from "./support/browser.mjs";
import { Client } from "./support/client.mjs";
import { fixture, samples, Scratch } from "./support/images.mjs";
import { Server } from "./support/server.mjs";
import { asEventStream, syntheticAnswer } from "./support/synthetic.mjs";

const scratch = new Scratch();
let server;

before(async () => { server = await Server.start(); });
after(async () => {
  scratch.remove();
  assert.equal(await server?.stop(), 0);
});

const looks = []; // {title, body, widths}

/** A look at the result of the samples; the page is shared. */
function lookTest(title, body, { widths = WIDTHS } = {}) {
  looks.push({ title, body, widths });
}

lookTest("the wall says what was found and why", async (client) => {
  const { answer } = client;
  await client.results.getByText(answer.reason).waitFor();
  const real = answer.clusters.filter(({ unclustered }) => !unclustered);
  const groups = await client.groups();
  assert.deepEqual(groups.map(({ count }) => count), real.map(({ size }) => size));
  for (const [index, { title }] of groups.entries()) {
    assert.equal(title.toLowerCase(), real[index].description.toLowerCase());
    assert.match(title, /^\p{Lu}/u);
  }
  await client.waitForPictures("ic-results");
  assert.equal(await client.results.locator(".tile").count(), 0);
});

lookTest("the slider goes to each end and back", async (client) => {
  const { levels, chosen, merges } = client.answer.hierarchy;
  const before = await client.groups();
  const start = Number(await client.slider.inputValue());
  assert.equal(levels[start], merges.length + 1 - chosen);
  for (const index of [...levels.keys()].reverse()) {
    await client.setLevel(index);
    assert.equal(await client.partCount(), levels[index], `level ${index}`);
  }
  assert.equal((await client.groups())[0].count, samples().length); // all in one
  await client.button("wall.suggestedBack").click();
  assert.equal(Number(await client.slider.inputValue()), start);
  assert.deepEqual(await client.groups(), before);
});

lookTest("a group is opened, a photo in it, and Back leads out again", async (client, page) => {
  const { count, title } = await client.openGroup(0);
  assert.equal(await client.view.locator("h2").textContent(), title);
  assert.equal(await client.photoCount(), count);
  await client.waitForPictures("ic-cluster-view");
  await client.photos.locator("[data-key]").first().click();
  await client.lightbox.waitFor();
  await page.goBack();
  await client.lightbox.waitFor({ state: "hidden" });
  assert.ok(await client.view.isVisible());
  await page.goBack();
  await client.wall.waitFor();
  assert.ok(!await client.view.isVisible());
  await page.goForward();
  await client.view.waitFor();
});

const photoName = (client) => client.lightbox.locator("h2").textContent();
const scaleOf = (page) => page.locator("dialog.lightbox .lb-photo").evaluate((node) =>
  new DOMMatrix(getComputedStyle(node).transform).a);

lookTest("the lightbox leafs, zooms, and shows the whole photo", async (client, page) => {
  await client.openGroup(0);
  await client.photos.locator("[data-key]").first().click();
  await client.lightbox.waitFor();
  await page.waitForFunction(() => {
    const photo = document.querySelector("dialog.lightbox .lb-photo");
    return photo.complete && photo.naturalWidth >= 480; // the file itself, not the thumbnail
  });
  const ids = [await photoName(client)];
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((old) =>
    document.querySelector("dialog.lightbox h2").textContent !== old, ids[0]);
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction((old) =>
    document.querySelector("dialog.lightbox h2").textContent === old, ids[0]);
  const fitted = await scaleOf(page);
  await page.keyboard.press("+");
  await page.waitForFunction((old) => new DOMMatrix(getComputedStyle(
    document.querySelector("dialog.lightbox .lb-photo")).transform).a > 1.2 * old, fitted);
  await page.keyboard.press("0");
  await page.waitForFunction((old) => new DOMMatrix(getComputedStyle(
    document.querySelector("dialog.lightbox .lb-photo")).transform).a < 1.1 * old, fitted);
  await page.locator("dialog.lightbox .lb-stage").hover();
  await page.mouse.wheel(0, -300);
  await page.keyboard.press("Escape");
  await client.lightbox.waitFor({ state: "hidden" });
});

lookTest("a finger swipes through the lightbox", async (client, page) => {
  await client.openGroup(0);
  await client.photos.locator("[data-key]").first().click();
  await client.lightbox.waitFor();
  const first = await photoName(client);
  const protocol = await page.context().newCDPSession(page);
  const touch = (type, x) => protocol.send("Input.dispatchTouchEvent",
    { type, touchPoints: type === "touchEnd" ? [] : [{ x, y: 350 }] });
  await touch("touchStart", 300);
  for (const x of [260, 200, 140, 80]) {
    await touch("touchMove", x);
  }
  await touch("touchEnd");
  await page.waitForFunction((old) =>
    document.querySelector("dialog.lightbox h2").textContent !== old, first);
}, { widths: [360] });

pageTest("the result is looked at", () => server.url, {}, async (page, width, context) => {
  const client = new Client(page);
  await client.cluster(samples());
  for (const { title, body } of looks.filter(({ widths }) => widths.includes(width))) {
    await context.test(title, async () => {
      await body(client, page);
      await assertFits(page, title);
    });
    if (await client.lightbox.isVisible()) {
      await page.keyboard.press("Escape");
      await client.lightbox.waitFor({ state: "hidden" });
    }
    await client.backToWall();
  }
});

function resultTest(title, body, options = {}) {
  pageTest(title, () => server.url, options, async (page, width) => {
    const client = new Client(page);
    await body(client, page, width);
    await assertFits(page, title);
  });
}

resultTest("what is in no group, and what is unusual, has a place of its own", async (client) => {
  await client.cluster([...samples().slice(0, 10), fixture("cmyk.jpg"), fixture("1x1.png")]);
  const alone = client.answer.clusters.filter(({ unclustered }) => unclustered);
  assert.equal(await client.placeCount("unclustered"), alone.length);
  const grouped = new Set(client.answer.clusters.filter(({ unclustered }) => !unclustered)
    .flatMap(({ image_ids: ids }) => ids));
  const unusual = client.answer.images.filter(({ id, outlier_score: score }) =>
    score >= 0.6 && grouped.has(id));
  assert.equal(await client.placeCount("unusual"), unusual.length);
});

/** Answer in the server's place. */
async function answerWith(page, ids, groups, change = () => {}) {
  const answer = syntheticAnswer(ids, groups);
  change(answer);
  await page.route("**/v1/cluster", (route) => route.fulfill({ status: 200,
    contentType: "text/event-stream", body: asEventStream(answer) }));
}

resultTest("strange results have words, too", async (client, page) => {
  const ids = samples().slice(0, 6).map((path) => path.split("/").at(-1));
  await client.choose(samples().slice(0, 6));
  await answerWith(page, ids, 6); // nothing belongs together
  await client.start();
  await client.waitForResults();
  assert.equal(await client.placeCount("unclustered"), 6);
  await assertFits(page, "nothing grouped");
  await client.restart();
  await client.choose(samples().slice(0, 6));
  await answerWith(page, ids, 1, (answer) => {
    answer.hierarchy = null; // as for very large sets
    answer.clusters[0].description = "";
  });
  await client.start();
  await client.waitForResults();
  assert.equal((await client.groups()).length, 1);
  assert.ok(!await client.slider.isVisible());
});

resultTest("an answer that makes no sense is a failure in words", async (client, page) => {
  await client.choose(samples().slice(0, 3));
  await answerWith(page, ["a.jpg", "b.jpg"], 1, (answer) => { answer.images.pop(); });
  await client.start();
  await client.button("work.again").waitFor();
  await page.unroute("**/v1/cluster");
  await client.button("work.again").click();
  await client.waitForResults();
}, { tolerate: /cannot be used/ });

resultTest("a new process begins, and the last result is a step away", async (client, page) => {
  await client.cluster(samples());
  const before = await client.groups();
  await client.restart();
  assert.equal(await client.chosenCount(), 0);
  await client.button("choose.backToResult").click();
  await client.wall.waitFor();
  assert.deepEqual(await client.groups(), before);
  await client.restart();
  await client.cluster(samples(2));
  assert.equal(client.answer.images.length, 12);
  await page.goBack();
  await client.previews.waitFor();
});

resultTest("only what is near the screen is in the page", async (client, page) => {
  const [, ...rest] = Array.from({ length: 301 }, (_, i) => `image-${i}.jpg`);
  await page.evaluate(async (names) => {
    const blob = await new OffscreenCanvas(80, 60).convertToBlob({ type: "image/jpeg" })
      .catch(() => null) ?? new Blob(["x"]);
    const transfer = new DataTransfer();
    names.forEach((name) => transfer.items.add(new File([blob], name, { type: "image/jpeg" })));
    const input = document.querySelector("ic-chooser input.files");
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }, rest);
  await client.waitForChosen(300);
  await answerWith(page, rest, 3);
  await client.start();
  await client.waitForResults();
  await client.openGroup(0);
  assert.equal(await client.photoCount(), 100);
  const first = await client.photoIds();
  assert.ok(first.length < 100, `${first.length} of 100 in the page`);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await page.waitForFunction((id) => [...document.querySelectorAll(
    "ic-cluster-view [aria-posinset='100']")].length === 1, first);
});
