// SPDX-License-Identifier: Apache-2.0
// Small previews of local files: the full photos would fill the memory long before the thousandth.

const SIDE = 360; // pixels of the shorter side: sharp on dense screens
const WORKERS = 3; // photos that are decoded at once

const waiting = [];
let working = 0;

async function shrink(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, SIDE / Math.min(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.min(4 * SIDE, Math.round(bitmap.width * scale)));
  const height = Math.max(1, Math.min(4 * SIDE, Math.round(bitmap.height * scale)));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { alpha: false });
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return URL.createObjectURL(await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 }));
}

async function work() {
  working++;
  while (waiting.length > 0) {
    const { image, resolve } = waiting.shift();
    try {
      resolve(image.removed ? null : await shrink(image.file));
    } catch {
      resolve(null); // a format that this browser does not know, or no image at all
    }
  }
  working--;
}

/** Resolves to an object URL, or to null where the browser cannot show the file. */
export function thumbnail(image) {
  image.thumbnail ??= new Promise((resolve) => {
    waiting.push({ image, resolve });
    if (working < WORKERS) {
      work();
    }
  });
  return image.thumbnail;
}

/** Forget an image and free its preview. */
export async function dropThumbnail(image) {
  image.removed = true;
  const url = await image.thumbnail;
  if (url) { // a picture may be loading it just now
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }
}
