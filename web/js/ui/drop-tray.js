// SPDX-License-Identifier: Apache-2.0
// <ic-drop-tray>: while images are dragged, the groups they may go to, the likely ones first.

import { t } from "../i18n.js";
import { beingDragged, drags, dropOn } from "./drag.js";
import { element } from "./element.js";
import { icon } from "./icons.js";
import { picture } from "./picture.js";
import { ALONE } from "./route.js";

const MAX_GROUPS = 14;

/** Groups by how many of the images are near them, then by size. */
export function likelyGroups(collection, ids) {
  const votes = new Map();
  for (const id of ids) {
    const { nearest } = collection.image(id);
    votes.set(nearest, (votes.get(nearest) ?? 0) + 1);
  }
  const homes = new Set(ids.map((id) => collection.clusterOf(id)));
  return collection.clusters.filter(({ key }) => homes.size > 1 || !homes.has(key))
    .map((group) => ({ group, votes: votes.get(group.key) ?? 0 }))
    .sort((a, b) => b.votes - a.votes)
    .map(({ group }) => group);
}

export class DropTray extends HTMLElement {
  #actions;
  #start = () => this.#open();
  #end = () => this.classList.remove("open");

  /** @param {import("./actions.js").Actions} actions */
  constructor(actions) {
    super();
    this.#actions = actions;
    this.setAttribute("aria-hidden", "true"); // only for the mouse: others have the move dialog
    dropOn(this, {
      find: (target) => target.closest("[data-to]"),
      accepts: (_, { kind }) => kind === "image",
      drop: ({ dataset: { to } }, { keys }) => this.#actions.move(keys, to),
    });
  }

  connectedCallback() {
    drags.addEventListener("start", this.#start);
    drags.addEventListener("end", this.#end);
  }

  disconnectedCallback() {
    drags.removeEventListener("start", this.#start);
    drags.removeEventListener("end", this.#end);
  }

  #open() {
    const what = beingDragged();
    if (what?.kind !== "image") {
      return;
    }
    const { collection, images } = this.#actions;
    const part = (to, face, title) => element("div", { className: "tray-part", "data-to": to },
      face, element("span", {}, title));
    const sign = (name) => element("span", { className: "picture sign" }, icon(name, 26));
    const alone = what.keys.every((id) => collection.clusterOf(id) === null);
    this.replaceChildren(
      part("new", sign("add"), t("edit.newGroup")),
      ...(alone ? [] : [part(ALONE, sign("alone"), t("wall.alone"))]),
      ...likelyGroups(collection, what.keys).slice(0, MAX_GROUPS).map(({ key, cover }) =>
        part(key, picture(images.get(cover)), this.#actions.titleOf(key))));
    this.classList.add("open");
  }
}

customElements.define("ic-drop-tray", DropTray);
