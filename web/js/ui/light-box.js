// SPDX-License-Identifier: Apache-2.0
// <dialog class="lightbox">: one photo in full, its neighbours an arrow or a swipe away.

import { t } from "../i18n.js";
import { button, element } from "./element.js";
import { FullImages } from "./full-images.js";
import { icon } from "./icons.js";
import { imageDetails } from "./image-details.js";
import { say } from "./live.js";
import { ALONE } from "./route.js";
import { Zoom } from "./zoom.js";

const STEP = 1.5; // of the zoom buttons and keys
const WIDE = matchMedia("(min-width: 60rem)");

const named = (words) => ({ "aria-label": t(words), title: t(words) });

export class LightBox {
  #actions;
  #full;
  #ids = [];
  #id = null;
  #details = WIDE.matches; // whether they are open
  #photo = element("img", { className: "lb-photo", alt: "", draggable: false });
  #name = element("h2", { className: "lb-name", id: "lb-name" });
  #position = element("p", { className: "lb-position" });
  #note = element("p", { className: "lb-note", hidden: true });
  #panel = element("aside", { className: "lb-details" });
  #previous = button("icon-button lb-step lb-previous", icon("left", 28), () => this.#step(-1),
    named("lightbox.previous"));
  #next = button("icon-button lb-step lb-next", icon("right", 28), () => this.#step(1),
    named("lightbox.next"));
  #out = button("icon-button", icon("zoomOut"), () => this.#zoom.by(1 / STEP),
    named("lightbox.zoomOut"));
  #in = button("icon-button", icon("zoomIn"), () => this.#zoom.by(STEP), named("lightbox.zoomIn"));
  #info = button("icon-button lb-info", icon("info"), () => this.#toggleDetails(),
    named("lightbox.details"));
  #zoom;

  /** @param {import("./actions.js").Actions} actions */
  constructor(actions) {
    this.#actions = actions;
    this.#full = new FullImages(actions.images);
    const close = () => actions.route.up();
    const stage = element("div", { className: "lb-stage" }, this.#photo, this.#previous,
      this.#next);
    this.node = element("dialog", { className: "lightbox", "aria-labelledby": "lb-name" },
      element("div", { className: "lb-bar" },
        button("icon-button", icon("close"), close, named("edit.close")),
        element("div", { className: "lb-names" }, this.#name, this.#position),
        this.#out, this.#in,
        button("icon-button", icon("move"), () => actions.askMove([this.#id]),
          named("edit.moveTo")),
        this.#info),
      stage, this.#note, this.#panel);
    this.#zoom = new Zoom(stage, this.#photo, {
      swipe: (direction) => this.#step(direction),
      dismiss: close,
      change: (scale) => {
        this.#out.disabled = scale <= 1;
      },
    });
    this.node.addEventListener("cancel", (event) => {
      event.preventDefault(); // Escape goes one step back like the button, in the history too
      close();
    });
    this.node.addEventListener("keydown", (event) => this.#onKey(event));
  }

  get isOpen() {
    return this.node.open;
  }

  /** The image that is shown, or was last. */
  get image() {
    return this.#id;
  }

  /**
   * Show an image.
   * @param {string} id
   * @param {string[]} ids  those to leaf through
   */
  show(id, ids) {
    const other = id !== this.#id;
    this.#id = id;
    this.#ids = ids;
    if (!this.node.open) {
      this.node.showModal();
      this.#panel.hidden = !this.#details;
    } else if (!other) {
      this.#write();
      return;
    }
    this.#draw();
  }

  /** The collection changed: a photo that left the group makes room for the next one. */
  update(ids) {
    if (ids.includes(this.#id)) {
      this.#ids = ids;
      this.#write();
      return;
    }
    const index = this.#ids.indexOf(this.#id);
    const next = this.#ids.slice(index).find((id) => ids.includes(id)) ?? ids.at(-1);
    if (next === undefined) {
      this.#actions.route.up();
    } else {
      this.#actions.route.replace({ group: this.#actions.route.place.group, image: next });
    }
  }

  close() {
    if (this.node.open) {
      this.node.close();
      this.#photo.removeAttribute("src");
      this.#full.keep([]);
    }
  }

  #step(direction) {
    const next = this.#ids[this.#ids.indexOf(this.#id) + direction];
    if (next !== undefined) {
      this.#actions.route.replace({ group: this.#actions.route.place.group, image: next });
      say(`${this.#name.textContent}, ${this.#position.textContent}`);
    }
  }

  #draw() {
    const { images, collection } = this.#actions;
    const id = this.#id;
    const image = images.get(id);
    const known = collection.image(id);
    this.#photo.alt = image?.path ?? id;
    this.#photo.classList.remove("fresh");
    if (image?.thumbnail) {
      this.#photo.src = image.thumbnail;
    } else {
      this.#photo.removeAttribute("src");
    }
    this.#zoom.fit(image?.width || known.width, image?.height || known.height);
    this.#note.hidden = true;
    this.#write();
    const index = this.#ids.indexOf(id);
    const near = [this.#ids[index + 1], this.#ids[index - 1]]
      .filter((other) => other !== undefined);
    this.#full.keep([id, ...near]);
    this.#full.load(id).then((full) => {
      if (this.#id === id && this.node.open) {
        this.#photo.src = full.src;
      }
    }, () => this.#tellForeign(id, known)).then(() => {
      for (const other of near) {
        if (this.#id === id) {
          this.#full.load(other).catch(() => {});
        }
      }
    });
  }

  #tellForeign(id, { format }) {
    if (this.#id === id) {
      const words = this.#photo.src ? "lightbox.foreign" : "lightbox.noPicture";
      this.#note.textContent = t(words, { format: (format ?? "").toUpperCase() });
      this.#note.hidden = false;
    }
  }

  #write() {
    const index = this.#ids.indexOf(this.#id);
    this.#name.textContent = this.#actions.nameOf(this.#id);
    this.#position.textContent = t("lightbox.position",
      { index: index + 1, count: this.#ids.length });
    this.#previous.disabled = index <= 0;
    this.#next.disabled = index >= this.#ids.length - 1;
    this.#info.setAttribute("aria-expanded", this.#details);
    this.#panel.replaceChildren(...imageDetails(this.#actions, this.#id));
  }

  #toggleDetails() {
    this.#details = !this.#details;
    this.#panel.hidden = !this.#details;
    this.#info.setAttribute("aria-expanded", this.#details);
  }

  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input")) {
      return;
    }
    const act = {
      ArrowLeft: () => this.#arrow(-1, 0), ArrowRight: () => this.#arrow(1, 0),
      ArrowUp: () => this.#arrow(0, -1), ArrowDown: () => this.#arrow(0, 1),
      Home: () => this.#step(-this.#ids.indexOf(this.#id)),
      End: () => this.#step(this.#ids.length - 1 - this.#ids.indexOf(this.#id)),
      "+": () => this.#zoom.by(STEP), "=": () => this.#zoom.by(STEP),
      "-": () => this.#zoom.by(1 / STEP), 0: () => this.#zoom.reset(),
      i: () => this.#toggleDetails(), m: () => this.#actions.askMove([this.#id]),
      Delete: () => this.#actions.move([this.#id], ALONE),
    }[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  }

  /** Arrows leaf, or move the picture while it is larger than the screen. */
  #arrow(x, y) {
    if (this.#zoom.scale > 1) {
      this.#zoom.pan(-90 * x, -90 * y);
    } else if (x) {
      this.#step(x);
    }
  }
}
