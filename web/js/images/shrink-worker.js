// SPDX-License-Identifier: Apache-2.0
// One pass over a photo away from the page: a thumbnail, and a smaller file to send.

import { sniff } from "./files.js";
import { LARGE_BYTES } from "./limits.js";

const THUMBNAIL_SIDE = 256; // pixels of the shorter side, as is the next one
const UPLOAD_SIDE = 640; // far above what the server's model looks at
const LONGEST = 4; // longer sides end at this many times the shorter one's limit

/** Draw at a scale, on white: neither JPEG nor the server keeps transparency. */
function drawn(source, side) {
  const { width, height } = source;
  const scale = Math.min(1, side / Math.min(width, height),
    (LONGEST * side) / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)),
    Math.max(1, Math.round(height * scale)));
  const context = canvas.getContext("2d", { alpha: false });
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

const encoded = (canvas, quality) => canvas.convertToBlob({ type: "image/jpeg", quality });

async function shrink(file) {
  const bitmap = await createImageBitmap(file); // turned as its EXIF orientation says
  try {
    const { width, height } = bitmap;
    const small = drawn(bitmap, UPLOAD_SIDE);
    const smaller = file.size > LARGE_BYTES ? await encoded(small, 0.9) : null;
    const thumbnail = await encoded(drawn(small, THUMBNAIL_SIDE), 0.85);
    return { width, height, thumbnail, upload: smaller?.size < file.size ? smaller : null };
  } finally {
    bitmap.close();
  }
}

/** Why the browser cannot show a file. */
async function explain(file) {
  let head;
  try {
    head = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  } catch {
    return { error: "unreadable" };
  }
  const format = sniff(head);
  if (format === "heif" || format === "tiff") {
    return { foreign: true };
  }
  return { error: format ? "damaged" : "no-image" };
}

onmessage = async ({ data: file }) => {
  let result;
  try {
    result = await shrink(file);
  } catch {
    result = await explain(file);
  }
  postMessage(result);
};
