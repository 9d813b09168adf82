// SPDX-License-Identifier: Apache-2.0
// English, Portuguese and Spanish: every state of the page speaks the language, no word is missing,
// none is cut off.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import en from "../../web/locales/en.js";
import es from "../../web/locales/es.js";
import pt from "../../web/locales/pt.js";
import { assertFits, pageTest } from "./support/browser.mjs";
import { Client, setLanguage } from "./support/client.mjs";
import { samples, Scratch } from "./support/images.mjs";
import { Server } from "./support/server.mjs";

const locales = { en, pt, es };
const scratch = new Scratch();
let server;

before(async () => { server = await Server.start(); });
after(async () => {
  await setLanguage("en");
  scratch.remove();
  assert.equal(await server?.stop(), 0);
});

/** All texts of a locale as [key, text]; forms for numbers are texts of their own. */
function textsOf(node, path = "") {
  return typeof node === "string" ? [[path, node]]
    : Object.entries(node).flatMap(([name, child]) => textsOf(child, `${path}.${name}`));
}

const placeholders = (text) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

for (const [code, locale] of Object.entries({ pt, es })) {
  test(`${code} has the texts of en, with the same values in them`, () => {
    const english = textsOf(en);
    const others = new Map(textsOf(locale));
    assert.deepEqual([...others.keys()].sort(), english.map(([key]) => key).sort());
    for (const [key, text] of english.filter(([name]) => !name.endsWith(".one"))) {
      assert.deepEqual(placeholders(others.get(key)), placeholders(text), key);
    }
  });
}

/** Keys in place of words, and words that do not fit into their buttons. */
async function assertSpeaks(page, what) {
  const sections = Object.keys(en).join("|");
  const problems = await page.evaluate((names) => {
    const key = new RegExp(`\\b(${names})\\.[a-z][\\w-]*(\\.[\\w-]+)*`);
    const found = [];
    const texts = (node) => [node.textContent.trim(), node.ariaLabel ?? "", node.title ?? ""];
    for (const node of document.body.querySelectorAll("*:not(noscript, noscript *)")) {
      const own = node.children.length === 0 && !node.closest("[lang=en] :not(html), .caption")
        ? texts(node) : [node.ariaLabel ?? "", node.title ?? ""];
      found.push(...own.filter((text) => key.test(text) && !/\.(jpe?g|heic)/.test(text)));
    }
    for (const node of document.querySelectorAll("button, summary, select, h1, h2")) {
      if (node.checkVisibility() && node.scrollWidth > node.clientWidth + 1
        && getComputedStyle(node).textOverflow !== "ellipsis" && node.clientWidth > 2) {
        found.push(`cut off: ${node.textContent}`);
      }
    }
    return found;
  }, sections);
  assert.deepEqual(problems, [], what);
  await assertFits(page, what);
}

for (const code of Object.keys(locales)) {
  pageTest(`everything speaks ${code}`, () => server.url, { locale: code }, async (page) => {
    await setLanguage(code);
    const client = new Client(page);
    await page.locator(`html[lang=${code}]`).waitFor();
    await client.startButton.waitFor({ state: "hidden" });
    await assertSpeaks(page, "empty");
    await client.choose([...samples(3), scratch.file("broken.jpg", "no image")]);
    await page.locator("ic-chooser details.options summary").click();
    await client.waitForPictures();
    await assertSpeaks(page, "chosen");
    await client.startAndWait();
    await assertSpeaks(page, "wall");
    await client.card((await client.groups())[0].key).locator(".card-open").click();
    await client.view.waitFor();
    await assertSpeaks(page, "group");
    await client.photos.locator("[data-key]").first().click();
    await page.locator("dialog.lightbox[open]").waitFor();
    await assertSpeaks(page, "lightbox");
    await page.keyboard.press("Escape");
    await page.locator("dialog.lightbox").waitFor({ state: "hidden" });
    await page.keyboard.press("?");
    await page.locator("dialog.sheet[open]").waitFor();
    await assertSpeaks(page, "keys");
  });
}

pageTest("the language is changed in the page, and remembered", () => server.url, {}, async (page) => {
  await setLanguage("en");
  const client = new Client(page);
  await client.choose(samples(1));
  await client.startButton.waitFor();
  await page.locator("ic-language select").selectOption("es");
  await setLanguage("es");
  await client.startButton.waitFor();
  await client.startAndWait();
  await page.locator("ic-language select").selectOption("pt");
  await setLanguage("pt");
  await client.tool("wall.newProcess").waitFor();
  await assertSpeaks(page, "results, changed to pt");
  page.once("dialog", (dialog) => dialog.accept());
  await page.reload();
  assert.equal(await page.locator("html").getAttribute("lang"), "pt");
});
