// SPDX-License-Identifier: Apache-2.0
// Chromium, and pages that are watched: whatever a test does, no script may fail, nothing may be
// blocked by the policy, and nobody but the page's own server may be asked for anything.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, test } from "node:test";

const require = createRequire(join(process.env.ICA_DRIVER_DIR, "package.json"));
const { chromium } = require("playwright-core");

export const WIDTHS = [360, 1440];
export const AXE = require("axe-core").source;
const SIZES = { 360: { width: 360, height: 740 }, 1440: { width: 1440, height: 900 } };
const TIMEOUT_MS = process.env.ICA_TEST_SANITIZE ? 180_000 : 60_000;

let running = null;

/** The browser of this process; ends with its tests. */
export async function browser() {
  running ??= chromium.launch({
    executablePath: process.env.ICA_BROWSER,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic",
      "--disable-background-networking"],
  });
  return running;
}

export async function closeBrowser() {
  await (await running)?.close();
  running = null;
}

/** Note everything that a page must not do. */
function watch(page, origins) {
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error") {
      complaints.push(`console: ${message.text()} ${message.location().url}`);
    }
  });
  page.on("pageerror", (error) => complaints.push(`script: ${error.stack ?? error}`));
  page.on("crash", () => complaints.push("the page crashed"));
  page.on("request", (request) => {
    const url = request.url();
    if (!/^(data|blob|about):/.test(url) && !origins.includes(new URL(url).origin)) {
      complaints.push(`request to ${url}`);
    }
  });
  return complaints;
}

/**
 * Open a watched page.
 * @param {string} url
 * @param {object} [options] Playwright's for a context, and: `width` (one of WIDTHS), `tolerate` (a
 *   pattern of complaints that the test causes).
 * @returns {Promise<import("playwright-core").Page>} with `allow(origin)`, another origin that may
 *   be asked, and `finish()`, which checks and closes the page
 */
export async function openPage(url, { width = 1440, tolerate, ...options } = {}) {
  const context = await (await browser()).newContext({
    viewport: SIZES[width], hasTouch: width < 600, locale: "en-GB", acceptDownloads: true,
    ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  const allowed = [new URL(url).origin];
  const complaints = watch(page, allowed);
  page.allow = (origin) => allowed.push(origin);
  page.finish = async () => {
    await context.close();
    assert.deepEqual(complaints.filter((one) => !tolerate?.test(one)), []);
  };
  await page.goto(url);
  return page;
}

/**
 * A test with a watched page at each width.
 * @param {string} title
 * @param {() => string} url
 * @param {object} options those of openPage, and `widths`
 * @param {(page, width: number, context: import("node:test").TestContext) => Promise<void>} body may
 *   have tests of its own, `context.test(...)`
 */
export function pageTest(title, url, { widths = WIDTHS, ...options }, body) {
  for (const width of widths) {
    test(`${title} (${width} px)`, async (context) => {
      const page = await openPage(url(), { width, ...options });
      try {
        await body(page, width, context);
      } catch (error) {
        await keepPicture(page, `${title}-${width}`);
        await page.finish().catch((also) => { error.message += `\n${also.message}`; });
        throw error;
      }
      await page.finish();
    });
  }
}

/** A picture of a failed test, where ICA_TEST_SCREENSHOTS names a folder. */
async function keepPicture(page, title) {
  const folder = process.env.ICA_TEST_SCREENSHOTS;
  if (folder) {
    const name = `failed-${title.replace(/\W+/g, "-")}.png`;
    await page.screenshot({ path: join(folder, name) }).catch(() => {});
  }
}

/** Drop files and folders from the file manager onto an element. */
export async function dropFiles(page, locator, paths) {
  const box = await locator.boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height / 2, 40)];
  const protocol = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await protocol.send("Input.dispatchDragEvent", { type, x, y, data });
  }
  await protocol.detach();
}

/** Nothing is wider than the page. */
export async function assertFits(page, what) {
  const [content, view] = await page.evaluate(() =>
    [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(content <= view, `${what}: ${content} px of content on ${view} px`);
}

const ALL_RULES = { type: "tag",
  values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
const COLOUR_RULES = { type: "rule", values: ["color-contrast", "link-in-text-block"] };

/** axe-core finds nothing against WCAG 2.2 AA, in the light and in the dark scheme. */
export async function assertAccessible(page, what) {
  if (!await page.evaluate(() => "axe" in window)) {
    await page.evaluate(AXE);
  }
  for (const [colorScheme, runOnly] of [["dark", COLOUR_RULES], ["light", ALL_RULES]]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const violations = await page.evaluate(async (rules) => {
      const { violations: found } = await window.axe.run(document,
        { runOnly: rules, resultTypes: ["violations"] });
      return found.map(({ id, help, nodes }) => ({ id, help,
        nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => `${html} ${failureSummary}`) }));
    }, runOnly);
    assert.deepEqual(violations, [], `${what}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}

after(closeBrowser);
