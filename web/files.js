// SPDX-License-Identifier: Apache-2.0
// From what the user chose or dropped to a list of images with ids.

const EXTENSIONS = /\.(jpe?g|jfif|png|webp|gif|tiff?|bmp|hei[cf]|avif)$/i;

/** Whether a file looks like an image; the server has the last word. */
export function looksLikeImage(file) {
  return file.type.startsWith("image/") || EXTENSIONS.test(file.name);
}

/**
 * Gives out ids: unique, and such that the server returns them as they were sent. Browsers escape
 * quotes and line ends in file names, and the server replaces control characters, so neither may
 * be in an id.
 */
export class Ids {
  #taken = new Set();

  add(name) {
    const safe = name.replace(/%(?=22|0a|0d)|["\\\u0000-\u001f\u007f]/gi, "_") || "image";
    const base = typeof safe.toWellFormed === "function" ? safe.toWellFormed() : safe;
    const [, stem, extension] = /^(.*?[^/])?(\.[^./]*)?$/s.exec(base);
    let id = base;
    for (let number = 2; this.#taken.has(id); number++) {
      id = `${stem ?? ""} (${number})${extension ?? ""}`;
    }
    this.#taken.add(id);
    return id;
  }

  remove(id) {
    this.#taken.delete(id);
  }
}

async function readFolder(folder) {
  const reader = folder.createReader();
  const entries = [];
  for (;;) { // a reader gives a hundred or so at a time
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) {
      return entries;
    }
    entries.push(...some);
  }
}

async function collect(entry, out) {
  if (entry.isDirectory) {
    for (const child of await readFolder(entry)) {
      await collect(child, out);
    }
  } else {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    out.push({ file, path: entry.fullPath.replace(/^\//, "") });
  }
}

/** Files of a drop, those in dropped folders included, as `{file, path}`. */
export async function filesOfDrop(transfer) {
  // The entries must be taken before the first wait: afterwards the transfer is empty.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length === 0) {
    return filesOfInput(transfer.files);
  }
  const out = [];
  for (const entry of entries) {
    await collect(entry, out);
  }
  return out;
}

/** Files of a file input as `{file, path}`. */
export function filesOfInput(list) {
  return [...list].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

export function formatSize(bytes) {
  const units = ["bytes", "kB", "MB", "GB"];
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
