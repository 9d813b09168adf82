// SPDX-License-Identifier: Apache-2.0
// The HTTP API as the page uses it.

import { EventStreamParser } from "./event-stream.js";

const QUIET_MS = 20_000; // the server gives a sign of life every ten seconds

/**
 * An answer that is not a result.
 * @property {string} message a sentence for a person, in English as the server says it; may be ""
 * @property {string} code "connection", "answer" (it cannot be read), "busy", "too-large",
 *   "refused" (what was sent will not do) or "server"
 * @property {string|null} field the option at fault
 * @property {number|null} limit the limit that was passed
 * @property {number|null} retrySeconds when the server asks to come back
 */
export class ApiError extends Error {
  constructor(code, message = "", { field = null, limit = null, retrySeconds = null } = {}) {
    super(message);
    Object.assign(this, { name: "ApiError", code, field, limit, retrySeconds });
  }
}

function codeOf(status) {
  if (status === 429 || status === 503) {
    return "busy";
  }
  if (status === 413) {
    return "too-large";
  }
  return status >= 400 && status < 500 ? "refused" : "server";
}

/** From a problem+json document (RFC 9457), read or not, to an error. */
function problem(text, status, retryAfter) {
  let document = {};
  try {
    document = JSON.parse(text);
  } catch {
    // a proxy's page, say: the status has to do
  }
  const retrySeconds = Number(retryAfter) || null;
  const { detail, field, limit } = document;
  return new ApiError(codeOf(document.status ?? status), detail ?? `HTTP ${status}`,
    { field, limit, retrySeconds });
}

/** GET /v1/info: version, model and limits of the server. */
export async function info({ signal } = {}) {
  const response = await fetch("v1/info", { signal, cache: "no-store" }).catch((error) => {
    throw error.name === "AbortError" ? error : new ApiError("connection");
  });
  const text = await response.text();
  if (!response.ok) {
    throw problem(text, response.status, response.headers.get("retry-after"));
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError("answer");
  }
}

function formOf(images, options, originals) {
  const form = new FormData();
  for (const [name, value] of Object.entries(options)) {
    if (value !== "" && value !== null && value !== undefined) {
      form.append(name, value);
    }
  }
  for (const { file, upload, id } of images) {
    form.append("files", originals ? file : upload, id);
  }
  return form;
}

/**
 * Send images and resolve to the result document.
 *
 * Why XMLHttpRequest: fetch() cannot tell how far an upload is. Its text grows while the events of
 * the answer come in.
 * @param {Iterable<import("../images/image-store.js").ChosenImage>} images
 * @param {object} how
 * @param {object} [how.options] form fields of POST /v1/cluster
 * @param {boolean} [how.originals] send files as they are
 * @param {(event: object) => void} [how.onProgress] hears {stage: "sending", done, total} in bytes,
 *   then the server's own progress events, and {stage: "quiet"} when nothing came for a while
 * @param {AbortSignal} [how.signal]
 * @returns {Promise<object>}
 */
export function cluster(images,
  { options = {}, originals = false, onProgress = () => {}, signal } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const parser = new EventStreamParser();
    let read = 0;
    let silence;
    const alive = () => {
      clearTimeout(silence);
      silence = setTimeout(() => onProgress({ stage: "quiet" }), QUIET_MS);
    };
    const abort = () => request.abort();
    const settle = (how, value) => {
      clearTimeout(silence);
      signal?.removeEventListener("abort", abort);
      how(value);
    };
    const isStream = () => request.status === 200
      && /^text\/event-stream/.test(request.getResponseHeader("content-type") ?? "");
    const readEvents = () => {
      const text = request.responseText;
      const events = parser.push(text.slice(read));
      read = text.length;
      for (const { type, data } of events) {
        if (type === "progress") {
          onProgress(JSON.parse(data));
        } else if (type === "result") {
          settle(resolve, JSON.parse(data));
        } else if (type === "error") {
          settle(reject, problem(data, 500));
        }
      }
    };

    request.open("POST", "v1/cluster");
    request.setRequestHeader("accept", "text/event-stream");
    request.upload.onprogress = ({ loaded, total }) => {
      alive();
      onProgress({ stage: "sending", done: loaded, total });
    };
    request.onprogress = () => {
      alive();
      if (isStream()) {
        try {
          readEvents();
        } catch {
          settle(reject, new ApiError("answer"));
          request.abort();
        }
      }
    };
    request.onabort = () => settle(reject, new DOMException("Cancelled", "AbortError"));
    request.onerror = () => settle(reject, new ApiError("connection"));
    request.onload = () => {
      if (!isStream()) {
        settle(reject, problem(request.responseText, request.status,
          request.getResponseHeader("retry-after")));
        return;
      }
      request.onprogress(); // what came last
      settle(reject, new ApiError("connection")); // no effect unless the stream ended early
    };
    if (signal?.aborted) {
      request.onabort();
      return;
    }
    signal?.addEventListener("abort", abort);
    alive();
    onProgress({ stage: "sending", done: 0, total: 0 });
    request.send(formOf(images, options, originals));
  });
}
