// SPDX-License-Identifier: Apache-2.0
// The web client as a person sees it: its parts by their names, the steps people take.

import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";

import { setLanguage, t as translate } from "../../../web/js/i18n.js";
import { dropFiles } from "./browser.mjs";

export { setLanguage };

/** The page's own words for a key, which must be there. */
export function t(key, values) {
  const text = translate(key, values);
  assert.notEqual(text, key, "no such words");
  return text;
}

export const plural = (key, count, values = {}) => t(key, { count, ...values });

/** The number of the first digits in a text, whichever language wrote it. */
export const numberIn = (text) => Number(/\d[\d.,\s]*/.exec(text)?.[0].replace(/\D/g, "") ?? NaN);

export class Client {
  constructor(page) {
    this.page = page;
    this.fileInput = page.locator("ic-chooser input.files");
    this.folderInput = page.locator("ic-chooser input.folder");
    this.previews = page.locator("ic-chooser ic-virtual-grid");
    this.notices = page.locator("ic-notices");
    this.progress = page.locator("ic-progress");
    this.results = page.locator("ic-results");
    this.wall = page.locator("ic-cluster-wall");
    this.cards = page.locator("ic-cluster-wall .card");
    this.slider = page.locator("ic-granularity input[type=range]");
    this.view = page.locator("ic-cluster-view");
    this.photos = page.locator("ic-cluster-view ic-virtual-grid:not([hidden])");
    this.lightbox = page.locator("dialog.lightbox");
    this.moveDialog = page.locator("dialog.sheet.move");
    this.dock = page.locator(".dock-bar:visible");
  }

  /** A button by the key of its words. */
  button(key, values) {
    return this.page.getByRole("button", { name: t(key, values), exact: true });
  }

  // ---- choosing ----

  async choose(paths) {
    const before = await this.chosenCount();
    await this.fileInput.setInputFiles(paths);
    await this.waitForChosen(before + paths.length);
  }

  async drop(paths) {
    await dropFiles(this.page, this.page.locator("ic-chooser .drop"), paths);
  }

  /** How many images there are. */
  chosenCount() {
    return this.#countIn(this.previews);
  }

  waitForChosen(count) {
    return this.#waitForCountIn("ic-chooser ic-virtual-grid", count);
  }

  /** Every picture in sight is a thumbnail or a tile. */
  async waitForPictures(root = "ic-chooser") {
    await this.page.waitForFunction((selector) => {
      const pictures = [...document.querySelectorAll(`${selector} ic-picture`)]
        .filter((picture) => picture.checkVisibility());
      return pictures.length > 0 && pictures.every((picture) => picture.classList.contains("tile")
        || picture.querySelector("img")?.complete);
    }, root);
  }

  get startButton() {
    return this.button("choose.start");
  }

  async start() {
    await this.startButton.click();
  }

  /** Wait until the work has come to a stage: "sending", "embedding", ... */
  async waitForStage(stage) {
    await this.progress.locator("[aria-current=step]", { hasText: t(`work.stage.${stage}`) }).waitFor();
  }

  // ---- results ----

  async waitForResults() {
    await this.results.waitFor();
    await this.cards.or(this.page.locator("ic-results .place")).first().waitFor();
  }

  /** Choose, start, wait; the server's document is in `answer` then. */
  async cluster(paths) {
    await this.choose(paths);
    await this.startAndWait();
  }

  /** The same for images that were chosen; `key` names the button. */
  async startAndWait(key = "choose.start") {
    const response = this.page.waitForResponse("**/v1/cluster");
    await this.button(key).click();
    await this.waitForResults();
    const events = await (await response).text();
    this.answer = JSON.parse(/^event: result\ndata: (.*)$/m.exec(events)[1]);
  }

