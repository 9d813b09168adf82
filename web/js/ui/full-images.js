// SPDX-License-Identifier: Apache-2.0
// The photos in full size: made when somebody looks at them or at a neighbour, freed soon after.

/** Holds the few photos that `keep` names; for the others it holds no memory. */
export class FullImages {
  #images;
  #held = new Map(); // id -> {url, loaded}

  /** @param {import("../images/image-store.js").ImageStore} images */
  constructor(images) {
    this.#images = images;
  }

  /**
   * @returns {Promise<HTMLImageElement>} decoded; rejects where the browser cannot show the file
   */
  load(id) {
    let full = this.#held.get(id);
    if (!full) {
      const { file, state } = this.#images.get(id) ?? {};
      if (!file || state === "foreign" || state === "failed") {
        return Promise.reject(new Error("not to be shown"));
      }
      const img = new Image();
      img.src = URL.createObjectURL(file);
      full = { url: img.src, loaded: img.decode().then(() => img) };
      full.loaded.catch(() => {}); // who asks hears of it; a neighbour nobody asked for may fail
      this.#held.set(id, full);
    }
    return full.loaded;
  }

  /** Free all photos but these. */
  keep(ids) {
    for (const [id, { url }] of this.#held) {
      if (!ids.includes(id)) {
        URL.revokeObjectURL(url);
        this.#held.delete(id);
      }
    }
  }
}
