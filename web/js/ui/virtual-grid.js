// SPDX-License-Identifier: Apache-2.0
// <ic-virtual-grid>: any number of equal cells; only those near the screen are in the page.

/*
 * The element is as high as all its rows; its cells are placed by transforms. Each frame reads one
 * rectangle, then only writes; cells are made in slices, those on the screen first.
 *
 * Keyboard: one stop for Tab (roving tabindex), arrow keys within. In a `listbox` the cell has the
 * focus; in a `list` its first control, and Tab reaches the others of that cell.
 */

const SLICE_MS = 5; // time for making cells in one frame
const AHEAD = 0.7; // screens that are made ready above and below
const CONTROLS = "a[href], button, input, select, textarea, [tabindex]";
const TYPED_IN = "input:not([type=checkbox]), textarea, select";

/**
 * @typedef {object} GridOptions
 * @property {number | ((width: number) => number)} minColumn  least width of a column in px
 * @property {number} gap  px between cells
 * @property {(columnWidth: number) => number} rowHeight
 * @property {(item: any) => string} key
 * @property {(item: any, index: number) => HTMLElement} render  makes the cell
 * @property {(item: any) => unknown} [version]  a cell is made anew when this changes
 * @property {(cell: HTMLElement, item: any) => void} [mark]  cheap state of a cell (selected, ...)
 * @property {number} [maxRows]  only the first rows are shown, for previews
 * @property {string} label  accessible name
 * @property {'list' | 'listbox'} role
 */

/**
 * Sends `move` (detail: {key, index, shift}) when the arrow keys go to another item, and `layout`
 * when the number of columns changes.
 */
export class VirtualGrid extends HTMLElement {
  /** @type {GridOptions} */
  #options = { minColumn: 120, gap: 8, rowHeight: (width) => width, key: String, role: "list" };
  #items = [];
  #positions = new Map(); // key -> index in #items
  #cells = new Map(); // key -> {node, version}
  #current = 0; // index of the item that Tab reaches
  #columns = 0; // 0: not measured yet
  #columnWidth = 0;
  #rowStep = 1;
  #frame = 0;
  #observer = new ResizeObserver(([entry]) => this.#measure(entry.contentRect.width));
  #onScroll = () => this.#schedule();

