// SPDX-License-Identifier: Apache-2.0
// The web client's speed: first paint and weight from the real program, then scrolling and cutting
// 5,000 images in 500 groups, which are made up here and answered in the server's place.
//
//   ICA_TEST_PROGRAM=build/release/bin/image-cluster-ai tests/browser/run.sh browser bench/bench_web.mjs

import { readdirSync, readFileSync, statSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { browser, closeBrowser, openPage } from "../tests/browser/support/browser.mjs";
import { Client } from "../tests/browser/support/client.mjs";
import { Server } from "../tests/browser/support/server.mjs";
import { asEventStream, syntheticAnswer } from "../tests/browser/support/synthetic.mjs";

const LOADS = 15;
const IMAGES = 5000;
const GROUPS = 500;
const PATIENCE_MS = 15 * 60_000; // to make 5,000 thumbnails
const WEB = fileURLToPath(new URL("../web", import.meta.url));

const rows = [];
const note = (what, value, bar = "") => rows.push({ what, value, bar });
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const spread = (numbers, unit) => `${Math.round(median(numbers))} `
  + `(${Math.round(Math.min(...numbers))}-${Math.round(Math.max(...numbers))}) ${unit}`;
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

// ---- first paint and weight ------------------------------------------------------------------------

async function measurePaint(url) {
  const paints = { "first-paint": [], "first-contentful-paint": [] };
  for (let i = 0; i < LOADS; i++) {
    const page = await openPage(url); // a fresh context: nothing is cached
    await page.waitForFunction(() => performance.getEntriesByType("paint").length === 2);
    const entries = await page.evaluate(() =>
      performance.getEntriesByType("paint").map(({ name, startTime }) => [name, startTime]));
    entries.forEach(([name, time]) => paints[name].push(time));
    await page.finish();
  }
  note(`first paint, ${LOADS} loads`, spread(paints["first-paint"], "ms"), "200 ms");
  note("first contentful paint", spread(paints["first-contentful-paint"], "ms"), "200 ms");
}

function filesBelow(folder) {
  return readdirSync(folder).map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesBelow(path) : [path]));
}

async function measureWeight(url) {
  const page = await openPage("about:blank");
  page.allow(new URL(url).origin);
  const protocol = await page.context().newCDPSession(page);
  await protocol.send("Network.enable");
  let wire = 0;
  let packed = 0;
  protocol.on("Network.loadingFinished", ({ encodedDataLength }) => { wire += encodedDataLength; });
  const bodies = [];
  page.on("response", (response) => bodies.push(response.body().catch(() => Buffer.alloc(0))));
  await page.goto(url, { waitUntil: "networkidle" });
  for (const body of await Promise.all(bodies)) {
    packed += gzipSync(body, { level: 9 }).length;
  }
  note(`loaded to choose images: ${bodies.length} files, on the wire`, kB(wire));
  note("the same compressed (gzip -9)", kB(packed), "120 KB");
  const whole = filesBelow(WEB).reduce((sum, path) =>
    sum + gzipSync(readFileSync(path), { level: 9 }).length, 0);
  note("all of web/, each file compressed", kB(whole), "120 KB");
  await page.finish();
}

// ---- 5,000 images --------------------------------------------------------------------------------------

/** Put generated photos into the page's file input, as if a person had chosen them. */
async function chooseGenerated(page, input, names) {
  await input.evaluate(async (node, files) => {
    const canvas = new OffscreenCanvas(320, 240);
    const context = canvas.getContext("2d");
    const transfer = new DataTransfer();
    for (const [i, name] of files.entries()) {
      context.fillStyle = `hsl(${(i * 47) % 360} 60% ${30 + i % 40}%)`;
      context.fillRect(0, 0, 320, 240);
      context.fillStyle = "#fff8";
      context.fillRect((i * 31) % 280, (i * 17) % 200, 40, 40);
      const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 });
      transfer.items.add(new File([blob], name, { type: "image/jpeg", lastModified: i }));
    }
    node.files = transfer.files;
    node.dispatchEvent(new Event("change", { bubbles: true }));
  }, names);
}

