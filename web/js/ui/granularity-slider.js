// SPDX-License-Identifier: Apache-2.0
// <ic-granularity>: from coarse to fine; each stop cuts the hierarchy anew.

import { plural, t } from "../i18n.js";
import { button, element } from "./element.js";

export class GranularitySlider extends HTMLElement {
  #collection;
  #range;
  #words = element("output", { className: "granularity-count" });
  #suggested = element("span", { className: "hint" }, t("wall.suggested"));
  #back;
  #frame = 0;
  #continued = false; // within one pull of the slider

  /** @param {import("../collection/collection.js").Collection} collection */
  constructor(collection) {
    super();
    this.#collection = collection;
    const last = collection.levels.length - 1;
    this.#range = element("input", { type: "range", id: "granularity", min: 0, max: last, step: 1,
      "aria-label": t("wall.granularity") });
    this.#words.htmlFor = "granularity";
    this.#range.addEventListener("input", () => {
      this.#frame ||= requestAnimationFrame(() => this.#apply());
    });
    this.#range.addEventListener("change", () => {
      this.#apply();
      this.#continued = false;
    });
    this.#back = button("granularity-back", t("wall.suggestedBack"),
      () => collection.setLevel(collection.chosenLevelIndex));
  }

  connectedCallback() {
    if (this.firstChild) {
      return;
    }
    const { levels, chosenLevelIndex } = this.#collection;
    this.hidden = levels.length < 2;
    const track = element("span", { className: "granularity-track" }, this.#range,
      element("span", { className: "granularity-mark", title: t("wall.suggested"),
        "aria-hidden": "true" }));
    track.style.setProperty("--mark", chosenLevelIndex / Math.max(1, levels.length - 1));
    const end = (words) =>
      element("span", { className: "granularity-end", "aria-hidden": "true" }, t(words));
    this.append(element("span", { className: "granularity-words" }, this.#words, this.#suggested,
      this.#back), end("wall.coarse"), track, end("wall.fine"));
    this.draw();
  }

  #apply() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const level = Number(this.#range.value);
    if (level !== this.#collection.levelIndex) {
      this.#collection.setLevel(level, { continued: this.#continued });
      this.#continued = true;
    }
  }

  /** Write what the collection says now. */
  draw() {
    const { levelIndex, chosenLevelIndex, clusters } = this.#collection;
    const words = plural("wall.groupCount", clusters.length);
    const suggested = levelIndex === chosenLevelIndex;
    this.#range.value = levelIndex;
    this.#range.setAttribute("aria-valuetext",
      suggested ? `${words}, ${t("wall.suggested")}` : words);
    this.#words.value = words;
    if (suggested && document.activeElement === this.#back) {
      this.#range.focus();
    }
    this.#suggested.hidden = !suggested;
    this.#back.hidden = suggested;
  }
}

customElements.define("ic-granularity", GranularitySlider);
