// SPDX-License-Identifier: Apache-2.0
// What the reader can take away: folders of images, tables, data, a page to look at.

import { t } from "../i18n.js";
import { toCsv } from "./csv.js";
import { canSaveAs, download, saveAs, writeParts } from "./download.js";
import { fileName, FileNames, folderName, UNCLUSTERED } from "./folder-names.js";
import { galleryParts } from "./gallery.js";
import { toJson } from "./json.js";
import { zipParts } from "./zip.js";

// A large Blob is made of pieces, one at a time, so that no step takes long.
const PIECE_LENGTH = 1 << 18; // characters of a page
const PARTS_PER_PIECE = 256; // of an archive
const CSV_NAME = "groups.csv";

/**
 * @typedef {object} ExportOptions
 * @property {(state: {done: number, total: number}) => void} [onProgress] bytes or images
 * @property {AbortSignal} [signal]
 * @property {(id: string, error: Error) => void} [onUnreadable] an image whose file cannot be read
 *   any more; it is left out
 */

/** Let the page do something else. */
const pause = () => new Promise((resolve) => {
  setTimeout(resolve);
});

/** @returns {Blob} */
export function exportCsv(collection) {
  return new Blob([toCsv(collection.toDocument())], { type: "text/csv" });
}

/** @returns {Blob} */
export function exportJson(collection) {
  return new Blob([toJson(collection.toDocument())], { type: "application/json" });
}

/** @returns {Promise<Blob>} one HTML file, thumbnails and all */
export async function exportGallery(collection, images, { onProgress, signal } = {}) {
  const total = collection.size;
  const pieces = [];
  let text = "";
  let done = 0;
  for await (const part of galleryParts(collection, images)) {
    signal?.throwIfAborted();
    text += part;
    done += part.text.startsWith("<figure>") ? 1 : 0;
    onProgress?.({ done: Math.min(done, total), total });
    if (text.length > PIECE_LENGTH) {
      pieces.push(new Blob([text]));
      text = "";
    }
  }
  return new Blob([...pieces, text], { type: "text/html" });
}

/** One folder for each group, and one for all that are in none: `{name, ids}`. */
function foldersOf({ clusters, unclustered }, count) {
  const folders = clusters.map(({ ids, renamed, title, description }, index) =>
    ({ name: folderName(index, count, renamed ? title : description), ids }));
  return [...folders, { name: UNCLUSTERED, ids: unclustered }];
}

/** The table, then the images that the page has, folder by folder. */
function* archiveFiles(table, folders, images) {
  yield table;
  for (const folder of folders) {
    const names = new FileNames();
    for (const image of folder.ids.map((id) => images.get(id)).filter(Boolean)) {
      const { id, file, path } = image;
      const date = new Date(file.lastModified);
      yield { name: `${folder.name}/${names.add(path ?? id)}`, blob: file, date, id };
    }
  }
}

/** @returns {AsyncGenerator<Uint8Array|Blob>} the archive in parts, files as they were chosen */
export async function* exportZipParts(collection, images, options = {}) {
  const { onProgress, signal, onUnreadable } = options;
  const result = collection.toDocument(); // as it is now: the reader may go on editing
  const folders = foldersOf(collection, result.clusters.length);
  const ids = folders.flatMap((folder) => folder.ids);
  await pause();
  const table = { name: CSV_NAME, blob: new Blob([toCsv(result)]), date: new Date() };
  const total = ids.reduce((sum, id) => sum + (images.get(id)?.file.size ?? 0), table.blob.size);
  let done = 0;
  yield* zipParts(archiveFiles(table, folders, images), {
    signal,
    onBytes: (bytes) => {
      done += bytes;
      onProgress?.({ done, total });
    },
    onUnreadable: onUnreadable && (({ id }, error) => onUnreadable(id, error)),
  });
}

/**
 * @param {import("../collection/collection.js").Collection} collection
 * @param {{get(id: string): {file: File, path: string}|undefined}} images
 * @param {ExportOptions} [options]
 * @returns {Promise<Blob>} made of the files themselves: they are not held in memory
 */
export async function exportZip(collection, images, options) {
  const pieces = [];
  let parts = [];
  for await (const part of exportZipParts(collection, images, options)) {
    parts.push(part);
    if (parts.length === PARTS_PER_PIECE) {
      pieces.push(new Blob(parts));
      parts = [];
    }
  }
  return new Blob([...pieces, ...parts], { type: "application/zip" });
}

const KINDS = {
  zip: { extension: "zip", make: exportZip },
  csv: { extension: "csv", make: exportCsv },
  json: { extension: "json", make: exportJson },
  gallery: { extension: "html", make: exportGallery },
};

/** Such as "Groups 2026-03-14.zip". */
function suggestedName(kind) {
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((number) => String(number).padStart(2, "0")).join("-");
  return fileName(`${t("export.fileName", { day })}.${KINDS[kind].extension}`);
}

/**
 * Make a file of the result and give it to the reader. Call it straight from a click: where the
 * browser can ask for a place to save, an archive is written there piece by piece.
 * @param {"zip"|"csv"|"json"|"gallery"} kind
 * @param {ExportOptions} [options]
 * @returns {Promise<{name: string, leftOut: string[]}|null>} null if the reader closed the dialog;
 *   leftOut are paths of images that could not be read any more
 */
export async function exportAs(kind, collection, images, { onProgress, signal } = {}) {
  const name = suggestedName(kind);
  const leftOut = [];
  const options = { onProgress, signal, onUnreadable: (id) => leftOut.push(images.get(id).path) };
  if (kind === "zip" && canSaveAs()) {
    const handle = await saveAs(name, { "application/zip": [".zip"] });
    if (!handle) {
      return null;
    }
    await writeParts(handle, exportZipParts(collection, images, options));
    return { name: handle.name, leftOut };
  }
  download(await KINDS[kind].make(collection, images, options), name);
  return { name, leftOut };
}
