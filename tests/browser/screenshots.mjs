// SPDX-License-Identifier: Apache-2.0
// The pictures of the README, made of the project's own samples by the same steps as the tests.
//
//   ICA_TEST_PROGRAM=build/release/bin/image-cluster-ai tests/browser/run.sh browser screenshots.mjs
//   ICA_TEST_SCREENSHOTS=DIR   where they go, else docs/images/
//   ICA_DEPLOY_LOG=FILE        what deploy/prove.py printed: makes the picture of the deployment too

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { browser, closeBrowser, openPage } from "./support/browser.mjs";
import { Client } from "./support/client.mjs";
import { samples } from "./support/images.mjs";
import { Proxy } from "./support/proxy.mjs";
import { Server } from "./support/server.mjs";

const OUT = process.env.ICA_TEST_SCREENSHOTS
  ?? fileURLToPath(new URL("../../docs/images", import.meta.url));
const DESK = { width: 1440, viewport: { width: 1280, height: 800 } };
const PHONE = { width: 360 };
const SETTLE_MS = 500; // pictures fade in

const server = await Server.start();
const proxy = await Proxy.start(server);

async function shoot(page) {
  await page.mouse.move(2, 2);
  await page.waitForTimeout(SETTLE_MS);
  return page.screenshot();
}

/** Pages in a row on one picture, each with a frame, at `scale` of their size. */
async function compose(name, pictures, { scale, colour }) {
  const page = await (await browser()).newPage({ viewport: { width: 1600, height: 1000 } });
  const images = pictures.map((picture) =>
    `<img src="data:image/png;base64,${picture.toString("base64")}">`);
  await page.setContent(`<style>
    body { margin: 0; display: inline-flex; gap: 20px; padding: 20px; background: ${colour}; }
    img { zoom: ${scale}; border-radius: 14px; box-shadow: 0 2px 14px #0003; }
  </style>${images.join("")}`);
  await page.locator("img").last().evaluate((image) => image.decode());
  const path = join(OUT, name);
  await page.locator("body").screenshot({ path });
  await page.close();
  console.log(`${path}: ${Math.round(statSync(path).size / 1000)} kB`);
}

async function atResults(options, then) {
  const page = await openPage(proxy.url, options);
  const client = new Client(page);
  await client.cluster(samples());
  await client.waitForPictures("ic-results");
  const picture = await then(client, page);
  await page.finish();
  return picture;
}

const wall = (client, page) => shoot(page);

async function group(client, page) {
  await client.openGroup(1);
  await client.waitForPictures("ic-cluster-view");
  return shoot(page);
}

async function photo(client, page) {
  await client.openGroup(1);
  await client.photos.locator("[data-key]").nth(1).click();
  await client.lightbox.waitFor();
  return shoot(page);
}

async function chosen() {
  const page = await openPage(proxy.url, PHONE);
  const client = new Client(page);
  await client.choose(samples());
  await client.waitForPictures();
  const picture = await shoot(page);
  await page.finish();
  return picture;
}

async function working() {
  const page = await openPage(proxy.url, PHONE);
  const client = new Client(page);
  await client.choose(samples());
  await client.waitForPictures();
  proxy.fault = { bytesPerSecond: 250_000 };
  await client.start();
  await client.button("work.cancel").waitFor();
  await page.waitForTimeout(2500);
  const picture = await shoot(page);
  proxy.fault = {};
  await client.waitForResults();
  await page.finish();
  return picture;
}

/** A terminal with the lines of a log that say how a check went, and its headings. */
async function terminal(name, log) {
  const shown = readFileSync(log, "utf8").split("\n")
    .filter((line) => /^(ok|skip|FAIL|==|\d+ passed)/.test(line));
  const page = await (await browser()).newPage({ viewport: { width: 1000, height: 1000 } });
  await page.setContent(`<style>
    body { margin: 0; display: inline-block; background: #fff; padding: 20px; }
    pre { margin: 0; padding: 18px 24px; border-radius: 14px; background: #14181a; color: #e9ecea;
          font: 13px/1.5 "DejaVu Sans Mono", monospace; max-width: 900px; white-space: pre-wrap; }
    b { color: #7fcabd; }
  </style><pre></pre>`);
  await page.locator("pre").evaluate((pre, lines) => {
    for (const line of ["$ sudo deploy/prove.py", ...lines]) {
      const node = document.createElement(/^(==|\$|\d)/.test(line) ? "b" : "span");
      node.textContent = `${line}\n`;
      pre.append(node);
    }
  }, shown);
  await page.locator("body").screenshot({ path: join(OUT, name) });
  await page.close();
}

try {
  if (process.env.ICA_DEPLOY_LOG) {
    await terminal("deployment.png", process.env.ICA_DEPLOY_LOG);
  }
  await compose("web-results.png", [await atResults(DESK, wall)], { scale: 0.66, colour: "#fff" });
  await compose("web-phone.png", [await chosen(), await working(), await atResults(PHONE, wall)],
    { scale: 0.8, colour: "#fff" });
  await compose("web-group.png", [await atResults({ ...DESK, colorScheme: "dark" }, group)],
    { scale: 0.75, colour: "#fff" });
  await compose("web-photo.png", [await atResults({ ...DESK, colorScheme: "dark" }, photo)],
    { scale: 0.75, colour: "#fff" });
} finally {
  await closeBrowser();
  await proxy.stop();
  await server.stop();
}
