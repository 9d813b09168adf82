// SPDX-License-Identifier: Apache-2.0
// Names of folders and files that every system takes: Windows, macOS and Linux.

const MAX_FOLDER_BYTES = 159; // as the command line has it
const MAX_FILE_BYTES = 240; // 255 is what file systems take; the rest is for " (2)"
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³])\s*(\.|$)/i; // by Windows
const UNSAFE = /[\u0000-\u001f\u007f/\\:*?"<>|]|\p{Surrogate}/gu; // halves of characters as well
const encoder = new TextEncoder();

/** The folder of images that are in no group. */
export const UNCLUSTERED = "unclustered";

/** As many whole characters as fit into `limit` bytes of UTF-8. */
function cut(text, limit) {
  if (text.length * 3 <= limit) { // no UTF-16 unit takes more bytes
    return text;
  }
  let bytes = 0;
  let end = 0;
  for (const letter of text) {
    bytes += encoder.encode(letter).length;
    if (bytes > limit) {
      break;
    }
    end += letter.length;
  }
  return text.slice(0, end);
}

/** Windows drops dots and spaces at the end of a name. */
const withoutTail = (name) => name.replace(/[. ]+$/, "");

/**
 * @param {number} index of the group, in the order of the result
 * @param {number} count of all clusters
 * @param {string} title "" for none
 * @returns {string} such as "00 coffee mugs"
 */
export function folderName(index, count, title) {
  const number = String(index).padStart(Math.max(2, String(count - 1).length), "0");
  const name = title ? `${number} ${title}` : number;
  return withoutTail(cut(name.replace(UNSAFE, "_"), MAX_FOLDER_BYTES));
}

/** "photo.jpg" -> ["photo", ".jpg"]; a dot at the very start begins no extension. */
function split(name) {
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : "";
  return [name.slice(0, name.length - extension.length), extension];
}

/** @returns {string} the last part of a path as a name for a file */
export function fileName(path) {
  const base = withoutTail(path.slice(path.lastIndexOf("/") + 1).replace(UNSAFE, "_")) || "image";
  const [stem, extension] = split(RESERVED.test(base) ? `_${base}` : base);
  return cut(stem, MAX_FILE_BYTES - encoder.encode(extension).length) + extension;
}

/** Gives out file names, each once: names that differ in case or composition only are the same. */
export class FileNames {
  #taken = new Map(); // name in one form -> the last number given to it

  static #form(name) {
    return name.normalize("NFC").toLowerCase();
  }

  /** @returns {string} the name itself, or with " (2)" before its extension */
  add(path) {
    const name = fileName(path);
    const [stem, extension] = split(name);
    let number = this.#taken.get(FileNames.#form(name)) ?? 0;
    let free = name;
    while (number > 0 && this.#taken.has(FileNames.#form(free))) {
      number++;
      free = `${stem} (${number})${extension}`;
    }
    this.#taken.set(FileNames.#form(name), Math.max(number, 1));
    this.#taken.set(FileNames.#form(free), 1);
    return free;
  }
}
