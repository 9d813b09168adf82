// SPDX-License-Identifier: Apache-2.0
// <ic-chooser>: choose images, see them at once, hear of limits, start.

import { formatSize, plural, t } from "../i18n.js";
import { sortOut } from "../images/files.js";
import { ClusterOptions } from "./cluster-options.js";
import { listenForFiles } from "./drop-area.js";
import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { LimitNotices } from "./limit-notices.js";
import { say } from "./live.js";
import { picture } from "./picture.js";
import "./virtual-grid.js";

const CAPTION_PX = 26; // below each preview
const TOUCH = matchMedia("(pointer: coarse) and (hover: none)"); // nothing to drag files with
const SLOW_MS = 300;
const SLICE = 500; // images that are added at once
const UPDATE_MS = 200; // thumbnails come by the thousand

/** Sends "start" when the images are to be grouped. Needs `notices`, then `store`. */
export class ImageChooser extends HTMLElement {
  #notices;
  #limitNotices;
  #store;
  #limits = null;
  #marks = new Map(); // id -> what is wrong with the image
  #options = new ClusterOptions(() => this.update());
  #timer = 0;
  #later = () => {
    this.#timer ||= setTimeout(() => this.update(), UPDATE_MS);
  };
  #changed = () => {
    this.#grid.items = [...this.#store];
    this.update();
  };

  #title = element("h3", { className: "count", tabIndex: -1, id: "chosen-title" });
  #grid = element("ic-virtual-grid");
  #clear = button("button quiet", "", () => this.#removeAll());
  #start = button("button primary start", "", () => this.#tryStart());
  #chosen = element("section",
    { className: "chosen", hidden: true, "aria-labelledby": "chosen-title" },
    element("div", { className: "bar" }, this.#title, this.#clear, this.#start),
    this.#options.node, this.#grid);

  connectedCallback() {
    this.append(this.#chosen);
    listenForFiles(this.#find(".drop"), {
      isOpen: () => !this.hidden && !document.querySelector("dialog[open]"),
      onFiles: (found) => this.#take(found),
    });
    document.addEventListener("languagechange", () => this.#write());
  }

  /** @param {import("./notice-list.js").NoticeList} list where messages go */
  set notices(list) {
    this.#notices = list;
    this.#limitNotices = new LimitNotices(list, () => {
      this.#options.originals = false;
      this.update();
    });
  }

  /** The images to show; an earlier store is left alone. */
  set store(store) {
    this.#store?.removeEventListener("change", this.#changed);
    this.#store?.removeEventListener("picture", this.#later);
    this.#store = store;
    store.addEventListener("change", this.#changed);
    store.addEventListener("picture", this.#later);
    this.#changed();
    this.#write();
  }

  /** What GET /v1/info says. */
  set info(info) {
    this.#limits = info.limits ?? null;
    this.#options.limitTo(info);
    this.update();
  }

  /** How to send and group: {options, originals}. */
  get settings() {
    return { options: this.#options.fields, originals: this.#options.originals };
  }

  /** Put the focus where the user goes on. */
  focus() {
    (this.#store.size > 0 ? this.#start : this.#find(".choose-files")).focus();
  }

  #find(selector) {
    return this.querySelector(selector);
  }

  // ---- Coming ----

  async #take(found) {
    const slow = setTimeout(() => this.#setBusy(true), SLOW_MS);
    try {
      const { files, unreadable } = await found;
      const { images, others } = await sortOut(files);
      const twice = await this.#add(images);
      this.#tellLeftOut([...unreadable, ...others], twice);
      if (twice.length < images.length) {
        say(t("choose.chosen", this.#summary()), { also: true });
      }
    } catch ({ message }) {
      this.#notices.show("drop", () => ({ tone: "bad", dismissable: true,
        text: t("choose.dropFailed", { reason: message }) }));
    }
    clearTimeout(slow);
    this.#setBusy(false);
  }

  /** Thousands at once would hold up the page. @returns {Promise<object[]>} those rejected */
  async #add(images) {
    const store = this.#store;
    const rejected = [];
    for (let at = 0; at < images.length; at += SLICE) {
      rejected.push(...store.add(images.slice(at, at + SLICE)).rejected);
      await new Promise((resolve) => setTimeout(resolve));
    }
    return rejected;
  }

  /** Large folders take a while to read. */
  #setBusy(busy) {
    this.ariaBusy = String(busy);
    this.#writeTitle();
    if (busy) {
      say(t("choose.looking"));
    }
  }

  #tellLeftOut(others, twice) {
    this.#notices.remove("drop");
    this.#notices.remove("left-out");
    this.#notices.remove("twice");
    if (others.length > 0) {
      this.#notices.show("left-out", () => ({ tone: "warn", dismissable: true,
        text: plural("choose.leftOut", others.length),
        list: () => others.map(({ path, why }) => `${path}: ${t(`choose.why.${why}`)}`) }));
    }
    if (twice.length > 0) {
      this.#notices.show("twice", () => ({ tone: "info", dismissable: true,
        text: plural("choose.twice", twice.length) }));
    }
  }

  // ---- Showing ----

  /** All words that depend on the language alone. */
  #write() {
    this.#options.update();
    this.#clear.textContent = t("choose.clear");
    this.#start.replaceChildren(t("choose.start"));
    this.#grid.configure({
      minColumn: (width) => (width < 480 ? 96 : 124), gap: 10,
      rowHeight: (width) => width + CAPTION_PX,
      key: ({ id }) => id, version: ({ id }) => this.#marks.get(id) ?? "",
      render: (image) => this.#cell(image), label: t("choose.previews"), role: "list",
    });
    this.#grid.refresh();
    this.update();
  }

  #cell(image) {
    const { id, path, file } = image;
    const mark = this.#marks.get(id);
    const label = t("choose.remove", { name: path });
    const cell = element("div", { className: "preview" }, picture(image),
      button("remove", icon("close", 16), () => this.#remove(image),
        { ariaLabel: label, title: label }),
      mark && element("p", { className: "mark" },
        t(`choose.mark.${mark}`, { size: formatSize(file.size) })),
      element("p", { className: "caption", title: path }, path.slice(path.lastIndexOf("/") + 1)));
    cell.classList.toggle("wrong", Boolean(mark));
    return cell;
  }

  #summary() {
    const limit = this.#limits?.max_images;
    const count = this.#store.size;
    const near = limit && count > limit / 2; // no talk of limits that are far away
    return { images: plural(near ? "choose.countOf" : "choose.count", count, { limit }),
      size: formatSize(this.#store.bytes) };
  }

  /** Show what has changed, unless nobody sees it; then when it is shown again. */
  update() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (this.hidden) {
      return;
    }
    const empty = this.#store.size === 0;
    if (empty && this.#chosen.contains(document.activeElement)) {
      this.#find(".choose-files").focus();
    }
    this.#chosen.hidden = empty;
    this.#find(".drop").classList.toggle("compact", !empty);
    this.#find(".choose-files").classList.toggle("primary", empty);
    this.#writeTitle();
    this.#title.textContent = t("choose.summary", this.#summary());
    this.#check();
  }

  #writeTitle() {
    const title = this.#find(".drop-title");
    const empty = TOUCH.matches ? "touch" : "drop";
    const idle = this.#store.size > 0 ? "dropMore" : empty;
    title.dataset.t = `choose.${this.ariaBusy === "true" ? "looking" : idle}`;
    title.textContent = t(title.dataset.t);
  }

  #check() {
    const marks = this.#limitNotices.check(this.#store, this.#limits, this.#options.originals);
    const touched = [...new Set([...marks.keys(), ...this.#marks.keys()])]
      .filter((id) => marks.get(id) !== this.#marks.get(id));
    this.#marks = marks;
    if (touched.length > 0) {
      this.#grid.refresh(touched);
    }
    this.#start.setAttribute("aria-disabled", String(this.#limitNotices.blocked !== null));
  }

  // ---- Going ----

  #remove(image) {
    this.#store.remove(image.id);
    say(t("choose.removed", { name: image.path, images: plural("choose.count", this.#store.size) }));
  }

  /** What took minutes to collect must not be lost by one press. */
  #removeAll() {
    const files = [...this.#store].map(({ file, path }) => ({ file, path }));
    this.#store.clear();
    this.#notices.show("cleared", () => ({ tone: "info", dismissable: true,
      text: plural("choose.cleared", files.length),
      actions: [{ label: t("choose.undoClear"), run: () => {
        this.#add(files).then(() => this.focus());
      } }] }));
  }

  #tryStart() {
    const { blocked } = this.#limitNotices;
    if (blocked) {
      this.#notices.focusAction(blocked);
    } else {
      this.dispatchEvent(new Event("start"));
    }
  }
}

customElements.define("ic-chooser", ImageChooser);
