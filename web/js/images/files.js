// SPDX-License-Identifier: Apache-2.0
// From what the user chose, dropped or pasted to a list of `{file, path}`, images only.

const EXTENSIONS = /\.(jpe?g|jfif|png|webp|gif|tiff?|bmp|hei[cf]|avif)$/i;
const TYPES = /^image\/(jpeg|png|webp|gif|tiff|bmp|x-ms-bmp|hei[cf]|avif)$/i;
/** What systems leave in folders; nobody wants to hear of it. */
const LITTER = /^(\.|thumbs\.db$|desktop\.ini$|__MACOSX$)/i;

const baseName = (path) => path.slice(path.lastIndexOf("/") + 1);

/** What `accept` of a file input should be; "image/*" is what opens the camera roll of a phone. */
export const ACCEPT = "image/*,.heic,.heif,.avif,.tif,.tiff,.webp,.jfif";

/**
 * The format of an image by its first bytes.
 * @param {Uint8Array} head at least 16 bytes, unless the file is shorter
 * @returns {"jpeg"|"png"|"gif"|"webp"|"bmp"|"tiff"|"heif"|"avif"|null}
 */
export function sniff(head) {
  const text = String.fromCharCode(...head.subarray(0, 16));
  if (text.startsWith("\xff\xd8\xff")) {
    return "jpeg";
  }
  if (text.startsWith("\x89PNG\r\n\x1a\n")) {
    return "png";
  }
  if (/^GIF8[79]a/.test(text)) {
    return "gif";
  }
  if (/^RIFF.{4}WEBP/s.test(text)) {
    return "webp";
  }
  if (text.startsWith("BM")) {
    return "bmp";
  }
  if (/^(II[*+]\0|MM\0[*+])/.test(text)) {
    return "tiff";
  }
  const brand = /^.{4}ftyp(.{4})/s.exec(text)?.[1];
  if (/^avi[fs]$/.test(brand ?? "")) {
    return "avif";
  }
  return /^(hei[cfmsx]|hev[cmsx]|mi[af][1f])$/.test(brand ?? "") ? "heif" : null;
}

/** Whether a file is an image by its name or its type; the server has the last word. */
export function looksLikeImage({ name, type }) {
  return TYPES.test(type) || EXTENSIONS.test(name);
}

/** A name without extension and type says nothing: the content has to. */
async function isImage(file) {
  if (looksLikeImage(file)) {
    return true;
  }
  if (file.type || /\.[a-z0-9]{1,5}$/i.test(file.name)) {
    return false;
  }
  try {
    return sniff(new Uint8Array(await file.slice(0, 16).arrayBuffer())) !== null;
  } catch {
    return false;
  }
}

/**
 * Part files into images and others. System litter is dropped without a word.
 * @param {{file: File, path: string}[]} files
 * @returns {Promise<{images: {file: File, path: string}[], others: {path: string, why: string}[]}>}
 *   why: "type" or "empty"
 */
export async function sortOut(files) {
  const wanted = files.filter(({ path }) => !path.split("/").some((name) => LITTER.test(name)));
  const good = await Promise.all(wanted.map(({ file }) => isImage(file)));
  const images = [];
  const others = [];
  wanted.forEach((entry, i) => {
    if (good[i] && entry.file.size > 0) {
      images.push(entry);
    } else {
      others.push({ path: entry.path, why: good[i] ? "empty" : "type" });
    }
  });
  return { images, others };
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
  if (LITTER.test(entry.name)) {
    return;
  }
  const path = entry.fullPath.replace(/^\//, "");
  try {
    if (entry.isDirectory) {
      for (const child of await readFolder(entry)) {
        await collect(child, out);
      }
    } else {
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
      out.files.push({ file, path });
    }
  } catch {
    out.unreadable.push({ path, why: "unreadable" });
  }
}

/** Natural order: what a person expects of "2.jpg" and "10.jpg". */
function inOrder(files) {
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  return files.sort((a, b) => compare(a.path, b.path));
}

/**
 * Files of a drop or a paste, those in dropped folders included.
 * @param {DataTransfer} transfer
 * @returns {Promise<{files: {file: File, path: string}[],
 *   unreadable: {path: string, why: string}[]}>}
 */
export async function filesOfTransfer(transfer) {
  // Everything must be taken before the first wait: afterwards the transfer is empty.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const plain = filesOfInput(transfer.files);
  const out = { files: [], unreadable: [] };
  if (entries.length === 0) {
    return { ...out, files: plain };
  }
  for (const entry of entries) {
    await collect(entry, out);
  }
  inOrder(out.files);
  return out;
}

/** Files of a file input; those of a folder come in natural order. */
export function filesOfInput(list) {
  const files = [...list].map((file) =>
    ({ file, path: file.webkitRelativePath || baseName(file.name) }));
  return files.some(({ path }) => path.includes("/")) ? inOrder(files) : files;
}

/**
 * A clipboard gives every screenshot the same name; the time tells them apart.
 * @param {{file: File, path: string}[]} files
 */
export function namePasted(files, now = new Date()) {
  const two = (number) => String(number).padStart(2, "0");
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join("");
  return files.map(({ file, path }) =>
    ({ file, path: path.replace(/^image(\.\w+)$/, `pasted-${time}$1`) }));
}
