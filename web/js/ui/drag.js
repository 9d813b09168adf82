// SPDX-License-Identifier: Apache-2.0
// Dragging images and groups with the mouse. Touch and keys have the move dialog instead.

const TYPE = "application/x-image-cluster-ai"; // so that files from outside are left to others
const SIDE = 88; // px of the picture below the pointer
const STACK = 3; // pictures in it

/** What is being dragged: `{kind: 'image'|'group', keys}`; null at other times. */
let dragged = null;

/** Sends `start` and `end`. */
export const drags = new EventTarget();

/** After a drop too: a photo that was moved away is not there to send `dragend`. */
function finish() {
  dragged = null;
  for (const node of document.querySelectorAll(".dragged")) {
    node.classList.remove("dragged");
  }
  drags.dispatchEvent(new Event("end"));
}

/** What is being dragged now, or null. */
export function beingDragged() {
  return dragged;
}

function drawBadge(context, text) {
  const x = SIDE - 8;
  context.fillStyle = "#17616a";
  context.beginPath();
  context.arc(x, 14, 14, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = "#fff";
  context.font = "600 13px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, x, 14.5);
}

/** A small pile of the pictures, with their number. */
function pile(pictures, count) {
  const canvas = document.createElement("canvas");
  const scale = devicePixelRatio || 1;
  const whole = SIDE + 8;
  canvas.width = canvas.height = whole * scale;
  canvas.className = "drag-pile";
  canvas.style.width = canvas.style.height = `${whole}px`;
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  pictures.slice(0, STACK).reverse().forEach((img, index, all) => {
    const offset = (all.length - 1 - index) * 6;
    const side = SIDE - 2 * offset;
    const cut = Math.min(img.naturalWidth, img.naturalHeight);
    context.save();
    context.beginPath();
    context.roundRect(offset, 8 - offset / 2 + (offset ? 2 : 0), side, side, 10);
    context.clip();
    context.drawImage(img, (img.naturalWidth - cut) / 2, (img.naturalHeight - cut) / 2, cut, cut,
      offset, 8 - offset / 2 + (offset ? 2 : 0), side, side);
    context.restore();
  });
  if (count > 1) {
    drawBadge(context, count > 99 ? "99+" : String(count));
  }
  document.body.append(canvas);
  setTimeout(() => canvas.remove());
  return canvas;
}

/**
 * Let the cells of a grid be dragged: the selection if the cell belongs to it, else the cell alone.
 * @param {HTMLElement} grid
 * @param {{kind: 'image'|'group', selection: import("./selection.js").Selection}} how
 */
export function dragFrom(grid, { kind, selection }) {
  grid.addEventListener("dragstart", (event) => {
    const cell = event.target.closest?.("[data-key]");
    if (!cell) {
      return;
    }
    const { key } = cell.dataset;
    const keys = selection.kind === kind && selection.has(key) ? selection.keys : [key];
    dragged = { kind, keys };
    event.dataTransfer.setData(TYPE, kind);
    event.dataTransfer.effectAllowed = "move";
    const others = keys.map((other) => grid.cell(other)).filter((other) => other && other !== cell);
    const pictures = [cell, ...others].map((node) => node.querySelector("img"))
      .filter((img) => img?.complete && img.naturalWidth > 0);
    event.dataTransfer.setDragImage(pile(pictures, keys.length), SIDE / 2, SIDE / 2);
    for (const other of keys) {
      grid.cell(other)?.classList.add("dragged");
    }
    setTimeout(() => drags.dispatchEvent(new Event("start"))); // not now: it would end the drag
  });
  grid.addEventListener("dragend", finish);
}

/**
 * Let things be dropped on parts of an element; the part below the pointer gets `.drop-here`.
 * @param {HTMLElement} root
 * @param {{find: (target: Element) => HTMLElement|null, accepts: (part: HTMLElement,
 *   what: {kind: string, keys: string[]}) => boolean, drop: (part: HTMLElement,
 *   what: {kind: string, keys: string[]}) => void}} how
 */
export function dropOn(root, { find, accepts, drop }) {
  let over = null;
  const mark = (part) => {
    if (part !== over) {
      over?.classList.remove("drop-here");
      part?.classList.add("drop-here");
      over = part;
    }
  };
  const partFor = (event) => {
    const part = dragged && event.target instanceof Element ? find(event.target) : null;
    return part && accepts(part, dragged) ? part : null;
  };
  root.addEventListener("dragover", (event) => {
    const part = partFor(event);
    mark(part);
    if (part) {
      event.preventDefault();
      event.stopPropagation();
      event.dataTransfer.dropEffect = "move";
    }
  });
  root.addEventListener("dragleave", (event) => {
    if (!root.contains(event.relatedTarget)) {
      mark(null);
    }
  });
  root.addEventListener("drop", (event) => {
    const part = partFor(event);
    mark(null);
    if (part) {
      event.preventDefault();
      event.stopPropagation();
      const what = dragged;
      finish();
      drop(part, what);
    }
  });
}