/** The tasks of the page's main thread during `action`, in ms, the longest first. */
async function tasksDuring(page, action) {
  const chromium = await browser();
  await chromium.startTracing(page, { categories: ["toplevel", "__metadata", "blink.user_timing"] });
  await page.evaluate(() => performance.mark("bench-begin"));
  await action();
  await page.evaluate(() => performance.mark("bench-end"));
  const { traceEvents } = JSON.parse(await chromium.stopTracing());
  const marks = traceEvents.filter(({ name }) => name === "bench-begin" || name === "bench-end");
  const { pid, tid } = marks[0];
  const [from, to] = marks.map(({ ts }) => ts).sort((a, b) => a - b);
  return traceEvents
    .filter((event) => event.pid === pid && event.tid === tid && event.ph === "X"
      && /RunTask$/.test(event.name) && event.ts >= from && event.ts <= to)
    .map(({ dur, tdur }) => ({ wall: dur / 1000, cpu: (tdur ?? dur) / 1000 }))
    .sort((a, b) => b.wall - a.wall);
}

/** Scroll from the top to the end as a wheel does, a notch a frame. */
async function scrollThrough(page, step) {
  await page.evaluate(() => scrollTo(0, 0));
  await page.mouse.move(700, 450);
  for (;;) {
    await page.mouse.wheel(0, step);
    const [y, end] = await page.evaluate(() => new Promise((done) => {
      requestAnimationFrame(() =>
        done([scrollY, document.documentElement.scrollHeight - innerHeight]));
    }));
    if (y >= end - 1) {
      return y;
    }
  }
}

async function measureScrolling(page, what, step) {
  let height = 0;
  const tasks = await tasksDuring(page, async () => { height = await scrollThrough(page, step); });
  const most = Math.max(...tasks.map(({ cpu }) => cpu)); // what a busy machine adds is not the page's
  note(`${what}: longest task over ${Math.round(height)} px`,
    `${tasks[0].wall.toFixed(1)} ms, longest computing ${most.toFixed(1)} ms`, "50 ms");
  note(`${what}: tasks over 50 ms, of ${tasks.length}`,
    String(tasks.filter((task) => task.wall > 50).length), "0");
}

async function measureRecut(page, client) {
  const times = [];
  const levels = Number(await client.slider.getAttribute("max")) + 1;
  for (let i = 0; i < levels; i++) {
    times.push(await client.slider.evaluate((node, value) => {
      const start = performance.now();
      node.value = value;
      node.dispatchEvent(new Event("input", { bubbles: true }));
      node.dispatchEvent(new Event("change", { bubbles: true }));
      document.body.getBoundingClientRect();
      return performance.now() - start;
    }, i));
    await page.waitForTimeout(50);
  }
  note(`slider: cut and laid out again, ${levels} levels`, spread(times, "ms"));
}

async function measureMany(url) {
  const page = await openPage(url);
  const client = new Client(page);
  page.setDefaultTimeout(PATIENCE_MS);
  const ids = Array.from({ length: IMAGES }, (_, i) => `image-${i}.jpg`);
  await chooseGenerated(page, client.fileInput, ids);
  await client.waitForChosen(IMAGES);
  await measureScrolling(page, `${IMAGES} previews while thumbnails are made`, 300);
  await page.route("**/v1/cluster", (route) => route.fulfill({ status: 200,
    contentType: "text/event-stream", body: asEventStream(syntheticAnswer(ids, GROUPS)) }));
  await client.start();
  await client.waitForResults();
  await measureScrolling(page, `${GROUPS} groups`, 300);
  await measureRecut(page, client);
  await client.setLevel(0);
  await client.openGroup(0);
  await measureScrolling(page, `${IMAGES} thumbnails of one group`, 300);
  await page.finish();
}

const server = await Server.start("--max-images", String(2 * IMAGES));
try {
  console.log(`load before: ${loadavg()[0].toFixed(2)}`);
  await measurePaint(server.url);
  await measureWeight(server.url);
  await measureMany(server.url);
  const width = Math.max(...rows.map(({ what }) => what.length));
  for (const { what, value, bar } of rows) {
    console.log(`${what.padEnd(width)}  ${value}${bar && `   (goal: ${bar})`}`);
  }
} finally {
  await closeBrowser();
  await server.stop();
}
