// SPDX-License-Identifier: Apache-2.0
// <ic-undo-bar>: what was done last, and the button that takes it back.

import { plural, t } from "../i18n.js";
import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { say } from "./live.js";

const SHOWN_MS = 9000; // Undo stays in the toolbar for good

/** What a step did, in a sentence. */
function sentence({ kind, count, title, target }) {
  const name = title || t("cluster.untitled");
  switch (kind) {
    case "move":
      return plural(target === "unclustered" ? "edit.movedAway"
        : target === "new" ? "edit.movedToNew" : "edit.moved", count, { title: name });
    case "merge":
      return plural("edit.merged", count, { title: name });
    case "rename":
      return t("edit.renamed", { title: name });
    default:
      return plural("edit.cut", count);
  }
}

export class UndoBar extends HTMLElement {
  #actions;
  #text = element("span", { className: "dock-text" });
  #button = button("button quiet small", "", () => this.#act());
  #show = button("button quiet small", t("edit.show"), () => this.#open());
  #key = null; // of the group that the last step led to
  #timer = 0;

  /** @param {import("./actions.js").Actions} actions */
  constructor(actions) {
    super();
    this.#actions = actions;
    this.className = "dock-bar";
    this.hidden = true;
    actions.collection.addEventListener("change", ({ detail: { kind } }) => this.#tell(kind),
      { signal: actions.signal });
    this.addEventListener("pointerenter", () => clearTimeout(this.#timer));
    this.addEventListener("focusin", () => clearTimeout(this.#timer));
    this.addEventListener("pointerleave", () => this.#wait());
    this.addEventListener("focusout", () => this.#wait());
  }

  connectedCallback() {
    if (!this.firstChild) {
      this.append(this.#text, this.#button, this.#show, button("icon-button", icon("close", 18),
        () => this.#close(), { "aria-label": t("edit.dismiss"), title: t("edit.dismiss") }));
    }
  }

  #act() {
    this.dataset.does === "redo" ? this.#actions.redo() : this.#actions.undo();
  }

  #open() {
    this.#close();
    this.#actions.route.go({ group: this.#key });
  }

  #tell(kind) {
    const { collection } = this.#actions;
    if (kind === "level") {
      this.#hide(); // the slider itself says it, and goes back as easily
      say(plural("wall.groupCount", collection.clusters.length));
      return;
    }
    const undone = kind === "undo";
    const action = undone ? collection.nextAction : collection.lastAction;
    if (!action) {
      return;
    }
    const text = undone ? t("edit.undone", { what: sentence(action) }) : sentence(action);
    this.dataset.does = undone ? "redo" : "undo";
    this.#text.textContent = text;
    this.#button.textContent = t(undone ? "edit.redo" : "edit.undo");
    this.#key = action.kind === "move" && !undone ? action.key : null;
    this.#show.hidden = this.#key === null;
    this.hidden = false;
    say(text);
    this.#wait();
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#hide(), SHOWN_MS);
  }

  #hide() {
    if (!this.matches(":focus-within")) {
      this.#close();
    }
  }

  #close() {
    clearTimeout(this.#timer);
    this.hidden = true;
  }
}

customElements.define("ic-undo-bar", UndoBar);
