// SPDX-License-Identifier: Apache-2.0
// Slow, stalled, cut and dying: whatever happens on the way, the page says so in words, keeps every
// image, and "Try again" works.

import assert from "node:assert/strict";
import { after, before, beforeEach } from "node:test";

import { assertFits, pageTest } from "./support/browser.mjs";
import { Client, t } from "./support/client.mjs";
import { samples, Scratch } from "./support/images.mjs";
import { Proxy } from "./support/proxy.mjs";
import { Server } from "./support/server.mjs";

const images = samples();
const NETWORK = { tolerate: /ERR_|Failed to load resource/ };
const scratch = new Scratch();
let server;
let proxy;

before(async () => {
  server = await Server.start("--threads", 1);
  proxy = await Proxy.start(server);
});
beforeEach(() => {
  proxy.fault = {};
});
after(async () => {
  scratch.remove();
  await proxy?.stop();
  assert.equal(await server?.stop(), 0);
});

function failureTest(title, options, body) {
  pageTest(title, () => proxy.url, options, async (page, width) => {
    const client = new Client(page);
    await client.choose(images);
    await body(client, page, width);
  });
}

/** The page tells what went wrong, has all images, and clusters them when asked again. */
async function assertRecovers(client, page, title) {
  await client.progress.getByText(t(`error.title.${title}`)).waitFor();
  await assertFits(page, title);
  proxy.fault = {};
  await client.startAndWait("work.again");
  assert.equal(client.answer.images.length, images.length);
}

failureTest("a connection cut within the upload", NETWORK, async (client, page) => {
  proxy.fault = { cutRequestAfter: 300_000 };
  await client.start();
  await assertRecovers(client, page, "connection");
});

failureTest("a connection cut within the progress", NETWORK, async (client, page) => {
  proxy.fault = { cutAnswerAt: "event: progress" };
  await client.start();
  await assertRecovers(client, page, "connection");
});

failureTest("a connection cut within the result", NETWORK, async (client, page) => {
  proxy.fault = { cutAnswerAt: "event: result" };
  await client.start();
  await assertRecovers(client, page, "connection");
});

failureTest("a stream that stalls is told, and can be cancelled", {}, async (client, page) => {
  await page.clock.install();
  proxy.fault = { stallAnswerAt: '"embedded":' };
  await client.start();
  await client.waitForStage("embedding");
  const quiet = client.progress.getByText(t("work.quiet"));
  while (await quiet.isHidden()) { // what came before the stall may still be on its way
    await page.clock.fastForward(21_000);
    await client.nextFrame();
  }
  await client.button("work.cancel").click();
  await client.startButton.waitFor();
  assert.equal(await client.chosenCount(), images.length);
});

failureTest("a server that is gone before the start", NETWORK, async (client, page) => {
  await server.kill();
  await client.start();
  await client.progress.getByText(t("error.title.connection")).waitFor();
  await server.start();
  await assertRecovers(client, page, "connection");
});

failureTest("a server that dies within the upload", NETWORK, async (client, page) => {
  proxy.fault = { bytesPerSecond: 300_000 };
  await client.start();
  await client.waitForStage("sending");
  await server.kill();
  await client.progress.getByText(t("error.title.connection")).waitFor();
  await server.start();
  await assertRecovers(client, page, "connection");
});

failureTest("a server that dies while it looks at the images", NETWORK, async (client, page) => {
  await client.start();
  await client.waitForStage("embedding");
  await server.kill();
  await client.progress.getByText(t("error.title.connection")).waitFor();
  await server.start();
  await assertRecovers(client, page, "connection");
});

failureTest("a server that is told to end finishes the request", {}, async (client) => {
  await client.start();
  await client.waitForStage("embedding");
  const status = server.stop();
  try {
    await client.waitForResults();
    assert.equal(await status, 0);
  } finally {
    await status;
    await server.start();
  }
});

failureTest("broken files stand beside the good ones", {}, async (client, page) => {
  const broken = scratch.file("broken.jpg", "no image at all");
  await client.fileInput.setInputFiles([broken, scratch.file("empty.png", "")]);
  await client.waitForChosen(images.length + 1);
  await client.startAndWait();
  assert.deepEqual(client.answer.errors.map(({ file }) => file), ["broken.jpg"]);
  const errors = client.results.locator("[data-place=errors] li");
  assert.equal(await errors.count(), 1);
  assert.match(await errors.innerText(), /broken\.jpg[\s\S]*\w.*\./);
  await assertFits(page, "errors");
});

pageTest("nothing but broken files is an answer in words", () => proxy.url, NETWORK, async (page) => {
  const client = new Client(page);
  await client.choose([scratch.file("one.jpg", "no image"), scratch.file("two.png", "none either")]);
  await client.start();
  await client.progress.getByText(/one\.jpg|two\.png/).first().waitFor();
  await client.button("work.back").click();
  await client.waitForChosen(2);
});
