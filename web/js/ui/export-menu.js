// SPDX-License-Identifier: Apache-2.0
// <ic-export-menu>: the ways to take the result away, and how far the making of a file is.

import { exportAs } from "../export/export.js";
import { formatSize, plural, t } from "../i18n.js";
import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { say } from "./live.js";

const KINDS = ["zip", "gallery", "csv", "json"];
const MARGIN_PX = 8; // of the menu from the edges of the window

/** The bar that says how far an export is, with a button to stop it. */
class ExportProgress {
  #text = element("span", { className: "dock-text" });
  #bar = element("progress", { max: 1, value: 0 });
  #cancel = button("button quiet small", t("edit.cancel"), () => this.#abort?.abort());
  #close = button("icon-button", icon("close", 18), () => this.#hide(),
    { "aria-label": t("edit.dismiss"), title: t("edit.dismiss") });
  #abort = null;

  node = element("div", { className: "dock-bar export-bar", hidden: true }, this.#text, this.#bar,
    this.#cancel, this.#close);

  get busy() {
    return this.#abort !== null;
  }

  /** @returns {AbortSignal} */
  start(text) {
    this.#abort = new AbortController();
    this.#write(text, true);
    this.update({ done: 0, total: 0 });
    return this.#abort.signal;
  }

  update({ done, total }) {
    if (total > 0) {
      this.#bar.value = done / total;
    } else {
      this.#bar.removeAttribute("value");
    }
    this.#bar.setAttribute("aria-label", this.#text.textContent);
  }

  /** Say how it ended; "" is nothing to speak of. */
  end(text) {
    this.#abort = null;
    this.#write(text, false);
    this.node.hidden = !text;
  }

  #write(text, running) {
    this.#text.textContent = text;
    this.#bar.hidden = !running;
    this.#cancel.hidden = !running;
    this.#close.hidden = running;
    this.node.hidden = false;
    say(text);
  }

  #hide() {
    this.node.hidden = true;
  }
}

export class ExportMenu extends HTMLElement {
  #actions;
  #button;
  #menu = element("div", { className: "menu", role: "menu", id: "export-menu",
    "aria-label": t("edit.export"), popover: "auto" });
  #progress = new ExportProgress();

  /** @param {import("./actions.js").Actions} actions */
  constructor(actions) {
    super();
    this.#actions = actions;
    this.#button = button("button", [icon("download", 18), element("span", {}, t("edit.export"))],
      null, { "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": "export-menu" });
    this.#button.popoverTargetElement = this.#menu;
    this.#menu.addEventListener("beforetoggle",
      ({ newState }) => newState === "open" && this.#fill());
    this.#menu.addEventListener("toggle", ({ newState }) => this.#toggled(newState === "open"));
    this.#menu.addEventListener("keydown", (event) => this.#onKey(event));
  }

  connectedCallback() {
    if (!this.firstChild) {
      this.append(this.#button, this.#menu);
    }
  }

  /** For the dock at the bottom of the page. */
  get progressBar() {
    return this.#progress.node;
  }

  #fill() {
    const { images } = this.#actions;
    this.#menu.replaceChildren(...KINDS.map((kind) => button("menu-item", [
      element("span", { className: "menu-title" }, t(`edit.${kind}`)),
      element("span", { className: "hint" },
        t(`edit.${kind}Why`, { size: formatSize(images.bytes) })),
    ], () => this.#export(kind), { role: "menuitem", tabIndex: -1 })));
  }

  #toggled(open) {
    this.#button.setAttribute("aria-expanded", open);
    if (open) {
      const { right, bottom } = this.#button.getBoundingClientRect();
      const { width, height } = this.#menu.getBoundingClientRect();
      const left = Math.max(MARGIN_PX, right - width);
      const top = Math.min(bottom + MARGIN_PX, innerHeight - height - MARGIN_PX);
      this.#menu.style.left = `${left}px`;
      this.#menu.style.top = `${Math.max(MARGIN_PX, top)}px`;
      this.#menu.firstChild.focus();
    }
  }

  #onKey(event) {
    const items = [...this.#menu.children];
    const index = items.indexOf(document.activeElement);
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0,
      End: items.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items.at(to % items.length).focus();
    } else if (event.key === "Tab") {
      this.#menu.hidePopover();
    }
  }

  async #export(kind) {
    this.#menu.hidePopover();
    if (this.#progress.busy) {
      return;
    }
    const { collection, images } = this.#actions;
    const signal = this.#progress.start(t("edit.exporting"));
    try {
      const made = await exportAs(kind, collection, images, { signal,
        onProgress: (progress) => this.#progress.update(progress) });
      this.#progress.end(made ? this.#outcome(made) : "");
    } catch (error) {
      const cancelled = error.name === "AbortError";
      this.#progress.end(cancelled ? t("edit.exportCancelled")
        : t("edit.exportFailed", { why: error.message }));
    }
  }

  #outcome({ name, leftOut }) {
    const text = t("edit.exported", { name });
    return leftOut.length ? `${text} ${plural("edit.leftOut", leftOut.length)}` : text;
  }
}

customElements.define("ic-export-menu", ExportMenu);
