// SPDX-License-Identifier: Apache-2.0
// Clients written for the proof of concept work unchanged: a page from another origin.

import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { basename } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";

import { pageTest } from "./support/browser.mjs";
import { serveFolder } from "./support/folder.mjs";
import { fixture, samples, Scratch } from "./support/images.mjs";
import { Server } from "./support/server.mjs";

let server;
let origin;
const scratch = new Scratch();

before(async () => {
  server = await Server.start();
  origin = await serveFolder(fileURLToPath(new URL("original-client", import.meta.url)));
});
after(async () => {
  origin?.stop();
  scratch.remove();
  assert.equal(await server?.stop(), 0);
});

/** A test of the client; `dialogs` are the alerts it gave. */
function clientTest(title, body, options = {}) {
  pageTest(title, () => origin.url, { widths: [1440], tolerate: options.tolerate }, async (page) => {
    const dialogs = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      dialog.accept();
    });
    page.allow(server.api);
    await page.goto(`${origin.url}?api=${encodeURIComponent(server.api)}`);
    await body(page, dialogs);
  });
}

async function cluster(page, paths) {
  await page.setInputFiles("#files", paths);
  await page.getByRole("button", { name: "Start Clustering" }).click();
  await page.getByRole("button", { name: "New Process" }).waitFor();
}

/** What the page shows: [{name, description, files}]. */
function shown(page) {
  return page.$$eval("#clusters section", (sections) => sections.map((section) => ({
    name: section.querySelector("h2").textContent,
    description: section.querySelector("p").textContent,
    files: [...section.querySelectorAll("img")].map(({ alt }) => alt),
  })));
}

clientTest("24 images become clusters with name, description and previews", async (page, dialogs) => {
  const paths = samples(4);
  assert.equal(paths.length, 24);
  await cluster(page, paths);
  const clusters = await shown(page);
  assert.deepEqual(clusters.flatMap(({ files }) => files).sort(), paths.map((path) => basename(path)));
  clusters.forEach(({ name, description, files }, number) => {
    assert.equal(name, `Cluster ${number}`);
    assert.match(description, /\w/);
    assert.notEqual(files.length, 0);
  });
  assert.ok(clusters.length > 1 && clusters.length < 24, `${clusters.length} clusters`);
  assert.ok(await page.$$eval("#clusters img", (images) =>
    images.every(({ complete, naturalWidth }) => complete && naturalWidth > 0)));
  assert.deepEqual(dialogs, []);

  await page.getByRole("button", { name: "New Process" }).click();
  assert.deepEqual(await shown(page), []);
  await cluster(page, paths.slice(0, 3));
  assert.equal((await shown(page)).flatMap(({ files }) => files).length, 3);
});

clientTest("the client's own limit of 24 holds", async (page, dialogs) => {
  await page.setInputFiles("#files", samples().slice(0, 25));
  await assert.doesNotReject(page.waitForFunction(() => document.querySelector("#files").value === ""));
  assert.deepEqual(dialogs, ["You can choose at most 24 images."]);
  assert.ok(await page.getByRole("button", { name: "Start Clustering" }).isDisabled());
});

clientTest("an error's detail is alerted", async (page, dialogs) => {
  await page.setInputFiles("#files", scratch.file("text.jpg", "no image"));
  await page.getByRole("button", { name: "Start Clustering" }).click();
  await page.waitForFunction(() => !document.querySelector("#start").disabled);
  assert.equal(dialogs.length, 1);
  assert.match(dialogs[0], /^Clustering failed: .*text\.jpg.*\.$/);

  await cluster(page, [...samples(1), fixture("1x1.png")]);
  assert.equal(dialogs.length, 1);
}, { tolerate: /status of 400/ });

clientTest("a server that is gone is alerted", async (page, dialogs) => {
  await page.setInputFiles("#files", samples(1));
  await page.goto(`${origin.url}?api=${encodeURIComponent("http://127.0.0.1:9")}`);
  await page.setInputFiles("#files", samples(1));
  await page.getByRole("button", { name: "Start Clustering" }).click();
  await page.waitForFunction(() => !document.querySelector("#start").disabled);
  assert.match(dialogs.join(), /^Clustering failed: /);
}, { tolerate: /ERR_|request to http:\/\/127\.0\.0\.1:9\// });

clientTest("two files of one name are both clustered", async (page, dialogs) => {
  const [first, other] = [samples()[0], samples()[29]];
  const paths = ["a/x.jpg", "b/x.jpg"].map((name) => scratch.file(name, ""));
  copyFileSync(first, paths[0]);
  copyFileSync(other, paths[1]);
  const answers = [];
  page.on("response", async (response) => answers.push(response.json().catch(() => null)));
  await cluster(page, paths);
  const { clusters } = (await Promise.all(answers)).find((answer) => answer?.clusters);
  assert.deepEqual(clusters.flatMap(({ image_ids: ids }) => ids).sort(), ["x (2).jpg", "x.jpg"]);
  assert.deepEqual(dialogs, []);
});
