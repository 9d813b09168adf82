// SPDX-License-Identifier: Apache-2.0
// The chosen images: their files, names, thumbnails and what is sent for them.

import { Ids } from "./ids.js";
import { LARGE_BYTES } from "./limits.js";
import { ShrinkPool } from "./shrink-pool.js";

const FOREIGN = /\.(hei[cf]|tiff?)$/i;
const pool = new ShrinkPool();

/**
 * One chosen image. Sends "picture" when its thumbnail comes or is known not to come.
 * @property {string} id unique; what the server returns
 * @property {File} file the original
 * @property {string} path with the folders it came in
 * @property {"pending"|"ready"|"foreign"|"failed"} state foreign: of a format that the browser
 *   cannot show, such as HEIC
 * @property {string|null} thumbnail URL of a small JPEG
 * @property {Blob|null} thumbnailBlob the JPEG itself, if it was made here
 * @property {number} width of the original, 0: unknown
 * @property {number} height
 * @property {Blob} upload what is sent: a smaller copy, or the file
 * @property {"unreadable"|"damaged"|"no-image"|null} error why it failed
 */
export class ChosenImage extends EventTarget {
  state = "pending";
  #holders = 0; // stores that have it
  #url = null; // of the thumbnail, made when somebody wants to see it
  thumbnailBlob = null;
  width = 0;
  height = 0;
  error = null;

  constructor(id, file, path) {
    super();
    Object.assign(this, { id, file, path, upload: file });
    pool.add(this, file, (result) => this.#finish(result));
  }

  get thumbnail() {
    if (this.#url === null && this.thumbnailBlob) {
      this.#url = URL.createObjectURL(this.thumbnailBlob);
    }
    return this.#url;
  }

  /** The server's picture of an image that the browser cannot show: a data URL. */
  set thumbnail(url) {
    this.#url = url;
    this.tell();
  }

  /** Somebody looks at its place: make its thumbnail soon. Or does so no longer. */
  want(wanted) {
    if (wanted) {
      pool.prefer(this);
    } else {
      pool.defer(this);
    }
  }

  /** Tell that the thumbnail or the state has changed. */
  tell() {
    this.dispatchEvent(new Event("picture"));
  }

  /** One more store has it. */
  hold() {
    this.#holders++;
  }

  /** One store less has it; without any its thumbnail is freed. */
  release() {
    this.#holders--;
    if (this.#holders === 0) {
      pool.cancel(this);
      if (this.thumbnailBlob && this.#url) {
        URL.revokeObjectURL(this.#url); // pictures that show it keep it
      }
      this.thumbnailBlob = this.#url = null;
    }
  }

  #finish({ thumbnail, upload, width = 0, height = 0, foreign, error }) {
    if (this.#holders === 0) {
      return; // removed while it was looked at
    }
    this.state = thumbnail ? "ready" : foreign ? "foreign" : "failed";
    this.thumbnailBlob = thumbnail ?? null;
    this.upload = upload ?? this.file;
    Object.assign(this, { width, height, error: error ?? null });
    this.tell();
  }
}

/** Two files are the same where all that the system tells of them is. */
const keyOf = (file, path) => `${file.size} ${file.lastModified} ${path}`;

/**
 * The images in the order in which they were chosen. Sends "change" when some came or went,
 * "picture" (detail.id) when a thumbnail came or is known not to come.
 */
export class ImageStore extends EventTarget {
  #images = new Map();
  #ids = new Ids();
  #keys = new Map(); // key of a file -> id
  #waiting = new Set(); // images that are not yet looked at
  #bytes = 0;
  #onPicture = ({ target }) => {
    if (target.state !== "pending") {
      this.#waiting.delete(target);
    }
    this.dispatchEvent(new CustomEvent("picture", { detail: { id: target.id } }));
  };

  get size() {
    return this.#images.size;
  }

  /** Sum of the original files' sizes. */
  get bytes() {
    return this.#bytes;
  }

  get(id) {
    return this.#images.get(id);
  }

  [Symbol.iterator]() {
    return this.#images.values();
  }

  /**
   * Add images.
   * @param {{file: File, path: string}[]} files
   * @returns {{added: ChosenImage[], rejected: {path: string, why: "twice"}[]}}
   */
  add(files) {
    const added = [];
    const rejected = [];
    for (const { file, path } of files) {
      const key = keyOf(file, path);
      if (this.#keys.has(key)) {
        rejected.push({ path, why: "twice" });
        continue;
      }
      const image = new ChosenImage(this.#ids.add(path), file, path);
      this.#insert(image);
      added.push(image);
    }
    if (added.length > 0) {
      this.dispatchEvent(new Event("change"));
    }
    return { added, rejected };
  }

  /** Remove one image or several. */
  remove(...ids) {
    for (const id of ids) {
      const image = this.#images.get(id);
      if (!image) {
        continue;
      }
      this.#images.delete(id);
      this.#keys.delete(keyOf(image.file, image.path));
      this.#ids.remove(id);
      this.#waiting.delete(image);
      this.#bytes -= image.file.size;
      image.removeEventListener("picture", this.#onPicture);
      image.release();
    }
    this.dispatchEvent(new Event("change"));
  }

  clear() {
    this.remove(...this.#images.keys());
    this.#ids.clear();
  }

  /** Another store of the same images; what is removed from one stays in the other. */
  copy() {
    const copy = new ImageStore();
    for (const image of this) {
      copy.#ids.add(image.id);
      copy.#insert(image);
    }
    return copy;
  }

  /** Give an image that the browser cannot show the picture that the server made of it. */
  setThumbnail(id, url) {
    const image = this.get(id);
    if (image && !image.thumbnail) {
      image.thumbnail = url;
    }
  }

  /** Images that have to be made smaller before they can be sent. */
  get unprepared() {
    return [...this.#waiting].filter(({ file }) => file.size > LARGE_BYTES);
  }

  /** Whether there may be images that the browser cannot show. */
  get anyForeign() {
    return [...this].some(({ state, path }) =>
      state === "foreign" || (state === "pending" && FOREIGN.test(path)));
  }

  /**
   * Resolves when all images can be sent; rejects when the signal says so.
   * @param {{onProgress: (done: number, total: number) => void, signal: AbortSignal}} how
   */
  ready({ onProgress, signal }) {
    const waited = new Set(this.unprepared);
    const total = waited.size;
    waited.forEach((image) => image.want(true));
    return new Promise((resolve, reject) => {
      const check = ({ detail }) => {
        waited.delete(this.get(detail?.id));
        onProgress(total - waited.size, total);
        if (waited.size === 0 || signal.aborted) {
          this.removeEventListener("picture", check);
          signal.removeEventListener("abort", check);
          signal.aborted ? reject(signal.reason) : resolve();
        }
      };
      this.addEventListener("picture", check);
      signal.addEventListener("abort", check);
      check({});
    });
  }

  /** Find the files that have changed or gone since they were chosen, and mark them. */
  async verify() {
    let found = 0;
    for (const image of this) {
      try {
        await image.file.slice(0, 1).arrayBuffer();
      } catch {
        Object.assign(image, { state: "failed", error: "unreadable" });
        image.tell();
        found++;
      }
    }
    return found;
  }

  #insert(image) {
    const { id, file, path } = image;
    this.#images.set(id, image);
    this.#keys.set(keyOf(file, path), id);
    this.#bytes += file.size;
    if (image.state === "pending") {
      this.#waiting.add(image);
    }
    image.hold();
    image.addEventListener("picture", this.#onPicture);
  }
}
