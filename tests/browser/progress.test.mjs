// SPDX-License-Identifier: Apache-2.0
// While the server works: progress as it goes, cancelling, and a server with a single place.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, beforeEach } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { pageTest } from "./support/browser.mjs";
import { Client, t } from "./support/client.mjs";
import { samples } from "./support/images.mjs";
import { Proxy } from "./support/proxy.mjs";
import { Server } from "./support/server.mjs";

const images = samples();
let server;
let proxy;

before(async () => {
  server = await Server.start("--max-requests", 1, "--threads", 1);
  proxy = await Proxy.start(server);
});
beforeEach(() => { proxy.fault = {}; });
after(async () => {
  await proxy?.stop();
  assert.equal(await server?.stop(), 0);
});

function progressTest(title, body, options = {}) {
  pageTest(title, () => proxy.url, options, async (page) => {
    const client = new Client(page);
    await client.choose(images);
    await body(client, page);
  });
}

progressTest("a slow upload is shown as it goes", async (client) => {
  proxy.fault = { bytesPerSecond: 500_000 };
  const seen = await client.watchProgress();
  await client.start();
  await client.waitForResults();
  const texts = await seen();
  assert.ok(texts.length >= 5, `${texts.length} states of progress`);
  assert.ok(texts.some((text) => text.includes(t("work.stage.sending"))));
  assert.ok(texts.some((text) => text.includes(t("work.stage.embedding"))));
});

progressTest("cancelling frees the server's place", async (client) => {
  proxy.fault = { bytesPerSecond: 200_000 };
  await client.start();
  await client.button("work.cancel").click();
  await client.startButton.waitFor();
  assert.equal(await client.chosenCount(), images.length);
  proxy.fault = {};
  await untilFree();
  await client.startAndWait();
});

progressTest("cancelling while the server looks at the images frees its place, too",
  async (client) => {
    await client.start();
    await client.waitForStage("embedding");
    await client.button("work.cancel").click();
    await client.startButton.waitFor();
    await untilFree();
    await client.startAndWait();
  });

progressTest("a busy server is told", async (client) => {
  const release = await occupy();
  await client.start();
  await client.progress.getByText(t("error.title.busy")).waitFor();
  release();
  await untilFree();
  await client.startAndWait("work.again");
}, { tolerate: /status of (429|503)/ });

/** Wait, not for long, until the server's only place is free. */
async function untilFree() {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const form = new FormData();
    form.append("files", new Blob([readFileSync(images[0])]), "one.jpg");
    const { status } = await fetch(`${server.api}/v1/cluster`, { method: "POST", body: form });
    if (status === 200) {
      return;
    }
    assert.ok([429, 503].includes(status) && Date.now() < deadline, `status ${status}`);
    await sleep(100);
  }
}

/** Hold the server's only place; the result lets go of it. */
async function occupy() {
  const abort = new AbortController();
  const body = new ReadableStream({
    async pull(controller) {
      controller.enqueue(new TextEncoder().encode(
        "--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.jpg\"\r\n\r\n"));
      await new Promise((resolve) => { abort.signal.addEventListener("abort", resolve); });
    },
  });
  fetch(`${server.api}/v1/cluster`, { method: "POST", body, duplex: "half", signal: abort.signal,
    headers: { "Content-Type": "multipart/form-data; boundary=x" } }).catch(() => {});
  await sleep(300);
  return () => abort.abort();
}
