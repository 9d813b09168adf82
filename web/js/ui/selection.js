// SPDX-License-Identifier: Apache-2.0
// What is selected - images or groups, never both - and how mouse, touch and keys select in a grid.

const LONG_PRESS_MS = 450;
const STILL_PX = 10; // a finger that moves more than this scrolls

/** Sends `change`. Keys are ids of images or keys of groups. */
export class Selection extends EventTarget {
  /** @type {'image' | 'group' | null} */
  kind = null;
  #keys = new Set();
  #anchor = null;

  get size() {
    return this.#keys.size;
  }

  get keys() {
    return [...this.#keys];
  }

  has(key) {
    return this.#keys.has(key);
  }

  /** Make these the selection. */
  set(kind, keys) {
    this.kind = kind;
    this.#keys = new Set(keys);
    this.#changed();
  }

  clear() {
    if (this.#keys.size) {
      this.set(null, []);
    }
  }

  toggle(kind, key) {
    const keys = new Set(this.kind === kind ? this.#keys : []);
    if (!keys.delete(key)) {
      keys.add(key);
    }
    this.#anchor = key;
    this.set(keys.size ? kind : null, keys);
  }

  /** Add everything from the item selected last to this one, in the order given. */
  extend(kind, key, order) {
    const from = this.kind === kind ? order.indexOf(this.#anchor) : -1;
    const to = order.indexOf(key);
    if (from < 0 || to < 0) {
      this.toggle(kind, key);
      return;
    }
    const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.set(kind, [...this.#keys, ...range]);
  }

  /** Where the next `extend` starts from. */
  anchor(key) {
    this.#anchor = key;
  }

  /** Forget what is no longer there. */
  keep(stays) {
    const keys = this.keys.filter(stays);
    if (keys.length < this.#keys.size) {
      this.set(keys.length ? this.kind : null, keys);
    }
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** Calls `then` when a finger rests on a cell; the click that follows is swallowed. */
function onLongPress(grid, then) {
  let timer = 0;
  let start = null;
  let swallow = false;
  const stop = () => clearTimeout(timer);
  grid.addEventListener("pointerdown", (event) => {
    swallow = false;
    // Native dragging would take the long press of a finger for itself.
    event.target.closest("[data-key]")?.setAttribute("draggable", event.pointerType === "mouse");
    if (event.pointerType === "mouse") {
      return;
    }
    stop();
    start = event;
    timer = setTimeout(() => {
      swallow = true;
      navigator.vibrate?.(10);
      then(event.target.closest("[data-key]")?.dataset.key);
    }, LONG_PRESS_MS);
  });
  grid.addEventListener("pointermove", (event) => {
    if (start && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY)
      > STILL_PX) {
      stop();
    }
  });
  for (const type of ["pointerup", "pointercancel", "pointerleave"]) {
    grid.addEventListener(type, stop);
  }
  grid.addEventListener("contextmenu", (event) => {
    if (swallow) {
      event.preventDefault();
    }
  });
  return () => {
    const was = swallow;
    swallow = false;
    return was;
  };
}

/**
 * Let the cells of a grid be opened and selected: click and Enter open; Ctrl + click, Shift +
 * click, the cell's `.tick`, Space, Shift + arrows, Ctrl + A and a long press select. While something is
 * selected a tap selects more.
 * @param {import("./virtual-grid.js").VirtualGrid} grid
 * @param {{kind: 'image'|'group', selection: Selection, order: () => string[],
 *   open: (key: string) => void}} how
 */
export function selectIn(grid, { kind, selection, order, open }) {
  const swallowed = onLongPress(grid, (key) => key && selection.toggle(kind, key));
  grid.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key;
    const other = event.target.closest("button, input, .rename");
    if (key === undefined || (other && !other.closest(".tick"))) {
      return;
    }
    event.preventDefault(); // the link on a card is for opening it as below
    if (swallowed()) {
      return;
    }
    if (event.shiftKey) {
      selection.extend(kind, key, order());
    } else if (event.ctrlKey || event.metaKey || event.target.closest(".tick")
      || selection.kind === kind) {
      selection.toggle(kind, key);
    } else {
      open(key);
    }
  });
  grid.addEventListener("keydown", (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (key === undefined || event.target.closest("button, input, .rename")) {
      return;
    }
    const { shiftKey, ctrlKey, metaKey } = event;
    if (event.key === " ") {
      shiftKey ? selection.extend(kind, key, order()) : selection.toggle(kind, key);
    } else if (event.key === "Enter") {
      open(key);
    } else if (event.key.toLowerCase() === "a" && (ctrlKey || metaKey)) {
      selection.set(kind, order());
    } else {
      if (event.key.startsWith("Arrow") && shiftKey && !selection.size) {
        selection.toggle(kind, key);
      }
      return;
    }
    event.preventDefault();
  });
  grid.addEventListener("move", ({ detail: { key, shift } }) => {
    if (shift) {
      selection.extend(kind, key, order());
    }
  });
}
