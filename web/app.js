// SPDX-License-Identifier: Apache-2.0
// The page: choose images, send them, show the groups.

import { ApiError, clusterImages } from "./api.js";
import { Ids, filesOfDrop, filesOfInput, formatSize, looksLikeImage } from "./files.js";
import { dropThumbnail } from "./thumbnails.js";
import { clusterCard, errorsBlock, plural, preview, singlesBlock } from "./view.js";

const part = (id) => document.getElementById(id);

/** Chosen images by id: {id, file, path}. */
const images = new Map();
let ids = new Ids();
let abort = null; // set while the server works

/** Show one state of the page: "choose", "working" or "results". */
function show(state) {
  part("choose").hidden = state !== "choose";
  part("chosen").hidden = state !== "choose" || images.size === 0;
  part("working").hidden = state !== "working";
  part("results").hidden = state !== "results";
  part("restart").hidden = state !== "results";
  part("drop").classList.toggle("compact", images.size > 0);
}

function say(text) {
  part("status").textContent = text;
}

/** Show a message until the next one; "" hides it. */
function warn(text) {
  part("alert").hidden = !text;
  part("alert").textContent = text;
}

function updateCount() {
  const bytes = [...images.values()].reduce((sum, { file }) => sum + file.size, 0);
  const text = `${plural(images.size, "image")}, ${formatSize(bytes)}`;
  part("chosen-title").textContent = text;
  say(images.size ? `${text} chosen` : "No images chosen");
  show("choose");
}

function remove(image, item) {
  const next = item.nextElementSibling ?? item.previousElementSibling;
  item.remove();
  images.delete(image.id);
  ids.remove(image.id);
  dropThumbnail(image);
  updateCount();
  (next?.querySelector("button") ?? part("choose-files")).focus();
}

function add(files) {
  const wanted = files.filter(({ file }) => looksLikeImage(file));
  const left = files.length - wanted.length;
  warn(left ? `${plural(left, "file")} left out: not ${left === 1 ? "an image" : "images"} by name.`
    : "");
  const items = wanted.map(({ file, path }) => {
    const image = { id: ids.add(path), file, path };
    images.set(image.id, image);
    return preview(image, remove);
  });
  part("previews").append(...items);
  updateCount();
}

function clear() {
  images.forEach(dropThumbnail);
  images.clear();
  ids = new Ids();
  for (const id of ["previews", "clusters", "singles", "errors"]) {
    part(id).replaceChildren();
  }
  warn("");
  updateCount();
  part("choose-files").focus();
}

/** Show the elapsed time until the returned function is called. */
function startClock() {
  const start = performance.now();
  const seconds = () => ((performance.now() - start) / 1000).toFixed(1);
  const tick = () => {
    part("elapsed").textContent = `${seconds()} s`;
  };
  tick();
  const timer = setInterval(tick, 100);
  return () => {
    clearInterval(timer);
    return seconds();
  };
}

function onUpload(share) {
  const uploading = share < 1;
  const text = uploading ? `Sending ${plural(images.size, "image")}`
    : `Looking at ${plural(images.size, "image")}`;
  if (part("stage").textContent !== text) {
    part("stage").textContent = text;
    say(text);
  }
  if (uploading) {
    part("progress").value = share;
  } else {
    part("progress").removeAttribute("value"); // from here on nobody knows how long
  }
}

function showResults(answer, seconds) {
  const found = (id) => images.get(id);
  const named = answer.clusters.map(({ image_ids, ...rest }) =>
    ({ ...rest, images: image_ids.map(found).filter(Boolean) }));
  const groups = named.filter(({ unclustered }) => !unclustered);
  const singles = named.filter(({ unclustered }) => unclustered)
    .flatMap(({ images: some, description }) => some.map((image) => ({ image, description })));
  const errors = (answer.errors ?? []).map((error) => ({ ...error, image: found(error.file) }));
  const grouped = groups.reduce((sum, group) => sum + group.images.length, 0);

  const title = groups.length
    ? `${plural(grouped, "image")} in ${plural(groups.length, "group")}`
    : "No two of these images belong together";
  part("results-title").replaceChildren(title, Object.assign(document.createElement("small"),
    { textContent: `${seconds} s` }));
  part("clusters").replaceChildren(
    ...groups.map(({ description, images: some }) => clusterCard(description, some)));
  part("singles").replaceChildren(...(singles.length ? singlesBlock(singles) : []));
  part("errors").replaceChildren(...(errors.length ? errorsBlock(errors) : []));
  show("results");
  say(`${title}.`);
  part("results-title").focus();
}

async function start() {
  warn("");
  abort = new AbortController();
  const stopClock = startClock();
  onUpload(0);
  show("working");
  part("cancel").focus();
  try {
    const answer = await clusterImages([...images.values()], { onUpload, signal: abort.signal });
    showResults(answer, stopClock());
  } catch (error) {
    stopClock();
    show("choose");
    if (error.name === "AbortError") {
      say("Cancelled");
    } else {
      warn(error instanceof ApiError ? error.message : `The page failed: ${error.message}`);
    }
    part("start").focus();
  }
  abort = null;
}

function chooseWith(button, input) {
  part(button).onclick = () => part(input).click();
  part(input).onchange = () => {
    add(filesOfInput(part(input).files));
    part(input).value = ""; // so that the same files can be chosen again
  };
}

/** Files may be dropped anywhere on the page while there is something to choose. */
function acceptDrops() {
  const open = () => !part("choose").hidden;
  let depth = 0; // enter and leave come for each element below the pointer
  const mark = (change) => {
    depth = Math.max(0, depth + change);
    part("drop").classList.toggle("over", depth > 0 && open());
  };
  addEventListener("dragenter", () => mark(1));
  addEventListener("dragleave", () => mark(-1));
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", async (event) => {
    event.preventDefault();
    mark(-depth);
    if (!open()) {
      return;
    }
    try {
      add(await filesOfDrop(event.dataTransfer));
    } catch (error) {
      warn(`What was dropped cannot be read: ${error.message}`);
    }
  });
}

chooseWith("choose-files", "files");
chooseWith("choose-folder", "folder");
acceptDrops();
part("start").onclick = start;
part("clear").onclick = clear;
part("restart").onclick = clear;
part("cancel").onclick = () => abort?.abort();
