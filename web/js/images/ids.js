// SPDX-License-Identifier: Apache-2.0
// Names of images for the time of one request.

/**
 * Gives out ids: unique, and such that the server returns them as they were sent. Browsers escape
 * quotes and line ends in file names, and the server replaces control characters, so neither may
 * be in an id.
 */
export class Ids {
  #taken = new Set();
  #next = new Map(); // the number to try next for a base: many files may have one name

  /** @param {string} name path or file name @returns {string} */
  add(name) {
    const safe = name.replace(/%(?=22|0a|0d)|["\\\u0000-\u001f\u007f]/gi, "_") || "image";
    const base = typeof safe.toWellFormed === "function" ? safe.toWellFormed() : safe;
    const [, stem, extension] = /^(.*?[^/])?(\.[^./]*)?$/s.exec(base);
    let id = base;
    let number = this.#next.get(base) ?? 2;
    for (; this.#taken.has(id); number++) {
      id = `${stem ?? ""} (${number})${extension ?? ""}`;
    }
    if (id !== base) {
      this.#next.set(base, number);
    }
    this.#taken.add(id);
    return id;
  }

  /** Give an id back. */
  remove(id) {
    this.#taken.delete(id);
  }

  clear() {
    this.#taken.clear();
    this.#next.clear();
  }
}