  connectedCallback() {
    this.#observer.observe(this);
    // Captured: the scroll of any ancestor moves the grid, and these events do not bubble.
    document.addEventListener("scroll", this.#onScroll, { capture: true, passive: true });
    addEventListener("resize", this.#onScroll);
    this.addEventListener("keydown", this.#onKey);
    this.addEventListener("focusin", this.#onFocus);
    this.#schedule();
  }

  disconnectedCallback() {
    this.#observer.disconnect();
    document.removeEventListener("scroll", this.#onScroll, { capture: true });
    removeEventListener("resize", this.#onScroll);
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** @param {Partial<GridOptions>} options  those left out stay as they are */
  configure(options) {
    Object.assign(this.#options, options);
    this.setAttribute("role", this.#options.role);
    if (this.#options.label) {
      this.setAttribute("aria-label", this.#options.label);
    }
    this.#measure(this.clientWidth);
  }

  get items() {
    return this.#items;
  }

  /** Cells of items that stay (same key and version) are kept. */
  set items(items) {
    const { key } = this.#options;
    const focused = this.#focusedKey();
    this.#items = items;
    this.#positions = new Map(items.map((item, index) => [key(item), index]));
    this.#current = this.#positions.get(focused)
      ?? Math.min(this.#current, Math.max(0, items.length - 1));
    if (!this.#columns) {
      this.#measure(this.clientWidth); // the observer speaks a frame later
    }
    this.#fit();
    this.#drop(() => true); // only what is gone
    this.#draw(true);
    if (focused !== null && !this.contains(document.activeElement) && items.length) {
      this.focusItem(key(items[this.#current]));
    }
  }

  /** The cell of an item, if it is in the page now. */
  cell(key) {
    return this.#cells.get(key)?.node ?? null;
  }

  /** Key of the current item: the one that has, had or would get the focus. */
  get current() {
    return this.#items.length ? this.#options.key(this.#items[this.#current]) : null;
  }

  /** Make the cells of some items (all without `keys`) anew. */
  refresh(keys) {
    for (const key of keys ?? [...this.#cells.keys()]) {
      const cell = this.#cells.get(key);
      if (cell) {
        cell.version = NaN; // equals nothing, itself included
      }
    }
    this.#draw(true);
  }

  /** Call `mark` for all cells in the page. */
  markAll() {
    for (const [key, { node }] of this.#cells) {
      this.#options.mark?.(node, this.#items[this.#positions.get(key)]);
    }
  }

  /** Scroll an item into view, with as little movement as possible. */
  reveal(key) {
    const index = this.#positions.get(key);
    if (index !== undefined && this.#columns) {
      this.#place(this.#make(key, index).node, index);
      this.#order();
      this.cell(key).scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  focusItem(key) {
    const index = this.#positions.get(key);
    if (index === undefined) {
      return;
    }
    this.#setCurrent(index);
    this.reveal(key);
    this.#target(this.cell(key))?.focus({ preventScroll: true });
  }

  // ---- Layout ----

  #measure(width) {
    const { minColumn, gap, rowHeight } = this.#options;
    if (width > 0) {
      const least = typeof minColumn === "function" ? minColumn(width) : minColumn;
      const before = this.#columns;
      this.#columns = Math.max(1, Math.floor((width + gap) / (least + gap)));
      this.#columnWidth = (width - gap * (this.#columns - 1)) / this.#columns;
      this.#rowStep = rowHeight(this.#columnWidth) + gap;
      this.#fit();
      this.#schedule();
      if (before !== this.#columns) {
        this.dispatchEvent(new Event("layout"));
      }
    }
  }

  #fit() {
    const rows = this.#columns ? Math.ceil(this.shown / this.#columns) : 0;
    this.style.height = `${Math.max(0, rows * this.#rowStep - this.#options.gap)}px`;
  }

  #schedule() {
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  /** How many of the items are shown at all. */
  get shown() {
    const { maxRows = Infinity } = this.#options;
    return Math.min(this.#items.length, maxRows * Math.max(1, this.#columns));
  }

  /** First and last index of the rows between two heights of the window, as [from, to). */
  #range(top, from, to) {
    const first = Math.max(0, Math.floor((from - top) / this.#rowStep));
    const last = Math.floor((to - top) / this.#rowStep);
    return [first * this.#columns,
      Math.min(this.shown, Math.max(0, last + 1) * this.#columns)];
  }

  #draw(all = false) {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (!this.#columns || !this.isConnected) {
      return;
    }
    const { top, width } = this.getBoundingClientRect();
    if (width === 0) {
      return; // hidden
    }
    const [seen, seenEnd] = this.#range(top, 0, innerHeight);
    const [from, to] = this.#range(top, -AHEAD * innerHeight, (1 + AHEAD) * innerHeight);
    const focused = this.#focusedKey();
    if (focused === null && seen < seenEnd
      && (this.#current < seen || this.#current >= seenEnd)) {
      this.#current = seen; // so that Tab does not throw the page back
    }
    this.#drop((index) => index >= from && index < to || index === this.#current);
    const start = performance.now();
    const order = [this.#current, ...span(seen, seenEnd), ...span(from, seen),
      ...span(seenEnd, to)];
    for (const index of order) {
      if (index >= this.shown) {
        continue;
      }
      const key = this.#options.key(this.#items[index]);
      const now = all && index >= seen && index < seenEnd;
      if (!now && !this.#cells.has(key) && performance.now() - start > SLICE_MS) {
        this.#schedule();
        break;
      }
      const { node } = this.#make(key, index);
      this.#place(node, index);
      this.#insert(node, index); // making what is in the cell is part of the slice
    }
    this.#order();
  }

  #drop(stays) {
    for (const [key, { node }] of this.#cells) {
      const index = this.#positions.get(key);
      if (index === undefined || !stays(index)) {
        this.#cells.delete(key);
        node.remove();
      }
    }
  }

  #make(key, index) {
    const { render, version, mark, role } = this.#options;
    const item = this.#items[index];
    const now = version ? version(item) : 0;
    const old = this.#cells.get(key);
    if (old && old.version === now) {
      return old;
    }
    const focused = old?.node.contains(document.activeElement);
    const node = render(item, index);
    node.dataset.key = key;
    node.setAttribute("role", role === "listbox" ? "option" : "listitem");
    old?.node.replaceWith(node);
    const cell = { node, version: now };
    this.#cells.set(key, cell);
    mark?.(node, item);
    this.#stops(node, index === this.#current);
    if (focused) {
      this.#target(node)?.focus({ preventScroll: true });
    }
    return cell;
  }

  #place(node, index) {
    const { gap } = this.#options;
    const x = (index % this.#columns) * (this.#columnWidth + gap);
    const y = Math.floor(index / this.#columns) * this.#rowStep;
    const place = `${x} ${y} ${this.#columnWidth} ${this.#rowStep} ${this.#items.length}`;
    if (node.gridPlace !== place) {
      node.gridPlace = place;
      node.style.transform = `translate(${x}px, ${y}px)`;
      node.style.width = `${this.#columnWidth}px`;
      node.style.height = `${this.#rowStep - gap}px`;
      node.setAttribute("aria-posinset", index + 1);
      node.setAttribute("aria-setsize", this.#items.length);
    }
    this.#stops(node, index === this.#current);
  }

  /** Put a new cell beside its neighbour, if that is there; the rest is up to #order. */
  #insert(node, index) {
    if (node.parentNode !== this) {
      const { key } = this.#options;
      const neighbour = (at) => (at in this.#items ? this.cell(key(this.#items[at])) : null);
      const before = neighbour(index - 1);
      this.insertBefore(node, before ? before.nextSibling : neighbour(index + 1));
    }
  }

  /** Bring the cells into the order of the items: Tab and screen readers follow the document. */
  #order() {
    const active = document.activeElement;
    const sorted = [...this.#cells].sort(([a], [b]) =>
      this.#positions.get(a) - this.#positions.get(b));
    let next = null;
    for (const [, { node }] of sorted.reverse()) {
      if (node.parentNode !== this || node.nextSibling !== next) {
        this.insertBefore(node, next);
      }
      next = node;
    }
    if (active !== document.activeElement && this.contains(active)) {
      active.focus({ preventScroll: true }); // moving a node takes the focus from it
    }
  }

  // ---- Focus ----

  #target(node) {
    return this.#options.role === "listbox" ? node : node?.querySelector(CONTROLS);
  }

  #stops(node, current) {
    if (node.gridCurrent === current) {
      return;
    }
    node.gridCurrent = current;
    const stops = this.#options.role === "listbox" ? [node] : node.querySelectorAll(CONTROLS);
    for (const stop of stops) {
      stop.tabIndex = current ? 0 : -1;
    }
  }

  #setCurrent(index) {
    const old = this.cell(this.current);
    this.#current = index;
    if (old) {
      this.#stops(old, false);
    }
    const node = this.cell(this.current);
    if (node) {
      this.#stops(node, true);
    }
  }

  #cellOf(element) {
    const node = element?.closest?.("[data-key]");
    return node?.parentNode === this ? node : null;
  }

  #focusedKey() {
    return this.#cellOf(document.activeElement)?.dataset.key ?? null;
  }

  #onFocus = (event) => {
    const index = this.#positions.get(this.#cellOf(event.target)?.dataset.key);
    if (index !== undefined && index !== this.#current) {
      this.#setCurrent(index);
    }
  };

  #onKey = (event) => {
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    if (modified || event.defaultPrevented || event.target.matches(TYPED_IN)) {
      return;
    }
    const rows = Math.max(1, Math.floor(innerHeight / this.#rowStep) - 1);
    const step = {
      ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#columns, ArrowDown: this.#columns,
      PageUp: -rows * this.#columns, PageDown: rows * this.#columns,
      Home: -this.#current, End: this.shown - 1 - this.#current,
    }[event.key];
    if (step === undefined || this.shown === 0) {
      return;
    }
    event.preventDefault();
    const last = this.shown - 1;
    const lastRow = last - (last % this.#columns);
    let index = this.#current + step;
    if (event.key.startsWith("Page") || (index > last && this.#current < lastRow)) {
      index = Math.max(0, Math.min(last, index));
    }
    if (index >= 0 && index <= last && index !== this.#current) {
      this.focusItem(this.#options.key(this.#items[index]));
      this.dispatchEvent(new CustomEvent("move",
        { detail: { key: this.current, index, shift: event.shiftKey } }));
    }
  };
}

function* span(from, to) {
  for (let index = from; index < to; index++) {
    yield index;
  }
}

customElements.define("ic-virtual-grid", VirtualGrid);