  /** All groups as {key, title, count}; scrolls, for only those near the screen are in the page. */
  async groups() {
    const found = new Map();
    await this.page.evaluate(() => scrollTo(0, 0));
    for (;;) {
      const cards = await this.cards.evaluateAll((nodes) => nodes.map((node) => [node.dataset.key, {
        key: node.dataset.key, title: node.querySelector("h3").textContent,
        text: node.querySelector(".hint").textContent,
        place: Number(node.getAttribute("aria-posinset")),
        total: Number(node.getAttribute("aria-setsize")),
      }]));
      cards.forEach(([key, card]) => found.set(key, card));
      if (cards.length === 0 || found.size >= cards[0][1].total) {
        break;
      }
      await this.page.evaluate(() => scrollBy(0, innerHeight / 2));
      await this.page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => done()); }));
    }
    await this.page.evaluate(() => scrollTo(0, 0));
    return [...found.values()].sort((a, b) => a.place - b.place)
      .map(({ key, title, text }) => ({ key, title, count: numberIn(text) }));
  }

  card(key) {
    return this.wall.locator(`.card[data-key="${key}"]`);
  }

  /** How many items a virtual grid that is shown has; only some of them are in the page. */
  async #countIn(grid) {
    const cell = grid.locator("[aria-setsize]:visible").first();
    return await cell.count() ? Number(await cell.getAttribute("aria-setsize")) : 0;
  }

  async #waitForCountIn(selector, count) {
    await this.page.waitForFunction(([cells, wanted]) => {
      const cell = document.querySelector(`${cells} [aria-setsize]`);
      const count = cell?.checkVisibility() ? Number(cell.getAttribute("aria-setsize")) : 0;
      return count === wanted;
    }, [selector, count]);
  }

  waitForCards(count) {
    return this.#waitForCountIn("ic-cluster-wall ic-virtual-grid.wall", count);
  }

  waitForPhotos(count) {
    return this.#waitForCountIn("ic-cluster-view ic-virtual-grid:not([hidden])", count);
  }

  /** How many photos the open group has. */
  photoCount() {
    return this.#countIn(this.photos);
  }

  waitForPlace(place, count) {
    return this.#waitForCountIn(`ic-cluster-wall [data-place=${place}]`, count);
  }

  /** How many images are in a place below the wall: "unclustered", "unusual". */
  async placeCount(place) {
    const section = this.wall.locator(`[data-place=${place}]`);
    return await section.isHidden() ? 0 : this.#countIn(section);
  }

  /** Into how many parts the images are cut: groups, and images on their own. */
  async partCount() {
    return await this.#countIn(this.wall.locator("ic-virtual-grid.wall"))
      + await this.placeCount("unclustered");
  }

  /** Move the slider to a stop. */
  async setLevel(index) {
    await this.slider.fill(String(index));
    await this.nextFrame();
  }

  nextFrame() {
    return this.page.evaluate(() => new Promise((done) => {
      requestAnimationFrame(() => requestAnimationFrame(() => done()));
    }));
  }

  async openGroup(index) {
    const group = (await this.groups())[index];
    await this.card(group.key).locator(".card-open").click();
    await this.view.waitFor();
    return group;
  }

  /** From an open group to all of them. */
  async backToWall() {
    const back = this.tool("wall.groups");
    if (await back.isVisible()) {
      await back.click();
    }
    await this.wall.waitFor();
  }

  /** Ids of the photos of the open group that are in the page. */
  photoIds() {
    return this.photos.locator("[data-key]").evaluateAll((cells) =>
      cells.map(({ dataset }) => dataset.key));
  }

  // ---- edits ----

  async select(key) {
    const card = this.card(key);
    await card.hover();
    await card.locator(".tick").click();
  }

  async rename(key, name) {
    const card = this.card(key);
    await card.hover();
    await card.locator(".card-rename").click();
    await card.locator("input.rename").fill(name);
    await this.page.keyboard.press("Enter");
    await card.getByText(name, { exact: true }).waitFor();
  }

  async merge(keys) {
    for (const key of keys) {
      await this.select(key);
    }
    await this.dock.getByRole("button", { name: t("edit.merge"), exact: true }).click();
    await this.dock.getByRole("button", { name: t("edit.merge"), exact: true })
      .waitFor({ state: "hidden" });
  }

  /** A tool of the toolbar by the key of its words. */
  tool(key) {
    return this.results.locator(".toolbar").getByRole("button", { name: t(key), exact: true });
  }

  async undo() {
    await this.tool("edit.undo").click();
    await this.nextFrame();
  }

  async redo() {
    await this.tool("edit.redo").click();
    await this.nextFrame();
  }

  async restart() {
    await this.tool("wall.newProcess").click();
    await this.page.locator("ic-chooser").waitFor();
  }

  // ---- export ----

  async chooseExport(kind) {
    await this.tool("edit.export").click();
    await this.page.getByRole("menuitem", { name: t(`edit.${kind}`) }).click();
  }

  /** Export, and take the download; its path. */
  async exportTo(kind) {
    await this.page.evaluate(() => { delete window.showSaveFilePicker; }); // nobody could answer it
    const download = this.page.waitForEvent("download");
    await this.chooseExport(kind);
    const file = await download;
    const path = join(dirname(await file.path()), file.suggestedFilename());
    await file.saveAs(path);
    return path;
  }

  // ---- progress ----

  /** Note each different state of the progress view; the result gives them as texts. */
  async watchProgress() {
    await this.page.evaluate(() => {
      const view = document.querySelector("ic-progress");
      window.progressSeen = new Set();
      new MutationObserver(() => view.checkVisibility() && window.progressSeen.add(view.innerText))
        .observe(view, { subtree: true, childList: true, characterData: true, attributes: true });
    });
    return () => this.page.evaluate(() => [...window.progressSeen]);
  }
}

export const names = (paths) => paths.map((path) => basename(path));
