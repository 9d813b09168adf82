// SPDX-License-Identifier: Apache-2.0
// From the page to the reader's disk.

const REVOKE_AFTER_MS = 60_000; // the browser may still be copying

/** Offer a Blob as a file, by the browser's own way to download. */
export function download(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MS);
}

/** Whether a file can be written piece by piece to where the reader wants it. */
export const canSaveAs = () => typeof globalThis.showSaveFilePicker === "function";

/**
 * Ask the reader where to save. Only within a click: browsers refuse it otherwise.
 * @param {string} name
 * @param {Record<string, string[]>} accept media type -> extensions
 * @returns {Promise<FileSystemFileHandle|null>} null if the reader closed the dialog
 */
export async function saveAs(name, accept) {
  try {
    return await globalThis.showSaveFilePicker({ suggestedName: name, types: [{ accept }] });
  } catch (error) {
    if (error.name === "AbortError") {
      return null;
    }
    throw error;
  }
}

/**
 * Write parts to a file that `saveAs` gave. The file changes only if all of them come.
 * @param {FileSystemFileHandle} handle
 * @param {AsyncIterable<Uint8Array|Blob>} parts
 */
export async function writeParts(handle, parts) {
  const file = await handle.createWritable();
  try {
    for await (const part of parts) {
      await file.write(part);
    }
    await file.close();
  } catch (error) {
    await file.abort().catch(() => {}); // the first error is the one that counts
    throw error;
  }
}
