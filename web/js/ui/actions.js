// SPDX-License-Identifier: Apache-2.0
// What the reader can do with the result, whichever button, key or gesture asks for it.

import { t } from "../i18n.js";
import { say } from "./live.js";
import { askTarget } from "./move-dialog.js";
import { ALONE, Route, UNUSUAL } from "./route.js";
import { Selection } from "./selection.js";

/** The verbs of the results page. Edits are the collection's; here is what goes with them. */
export class Actions {
  selection = new Selection();
  route;

  /**
   * @param {import("../collection/collection.js").Collection} collection
   * @param {import("../images/image-store.js").ImageStore} images
   * @param {AbortSignal} signal  ends the listening to the collection
   */
  constructor(collection, images, signal) {
    Object.assign(this, { collection, images, signal, route: new Route(signal) });
    collection.addEventListener("change", () => this.#forget(), { signal });
  }

  /** The name of a group, of the wall's other places, or of a group that has none. */
  titleOf(key) {
    if (key === ALONE) {
      return t("wall.alone");
    }
    if (key === UNUSUAL) {
      return t("wall.unusual");
    }
    return this.collection.cluster(key)?.title || t("cluster.untitled");
  }

  /** The file name of an image, without its folders. */
  nameOf(id) {
    const path = this.images.get(id)?.path ?? id;
    return path.slice(path.lastIndexOf("/") + 1);
  }

  /** A few words for an image in one of the wall's other places. */
  captionOf(id) {
    const key = this.collection.clusterOf(id);
    if (key !== null) {
      return t("wall.inGroup", { title: this.titleOf(key) });
    }
    return this.collection.image(id).description || this.nameOf(id);
  }

  /** Ids that a place shows, or null where there is no such place any more. */
  idsOf(key) {
    if (key === ALONE) {
      return this.collection.unclustered;
    }
    return key === UNUSUAL ? this.collection.outliers : this.collection.cluster(key)?.ids ?? null;
  }

  /** @param {string} to  key of a group, "new" or "unclustered" */
  move(ids, to) {
    const moving = ids.filter((id) => this.collection.clusterOf(id) !== (to === ALONE ? null : to));
    if (moving.length) {
      this.selection.clear();
      this.collection.move(moving, to);
    }
  }

  merge(keys) {
    if (keys.length > 1) {
      this.selection.clear();
      this.collection.merge(keys);
    }
  }

  rename(key, name) {
    if (name !== null && name.trim() !== this.collection.cluster(key)?.title) {
      this.collection.rename(key, name);
    }
  }

  undo() {
    this.collection.canUndo ? this.collection.undo() : say(t("edit.nothingToUndo"));
  }

  redo() {
    this.collection.canRedo ? this.collection.redo() : say(t("edit.nothingToRedo"));
  }

  /** Ask where to, then move the images. Resolves to whether they were moved. */
  async askMove(ids) {
    const to = await askTarget(this, { kind: "image", keys: ids });
    if (to) {
      this.move(ids, to);
    }
    return Boolean(to);
  }

  /** Ask for the group to merge these with, then do so. */
  async askMerge(keys) {
    const to = await askTarget(this, { kind: "group", keys });
    if (to) {
      this.merge([...new Set([to, ...keys])]);
    }
  }

  /** What is gone can be neither selected nor shown. */
  #forget() {
    const { collection, selection, route } = this;
    selection.keep((key) => (selection.kind === "group"
      ? collection.cluster(key) : collection.image(key)));
    if (route.place.group !== null && !this.idsOf(route.place.group)) {
      route.replace({});
    }
  }
}
