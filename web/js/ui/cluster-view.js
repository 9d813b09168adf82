// SPDX-License-Identifier: Apache-2.0
// <ic-cluster-view>: all photos of one group, or of one of the other places of the wall.

import { plural, t } from "../i18n.js";
import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { photoGrid } from "./photo-grid.js";
import { renameInPlace } from "./rename-field.js";
import { ALONE, UNUSUAL } from "./route.js";

const WORDS = { [ALONE]: "wall.alone", [UNUSUAL]: "wall.unusual" };

/** A group's neighbours on the wall. */
function neighbours(clusters, key) {
  const index = clusters.findIndex((group) => group.key === key);
  return index < 0 ? [null, null] : [clusters[index - 1] ?? null, clusters[index + 1] ?? null];
}

export class ClusterView extends HTMLElement {
  #actions;
  #key = null;
  #title = element("h2", { className: "cluster-title", tabIndex: -1 });
  #facts = element("p", { className: "hint" });
  #tools = element("div", { className: "cluster-tools" });
  #steps = element("div", { className: "cluster-steps" });
  #grids; // with and without captions

  /** @param {import("./actions.js").Actions} actions */
  constructor(actions) {
    super();
    this.#actions = actions;
    const open = (id) => actions.route.go({ group: this.#key, image: id });
    this.#grids = [photoGrid(actions, { open }), photoGrid(actions, { open, captions: true })];
    this.#title.addEventListener("dblclick", () => this.rename());
  }

  connectedCallback() {
    if (!this.firstChild) {
      this.append(element("div", { className: "cluster-head" },
        element("div", { className: "cluster-names" }, this.#title, this.#facts), this.#tools,
        this.#steps), ...this.#grids);
    }
  }

  get #grid() {
    return this.#grids[this.#key in WORDS ? 1 : 0];
  }

  /** Show a place; `key` is a group's or ALONE or UNUSUAL. */
  show(key) {
    const fresh = key !== this.#key;
    this.#key = key;
    for (const grid of this.#grids) {
      grid.hidden = grid !== this.#grid;
    }
    if (fresh) {
      this.#grids.forEach((grid) => {
        grid.items = [];
      });
    }
    this.draw();
  }

  /** Write what the collection says now. */
  draw() {
    const { collection } = this.#actions;
    const key = this.#key;
    const ids = this.#actions.idsOf(key);
    if (!ids) {
      return;
    }
    const group = collection.cluster(key);
    this.#title.textContent = this.#actions.titleOf(key);
    this.#facts.replaceChildren(group ? this.#describe(group)
      : `${plural("wall.images", ids.length)}. ${t(`${WORDS[key]}Why`)}`);
    const [before, after] = neighbours(collection.clusters, key);
    this.#steps.replaceChildren(...(group ? [
      this.#step("left", before, "cluster.previous"), this.#step("right", after, "cluster.next"),
    ] : []));
    this.#tools.replaceChildren(...this.#makeTools(group, ids));
    this.#grid.items = ids;
    this.#grid.setAttribute("aria-label", this.#actions.titleOf(key));
    this.#grid.markAll();
  }

  #describe({ ids, description, note, renamed }) {
    const parts = [plural("wall.images", ids.length)];
    if (renamed && description) {
      parts.push(t("cluster.describedAs", { description }));
    }
    return parts.join(" · ") + (note && !renamed ? `. ${note}` : "");
  }

  #step(sign, group, words) {
    const go = () => {
      this.#actions.selection.clear();
      this.#actions.route.replace({ group: group.key });
    };
    const name = group ? t(words, { title: this.#actions.titleOf(group.key) }) : t(`${words}None`);
    return button("icon-button", icon(sign), go, { disabled: !group, "aria-label": name,
      title: name });
  }

  #makeTools(group, ids) {
    const { selection, collection } = this.#actions;
    const selectAll = button("button quiet small", t("cluster.selectAll"),
      () => selection.set("image", ids));
    if (!group) {
      return ids.length ? [selectAll] : [];
    }
    return [
      button("button small", [icon("pencil", 16), t("edit.rename")], () => this.rename()),
      collection.clusters.length > 1 && button("button small", [icon("merge", 16),
        t("edit.mergeWith")], () => this.#actions.askMerge([group.key])),
      selectAll,
    ].filter(Boolean);
  }

  /** Begin to rename the group. */
  async rename() {
    const key = this.#key;
    if (!WORDS[key] && !this.#title.hidden) {
      this.#actions.rename(key, await renameInPlace(this.#title, this.#actions.titleOf(key)));
    }
  }

  /** Id of the photo that has the focus, or null. */
  get focusedImage() {
    return this.#grid.contains(document.activeElement) ? this.#grid.current : null;
  }

  focusTitle() {
    this.#title.focus({ preventScroll: true });
  }

  focusImage(id) {
    this.#grid.focusItem(id);
  }
}

customElements.define("ic-cluster-view", ClusterView);
