// SPDX-License-Identifier: Apache-2.0
// <ic-cluster-wall>: all groups as covers, and below them the places of what is in no group.

import { plural, t } from "../i18n.js";
import { cardHeight, cardVersion, clusterCard, renameOnCard } from "./cluster-card.js";
import { dragFrom, dropOn } from "./drag.js";
import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { photoGrid } from "./photo-grid.js";
import { picture } from "./picture.js";
import { ALONE, UNUSUAL } from "./route.js";
import { selectIn } from "./selection.js";
import { VirtualGrid } from "./virtual-grid.js";

const PREVIEW_ROWS = 2;
const GLIDE_MS = 320;

/** One of the places below the wall: a few of its images, and the way to all of them. */
class Place {
  constructor(actions, key, words) {
    this.key = key;
    this.actions = actions;
    this.words = words;
    this.title = element("h3", { id: `place-${key}`, tabIndex: -1 });
    this.all = button("button quiet small", "", () => actions.route.go({ group: key }));
    this.grid = photoGrid(actions, { captions: true, maxRows: PREVIEW_ROWS,
      open: (id) => actions.route.go({ image: id }) });
    this.grid.addEventListener("layout", () => {
      this.all.hidden = this.grid.items.length <= this.grid.shown;
    });
    this.node = element("section", { className: "place", "data-place": key,
      "aria-labelledby": this.title.id },
    element("div", { className: "place-head" }, this.title, this.all),
    element("p", { className: "hint" }, t(`${words}Why`)), this.grid);
  }

  focus() {
    (this.all.hidden ? this.title : this.all).focus();
  }

  draw() {
    const ids = this.actions.idsOf(this.key);
    this.node.hidden = ids.length === 0;
    this.title.replaceChildren(t(this.words), " ",
      element("small", {}, plural("wall.images", ids.length)));
    this.all.replaceChildren(plural("wall.showAll", ids.length), icon("arrow", 16));
    this.grid.items = ids;
    this.all.hidden = ids.length <= this.grid.shown;
    this.grid.setAttribute("aria-label", t(this.words));
    this.grid.markAll();
  }
}

function errorList(errors, images) {
  return errors.map(({ file, reason }) => {
    const image = images.get(file);
    return element("li", {}, picture(image), element("span", {},
      element("b", {}, image?.path ?? file), reason));
  });
}

export class ClusterWall extends HTMLElement {
  #actions;
  #grid = new VirtualGrid();
  #places;

  /** @param {import("./actions.js").Actions} actions */
  constructor(actions) {
    super();
    this.#actions = actions;
    const { selection, route } = actions;
    this.#places = [
      new Place(actions, ALONE, "wall.alone"),
      new Place(actions, UNUSUAL, "wall.unusual"),
    ];
    this.#setUpGrid();
    selectIn(this.#grid, { kind: "group", selection, open: (key) => route.go({ group: key }),
      order: () => this.#grid.items.map(({ key }) => key) });
    dragFrom(this.#grid, { kind: "group", selection });
    this.#acceptDrops();
    selection.addEventListener("change", () => this.#grid.markAll());
  }

  connectedCallback() {
    if (!this.firstChild) {
      const { collection, images } = this.#actions;
      this.append(this.#grid, ...this.#places.map(({ node }) => node));
      if (collection.errors.length) {
        this.append(element("section", { className: "place", "data-place": "errors",
          "aria-labelledby": "place-errors" },
        element("h3", { id: "place-errors", tabIndex: -1 },
          plural("wall.errors", collection.errors.length)),
        element("p", { className: "hint" }, t("wall.errorsWhy")),
        element("ul", { className: "errors" }, ...errorList(collection.errors, images))));
      }
    }
  }

  #setUpGrid() {
    const { selection } = this.#actions;
    this.#grid.className = "wall";
    this.#grid.configure({
      role: "list",
      label: t("wall.groups"),
      minColumn: (width) => Math.min(width, width < 1500 ? 290 : 330),
      gap: 18,
      rowHeight: cardHeight,
      key: ({ key }) => key,
      version: cardVersion,
      render: (group) => clusterCard(group, this.#actions),
      mark: (card, { key }) => {
        const selected = selection.kind === "group" && selection.has(key);
        card.classList.toggle("selected", selected);
        card.querySelector(".tick").setAttribute("aria-checked", selected);
      },
    });
  }

  #acceptDrops() {
    const actions = this.#actions;
    dropOn(this.#grid, {
      find: (target) => target.closest(".card"),
      accepts: ({ dataset: { key } }, { kind, keys }) => (kind === "group" ? !keys.includes(key)
        : keys.some((id) => actions.collection.clusterOf(id) !== key)),
      drop: ({ dataset: { key } }, { kind, keys }) => (kind === "group"
        ? actions.merge([key, ...keys]) : actions.move(keys, key)),
    });
    dropOn(this.#places[0].node, {
      find: () => this.#places[0].node,
      accepts: (_, { kind, keys }) => kind === "image"
        && keys.some((id) => actions.collection.clusterOf(id) !== null),
      drop: (_, { keys }) => actions.move(keys, ALONE),
    });
  }

  /** Show the collection as it is now; cards that stay glide to their new places if `glide`. */
  draw({ glide = false } = {}) {
    const grid = this.#grid;
    if (glide) {
      grid.classList.add("gliding");
      setTimeout(() => grid.classList.remove("gliding"), GLIDE_MS);
    }
    grid.items = this.#actions.collection.clusters;
    grid.markAll();
    for (const place of this.#places) {
      place.draw();
    }
  }

  /** Begin to rename a group on its card. */
  rename(key) {
    this.#grid.reveal(key);
    const card = this.#grid.cell(key);
    if (card) {
      renameOnCard(card, key, this.#actions);
    }
  }

  /** Key of the group that has the focus, or null. */
  get focusedGroup() {
    return this.#grid.contains(document.activeElement) ? this.#grid.current : null;
  }

  /** Id of the photo that has the focus, or null. */
  get focusedImage() {
    const grid = this.#places.map((place) => place.grid)
      .find((one) => one.contains(document.activeElement));
    return grid?.current ?? null;
  }

  /**
   * Go to what leads to a group or to one of the other places.
   * @returns {boolean} whether that is still there
   */
  focusPlace(key) {
    const place = this.#places.find((one) => one.key === key);
    if (place) {
      place.focus();
    } else {
      this.#grid.focusItem(key);
    }
    return this.contains(document.activeElement);
  }
}

customElements.define("ic-cluster-wall", ClusterWall);
