// SPDX-License-Identifier: Apache-2.0
// The HTTP API as the page uses it.

/** An answer that is not a result; its message is a sentence for a person. */
export class ApiError extends Error {}

function failure(request) {
  try {
    return new ApiError(JSON.parse(request.responseText).detail);
  } catch {
    return new ApiError(`The server answered with status ${request.status} and no explanation.`);
  }
}

/**
 * Send images and resolve to the document of clusters. `images` are objects with `file` and `id`;
 * `onUpload` hears of the uploaded share, 0 to 1. (fetch() cannot tell how far an upload is.)
 */
export function clusterImages(images, { onUpload, signal }) {
  const form = new FormData();
  for (const { file, id } of images) {
    form.append("files", file, id);
  }
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "cluster-images");
    request.upload.onprogress = (event) => onUpload(event.total ? event.loaded / event.total : 0);
    request.upload.onload = () => onUpload(1);
    request.onabort = () => reject(new DOMException("Cancelled", "AbortError"));
    request.onerror = () => reject(new ApiError(
      "The connection to the server broke. Is it still running, and can it read every file?"));
    request.onload = () => {
      if (request.status !== 200) {
        reject(failure(request));
        return;
      }
      try {
        resolve(JSON.parse(request.responseText));
      } catch {
        reject(new ApiError("The server's answer cannot be read."));
      }
    };
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}
