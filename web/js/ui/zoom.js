// SPDX-License-Identifier: Apache-2.0
// Zooming, panning and swiping of one picture.

const MAX_OVER_ORIGINAL = 4; // screen pixels for one of the picture's
const DOUBLE = 2.5; // what a double click zooms to, at least
const SWIPE_PX = 56;
const DISMISS_PX = 90;

const clamp = (value, limit) => Math.max(-limit, Math.min(limit, value));

export class Zoom {
  #stage;
  #node;
  #on;
  #natural = { width: 1, height: 1 };
  #box = { width: 1, height: 1 }; // of the picture at scale 1
  #scale = 1;
  #x = 0; // of the picture's centre from the stage's
  #y = 0;
  #pointers = new Map(); // id -> {x, y}
  #start = null; // of a swipe: {x, y}

  /**
   * @param {HTMLElement} stage  clips; the picture is centred in it
   * @param {HTMLElement} node  the picture
   * @param {{swipe: (direction: -1|1) => void, dismiss: () => void,
   *   change: (scale: number) => void}} on
   */
  constructor(stage, node, on) {
    this.#stage = stage;
    this.#node = node;
    this.#on = on;
    new ResizeObserver(() => this.reset()).observe(stage);
    stage.addEventListener("wheel", this.#onWheel, { passive: false });
    stage.addEventListener("dblclick", this.#onDouble);
    stage.addEventListener("pointerdown", this.#onDown);
    stage.addEventListener("pointermove", this.#onMove);
    stage.addEventListener("pointerup", this.#onUp);
    stage.addEventListener("pointercancel", this.#onUp);
  }

  get scale() {
    return this.#scale;
  }

  get #most() {
    return Math.max(4, MAX_OVER_ORIGINAL * this.#natural.width / this.#box.width);
  }

  /** Say how large the picture is, in its own pixels; it is shown whole. */
  fit(width, height) {
    this.#natural = { width: width || 1, height: height || 1 };
    this.reset();
  }

  /** Show the picture whole. */
  reset() {
    const { clientWidth, clientHeight } = this.#stage;
    const { width, height } = this.#natural;
    // Tiny pictures grow to twice their size, no further.
    const scale = Math.min(clientWidth / width, clientHeight / height, 2);
    this.#box = { width: width * scale, height: height * scale };
    this.#node.style.width = `${this.#box.width}px`;
    this.#node.style.height = `${this.#box.height}px`;
    this.#scale = 1;
    this.#x = 0;
    this.#y = 0;
    this.#apply();
  }

  /** Zoom by a factor around a point of the window, the middle of the stage by default. */
  by(factor, clientX, clientY) {
    const scale = Math.max(1, Math.min(this.#most, this.#scale * factor));
    const { left, top, width, height } = this.#stage.getBoundingClientRect();
    const px = clientX === undefined ? 0 : clientX - left - width / 2;
    const py = clientY === undefined ? 0 : clientY - top - height / 2;
    const ratio = scale / this.#scale;
    this.#x = px - (px - this.#x) * ratio;
    this.#y = py - (py - this.#y) * ratio;
    this.#scale = scale;
    this.#apply();
  }

  /** Move the picture, as far as there is something of it to see. */
  pan(dx, dy) {
    this.#x += dx;
    this.#y += dy;
    this.#apply();
  }

  #apply() {
    const { clientWidth, clientHeight } = this.#stage;
    const room = (size, space) => Math.max(0, (size * this.#scale - space) / 2);
    this.#x = clamp(this.#x, room(this.#box.width, clientWidth));
    this.#y = clamp(this.#y, room(this.#box.height, clientHeight));
    this.#node.style.transform = `translate(${this.#x}px, ${this.#y}px) scale(${this.#scale})`;
    this.#stage.classList.toggle("zoomed", this.#scale > 1);
    this.#on.change(this.#scale);
  }

  #onWheel = (event) => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
    const speed = event.ctrlKey ? 0.01 : 0.0022; // a pinch on a touchpad comes as Ctrl + wheel
    this.by(Math.exp(-event.deltaY * lines * speed), event.clientX, event.clientY);
  };

  #onDouble = (event) => {
    if (event.target.closest("button")) {
      return;
    }
    if (this.#scale > 1) {
      this.reset();
    } else {
      const original = this.#natural.width / this.#box.width;
      this.by(Math.max(DOUBLE, original), event.clientX, event.clientY);
    }
  };

  #onDown = (event) => {
    if (event.button !== 0 || event.target.closest("button")) {
      return;
    }
    this.#stage.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const swipes = this.#pointers.size === 1 && this.#scale === 1 && event.pointerType !== "mouse";
    this.#start = swipes ? { x: event.clientX, y: event.clientY } : null;
  };

  #onMove = (event) => {
    const before = this.#pointers.get(event.pointerId);
    if (!before) {
      return;
    }
    const now = { x: event.clientX, y: event.clientY };
    const [other] = [...this.#pointers].filter(([id]) => id !== event.pointerId);
    this.#pointers.set(event.pointerId, now);
    if (other) {
      this.#pinch(before, now, other[1]);
    } else if (this.#start) {
      const dx = now.x - this.#start.x;
      const dy = Math.max(0, now.y - this.#start.y);
      const [x, y] = Math.abs(dx) > dy ? [dx, 0] : [0, dy];
      this.#node.style.transform = `translate(${x}px, ${y}px)`;
    } else {
      this.pan(now.x - before.x, now.y - before.y);
    }
  };

  #pinch(before, now, other) {
    const distance = ({ x, y }) => Math.hypot(x - other.x, y - other.y);
    const middle = ({ x, y }) => ({ x: (x + other.x) / 2, y: (y + other.y) / 2 });
    const from = middle(before);
    const to = middle(now);
    this.by(distance(now) / Math.max(1, distance(before)), from.x, from.y);
    this.pan(to.x - from.x, to.y - from.y);
  }

  #onUp = (event) => {
    const start = this.#start;
    this.#pointers.delete(event.pointerId);
    this.#start = null;
    if (!start) {
      return;
    }
    const dx = event.clientX - start.x;
    const dy = event.clientY - start.y;
    this.#apply();
    if (event.type === "pointercancel") {
      return;
    }
    if (Math.abs(dx) > SWIPE_PX && Math.abs(dx) > Math.abs(dy)) {
      this.#on.swipe(dx < 0 ? 1 : -1);
    } else if (dy > DISMISS_PX && dy > Math.abs(dx)) {
      this.#on.dismiss();
    }
  };
}
