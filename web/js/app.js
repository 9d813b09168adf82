// SPDX-License-Identifier: Apache-2.0
// The page: choose images, let the server work, show the groups.

import { ApiError, cluster, info } from "./api/client.js";
import { startLanguage, t } from "./i18n.js";
import { ImageStore } from "./images/image-store.js";
import { say } from "./ui/live.js";
import "./ui/image-chooser.js";
import "./ui/language-menu.js";
import "./ui/notice-list.js";
import "./ui/work-progress.js";

const part = (selector) => document.querySelector(selector);
const notices = part("ic-notices");
const chooser = part("ic-chooser");
const progress = part("ic-progress");
let results = null; // <ic-results>, once there was a result

let images = new ImageStore();
let shown = null; // {collection, images} of the last result
let abort = null; // set while there is work
let server = null; // what GET /v1/info says

/** The results need half of the code: it comes while the user is still choosing. */
const loadResults = () => Promise.all([
  import("./collection/collection.js"), import("./ui/results-view.js")]);

/** Show one view of the page: "choose", "working" or "results". */
function show(view) {
  chooser.hidden = view !== "choose";
  progress.hidden = view !== "working";
  if (results) {
    results.hidden = view !== "results";
  }
  document.body.dataset.view = view;
  if (view === "choose") {
    chooser.update();
  }
}

// ---- The server ----

function showServer() {
  const model = server?.model?.id ?? "";
  part(".version").textContent = server
    ? `${server.name} · ${t("app.version", { version: server.version, model })}` : "";
}

/** @returns {Promise<boolean>} whether the server can be reached */
async function askServer() {
  try {
    server = await info();
    chooser.info = server;
    notices.remove("offline");
    showServer();
  } catch {
    server = null;
    notices.show("offline", () => ({ tone: "bad", text: t("app.offline"),
      actions: [{ label: t("app.retry"), run: askServer }] }));
  }
  return server !== null;
}

// ---- Choosing ----

function choose() {
  show("choose");
  if (history.state?.view !== "choose") {
    history.pushState({ view: "choose" }, "", location.pathname);
  }
}

/** Start from nothing; the last result stays until the next one. */
function restart() {
  images = new ImageStore();
  chooser.store = images;
  notices.remove();
  choose();
  offerLastResult();
  scrollTo(0, 0);
  chooser.focus();
}

function offerLastResult() {
  if (shown) {
    notices.show("last", () => ({ tone: "info", text: t("choose.lastResult"),
      actions: [{ label: t("choose.backToResult"), run: backToResult }] }));
  }
}

function backToResult() {
  history.pushState({ view: "results" }, "", location.pathname);
  showResults();
  say(t("app.restored"));
}

// ---- Working ----

async function work() {
  const { options, originals } = chooser.settings;
  abort = new AbortController();
  const { signal } = abort;
  show("working");
  scrollTo(0, 0);
  progress.start(images, originals ? 0 : images.unprepared.length);
  try {
    const modules = loadResults();
    modules.catch(() => {}); // heard of below
    if (!originals) {
      await images.ready({ signal,
        onProgress: (done, total) => progress.update({ stage: "preparing", done, total }) });
    }
    const answer = await cluster(images, { originals, signal,
      options: images.anyForeign ? { ...options, thumbnails: "foreign" } : options,
      onProgress: (event) => progress.update(event) });
    const [{ Collection }, { Results }] = await modules;
    const seconds = progress.stop();
    for (const { id, thumbnail } of answer.images ?? []) {
      if (thumbnail) {
        images.setThumbnail(id, thumbnail);
      }
    }
    results ??= insertResults(new Results());
    finish(new Collection(answer), seconds);
  } catch (error) {
    await giveUp(error);
  }
  abort = null;
}

async function giveUp(error) {
  const cancelled = error.name === "AbortError";
  // The browser itself breaks off where a file is not what it was: the chooser tells which.
  if (cancelled || (error.code === "connection" && await images.verify() > 0)) {
    progress.stop();
    show("choose");
    if (cancelled) {
      say(t("work.cancelled"));
    }
    chooser.focus();
    return;
  }
  if (error.name === "AnswerError") {
    progress.fail(new ApiError("answer", error.message));
    return;
  }
  if (!(error instanceof ApiError)) {
    console.error(error);
  }
  progress.fail(error);
}

// ---- Results ----

function insertResults(view) {
  view.addEventListener("restart", restart);
  progress.after(view);
  return view;
}

function finish(collection, seconds) {
  if (shown && shown.images !== images) {
    shown.images.clear();
  }
  shown = { collection, images };
  history.pushState({ view: "results" }, "", location.pathname);
  show("results");
  results.show(collection, images, { seconds });
  scrollTo(0, 0);
  results.querySelector("h2")?.focus();
}

function showResults() {
  show("results");
  results.querySelector("h2")?.focus();
}

/** Back and forward in the browser's history go between the views, as one expects. */
function onHistory({ state }) {
  if (abort) {
    return;
  }
  if (state?.view === "choose") {
    if (shown?.images === images) {
      images = images.copy(); // what is removed from now on stays in the result
      chooser.store = images;
    }
    show("choose");
    offerLastResult();
    chooser.focus();
  } else if (shown && results.hidden) {
    showResults();
  }
}

// ---- Beginning ----

chooser.notices = notices;
chooser.store = images;
chooser.addEventListener("start", work);
progress.addEventListener("cancel", () => abort?.abort());
progress.addEventListener("again", work);
progress.addEventListener("back", () => {
  show("choose");
  chooser.focus();
});
addEventListener("popstate", onHistory);
addEventListener("beforeunload", (event) => {
  if (abort || shown?.collection.canUndo) {
    event.preventDefault(); // the browser asks whether to leave
  }
});
document.addEventListener("languagechange", showServer);
history.replaceState({ view: "choose" }, "", location.pathname);
startLanguage();
show("choose");
askServer();
(window.requestIdleCallback ?? setTimeout)(() => loadResults().catch(() => {}));
