// SPDX-License-Identifier: Apache-2.0
// <ic-results>: the result as a whole, and its keys.

import { formatDuration, plural, t } from "../i18n.js";
import { Actions } from "./actions.js";
import { ClusterView } from "./cluster-view.js";
import { ClusterWall } from "./cluster-wall.js";
import { DropTray } from "./drop-tray.js";
import { button, element } from "./element.js";
import { ExportMenu } from "./export-menu.js";
import { GranularitySlider } from "./granularity-slider.js";
import { icon } from "./icons.js";
import { LightBox } from "./light-box.js";
import { ALONE, UNUSUAL } from "./route.js";
import { SelectionBar } from "./selection-bar.js";
import { listenForKeys, showShortcuts } from "./shortcuts.js";
import { UndoBar } from "./undo-bar.js";

const named = (words) => ({ "aria-label": t(words), title: t(words) });

/** Sends `restart` when the reader wants to begin anew. */
export class Results extends HTMLElement {
  #actions = null;
  #seconds = null;
  #life = new AbortController(); // of what is made for the collection shown
  #place = { group: null, image: null };
  #wallScroll = 0;
  #title;
  #jumps;
  #head;
  #back;
  #undo;
  #redo;
  #slider;
  #wall;
  #group;
  #lightBox;

  connectedCallback() {
    document.addEventListener("languagechange", this.#rebuild);
  }

  disconnectedCallback() {
    document.removeEventListener("languagechange", this.#rebuild);
    this.#leave();
  }

  /**
   * @param {import("../collection/collection.js").Collection} collection
   * @param {import("../images/image-store.js").ImageStore} images
   * @param {{seconds?: number}} [how] how long it took
   */
  show(collection, images, { seconds = null } = {}) {
    this.#leave();
    this.#seconds = seconds;
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#actions = new Actions(collection, images, signal);
    this.#build();
    collection.addEventListener("change", ({ detail }) => this.#edited(detail.kind), { signal });
    this.#actions.route.addEventListener("change", () => this.#go());
    this.addEventListener("click", (event) => this.#clearIfBeside(event), { signal });
    listenForKeys(this.#keys(), signal);
  }

  #leave() {
    this.#lightBox?.close();
    this.#life.abort();
  }

  #rebuild = () => {
    if (this.#actions) {
      this.#lightBox.close();
      const { collection, images } = this.#actions;
      this.show(collection, images, { seconds: this.#seconds });
    }
  };

  #build() {
    const actions = this.#actions;
    const { collection } = actions;
    this.#title = element("h2", { tabIndex: -1 });
    this.#jumps = element("div", { className: "jumps" });
    const reason = element("p", { className: "reason", lang: "en" }, collection.reason);
    this.#head = element("header", { className: "results-head" }, this.#title, reason);
    this.#slider = new GranularitySlider(collection);
    this.#wall = new ClusterWall(actions);
    this.#group = new ClusterView(actions);
    this.#group.hidden = true;
    this.#lightBox = new LightBox(actions);
    const exports = new ExportMenu(actions);
    const dock = element("div", { className: "dock" }, exports.progressBar, new UndoBar(actions),
      new SelectionBar(actions, (key) => this.#rename(key)));
    this.replaceChildren(this.#head, this.#makeToolbar(exports), this.#jumps, this.#wall, this.#group,
      dock, new DropTray(actions), this.#lightBox.node);
    this.#place = { group: null, image: null };
    this.#draw();
    this.#go();
  }

  #makeToolbar(exports) {
    const actions = this.#actions;
    this.#back = button("button quiet back",
      [icon("back", 18), element("span", {}, t("wall.groups"))], () => actions.route.up());
    this.#back.hidden = true;
    this.#undo = button("icon-button", icon("undo"), () => actions.undo(), named("edit.undo"));
    this.#redo = button("icon-button", icon("redo"), () => actions.redo(), named("edit.redo"));
    return element("div", { className: "toolbar", role: "group", "aria-label": t("edit.tools") },
      this.#back, this.#slider, element("div", { className: "toolbar-actions" },
        this.#undo, this.#redo,
        button("icon-button keys-button", icon("keyboard"), showShortcuts, named("edit.keys")),
        exports,
        button("button restart", [icon("refresh", 18), element("span", {}, t("wall.newProcess"))],
          () => this.dispatchEvent(new Event("restart")))));
  }

  // ---- What is shown ----

  #edited(kind) {
    const { place } = this.#actions.route;
    this.#draw({ glide: kind === "level" || kind === "undo" || kind === "redo" });
    if (place.image !== null && this.#lightBox.isOpen) {
      this.#lightBox.update(this.#idsAround(place));
    }
  }

  #draw({ glide = false } = {}) {
    const { collection } = this.#actions;
    const { clusters, unclustered, size } = collection;
    const grouped = size - unclustered.length;
    const words = clusters.length
      ? t("wall.title", { images: plural("wall.images", grouped),
        groups: plural("wall.groupCount", clusters.length) })
      : t(collection.edited ? "wall.noGroupsHere" : "wall.noGroups");
    this.#title.replaceChildren(words, " ",
      this.#seconds === null ? "" : element("small", {}, formatDuration(this.#seconds)));
    const jump = (place, count, text) => count > 0
      && button("jump", text, () => this.#jump(place));
    this.#jumps.replaceChildren(...[
      jump(ALONE, unclustered.length, plural("wall.jumpAlone", unclustered.length)),
      jump(UNUSUAL, collection.outliers.length,
        plural("wall.jumpUnusual", collection.outliers.length)),
      jump("errors", collection.errors.length, plural("wall.errors", collection.errors.length)),
    ].filter(Boolean));
    this.#undo.disabled = !collection.canUndo;
    this.#redo.disabled = !collection.canRedo;
    this.#slider.draw();
    this.#wall.draw({ glide });
    if (this.#place.group !== null) {
      this.#group.draw();
    }
  }

  #jump(place) {
    const section = this.#wall.querySelector(`[data-place="${place}"]`);
    section.scrollIntoView({ block: "start", behavior: "smooth" });
    section.querySelector("h3").focus({ preventScroll: true });
  }

