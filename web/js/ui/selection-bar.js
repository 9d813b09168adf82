// SPDX-License-Identifier: Apache-2.0
// <ic-selection-bar>: how much is selected, and what can be done with it.

import { plural, t } from "../i18n.js";
import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { ALONE } from "./route.js";

export class SelectionBar extends HTMLElement {
  #actions;
  #rename;
  #text = element("span", { className: "dock-text" });
  #tools = element("span", { className: "dock-tools" });

  /**
   * @param {import("./actions.js").Actions} actions
   * @param {(key: string) => void} rename  begins to rename a group
   */
  constructor(actions, rename) {
    super();
    this.#actions = actions;
    this.#rename = rename;
    this.className = "dock-bar";
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", t("edit.selection"));
    this.hidden = true;
    actions.selection.addEventListener("change", () => this.#draw());
  }

  connectedCallback() {
    if (!this.firstChild) {
      this.append(this.#text, this.#tools, button("icon-button", icon("close", 18),
        () => this.#actions.selection.clear(),
        { "aria-label": t("edit.clearSelection"), title: t("edit.clearSelection") }));
    }
  }

  #draw() {
    const { selection } = this.#actions;
    this.hidden = selection.size === 0;
    if (this.hidden) {
      return;
    }
    const images = selection.kind === "image";
    this.#text.textContent = plural(images ? "edit.imagesSelected" : "edit.groupsSelected",
      selection.size);
    const shape = `${selection.kind} ${selection.size > 1}`;
    if (this.#tools.dataset.shape !== shape) { // else a focused button would be lost
      this.#tools.dataset.shape = shape;
      this.#tools.replaceChildren(...(images ? this.#forImages() : this.#forGroups()));
    }
  }

  #forImages() {
    const actions = this.#actions;
    const tool = (sign, words, act) =>
      button("button quiet small", [icon(sign, 18), element("span", {}, t(words))], act);
    return [
      tool("move", "edit.moveTo", () => actions.askMove(actions.selection.keys)),
      tool("add", "edit.newGroup", () => actions.move(actions.selection.keys, "new")),
      tool("alone", "edit.putAlone", () => actions.move(actions.selection.keys, ALONE)),
    ];
  }

  #forGroups() {
    const { selection } = this.#actions;
    if (selection.size === 1) {
      return [
        button("button quiet small", [icon("pencil", 18), element("span", {}, t("edit.rename"))],
          () => this.#rename(selection.keys[0])),
        button("button quiet small", [icon("merge", 18), element("span", {}, t("edit.mergeWith"))],
          () => this.#actions.askMerge(selection.keys)),
      ];
    }
    return [button("button quiet small", [icon("merge", 18), element("span", {}, t("edit.merge"))],
      () => this.#actions.merge(selection.keys))];
  }
}

customElements.define("ic-selection-bar", SelectionBar);
