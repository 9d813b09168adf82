// SPDX-License-Identifier: Apache-2.0
// What the server takes at once, held against what was chosen: told before it hurts.

/**
 * Bytes of the frame around one file in multipart/form-data, generously: the boundary, the
 * headers, the name once more.
 */
const FRAME_BYTES = 300;

/** Files up to this size are sent as they are: a smaller copy would hardly save time. */
export const LARGE_BYTES = 300_000;

/**
 * The size of what would be sent for an image. One that is still waiting to be shrunk counts as
 * nothing, unless originals are sent.
 */
export function uploadBytes(image, originals) {
  if (originals) {
    return image.file.size;
  }
  return image.state === "pending" ? 0 : image.upload.size;
}

/**
 * What stands in the way of sending these images.
 * @param {Iterable<import("./image-store.js").ChosenImage>} images
 * @param {{max_images?: number, max_file_bytes?: number, max_request_bytes?: number}|null} limits
 *   of GET /v1/info; null: unknown, then only unreadable files count
 * @param {{originals?: boolean}} [how]
 * @returns {{kind: "unreadable"|"too-large"|"too-many"|"too-much", ids: string[], limit: number}[]}
 *   ids: of the images to leave out so that the rest can be sent
 */
export function findProblems(images, limits, { originals = false } = {}) {
  const maxFile = limits?.max_file_bytes ?? Infinity;
  const maxRequest = limits?.max_request_bytes ?? Infinity;
  const maxImages = limits?.max_images ?? Infinity;
  const unreadable = [];
  const tooLarge = [];
  const tooMuch = [];
  const tooMany = [];
  let bytes = 0;
  let count = 0;
  for (const image of images) {
    const size = uploadBytes(image, originals);
    if (image.error === "unreadable") {
      unreadable.push(image.id);
    } else if (size > maxFile) {
      tooLarge.push(image.id);
    } else if (count >= maxImages) {
      tooMany.push(image.id);
    } else if (bytes + size + FRAME_BYTES > maxRequest) {
      tooMuch.push(image.id);
    } else {
      count++;
      bytes += size + FRAME_BYTES;
    }
  }
  return [
    { kind: "unreadable", ids: unreadable, limit: 0 },
    { kind: "too-large", ids: tooLarge, limit: maxFile },
    { kind: "too-many", ids: tooMany, limit: maxImages },
    { kind: "too-much", ids: tooMuch, limit: maxRequest },
  ].filter(({ ids }) => ids.length > 0);
}