  /** Ids that the lightbox leafs through at a place. */
  #idsAround({ group, image }) {
    const { collection } = this.#actions;
    if (group !== null) {
      return this.#actions.idsOf(group) ?? [];
    }
    const own = collection.clusterOf(image);
    return own === null ? collection.unclustered : collection.outliers;
  }

  /** Follow the address. */
  #go() {
    const { route, selection, collection } = this.#actions;
    if (this.hidden) {
      this.#lightBox.close();
      return;
    }
    const before = this.#place;
    let now = route.place;
    if (now.group !== null && !this.#actions.idsOf(now.group)) {
      now = { group: null, image: null }; // an address from another result
    }
    if (now.image !== null && !collection.image(now.image)) {
      now = { ...now, image: null };
    }
    this.#place = now;
    if (now.group !== before.group) {
      selection.clear();
      this.#enter(before.group, now.group);
    }
    if (now.image !== null) {
      this.#lightBox.show(now.image, this.#idsAround(now));
    } else if (this.#lightBox.isOpen) {
      this.#lightBox.close();
      if (now.group !== null) {
        this.#group.focusImage(this.#lightBox.image);
      }
    }
  }

  /** Go from one group or the wall (null) to another. */
  #enter(from, to) {
    if (from === null) {
      this.#wallScroll = scrollY;
    }
    const inGroup = to !== null;
    this.classList.toggle("in-group", inGroup);
    this.#jumps.hidden = this.#head.hidden = inGroup;
    this.#slider.classList.toggle("away", inGroup);
    this.#back.hidden = !inGroup;
    this.#wall.hidden = inGroup;
    this.#group.hidden = !inGroup;
    if (inGroup) {
      this.#group.show(to);
      scrollTo(0, 0);
      this.#group.focusTitle();
    } else {
      this.#wall.draw(); // what was edited in the group; a hidden grid draws nothing
      scrollTo(0, this.#wallScroll);
      if (!this.#wall.focusPlace(from)) {
        this.#title.focus({ preventScroll: true });
      }
    }
  }

  // ---- Keys ----

  get #focusedImage() {
    return this.#place.group === null ? this.#wall.focusedImage : this.#group.focusedImage;
  }

  #keys() {
    const actions = this.#actions;
    const { selection, route } = actions;
    const images = () => (selection.kind === "image" ? selection.keys
      : [this.#focusedImage].filter((id) => id !== null));
    const groups = () => (selection.kind === "group" ? selection.keys
      : [this.#wall.focusedGroup].filter((key) => key !== null));
    const withImages = (act) => (images().length ? act(images()) : false);
    const keys = {
      "Ctrl+z": () => actions.undo(),
      "Ctrl+Shift+z": () => actions.redo(),
      "Ctrl+y": () => actions.redo(),
      m: () => (groups().length > 1 ? actions.merge(groups())
        : groups().length ? actions.askMerge(groups()) : withImages((ids) => actions.askMove(ids))),
      n: () => withImages((ids) => actions.move(ids, "new")),
      Delete: () => withImages((ids) => actions.move(ids, ALONE)),
      F2: () => this.#rename(groups()[0] ?? null),
      "?": showShortcuts,
      Escape: () => (selection.size ? selection.clear()
        : route.place.group !== null && route.up()),
    };
    const guarded = ([name, act]) => [name, () => (this.hidden ? false
      : this.#lightBox.isOpen && !name.startsWith("Ctrl") && name !== "?" ? false : act())];
    return Object.fromEntries(Object.entries(keys).map(guarded));
  }

  #rename(key) {
    if (this.#place.group !== null) {
      this.#group.rename();
    } else if (key !== null) {
      this.#wall.rename(key);
    } else {
      return false;
    }
    return true;
  }

  /** A click beside everything lets go of the selection. */
  #clearIfBeside({ target }) {
    if (target === this.#wall || target === this.#group || target.matches("ic-virtual-grid")) {
      this.#actions.selection.clear();
    }
  }
}

customElements.define("ic-results", Results);
