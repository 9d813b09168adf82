// SPDX-License-Identifier: Apache-2.0
// <ic-progress>: how far the work is, with rate and time left; and, if it failed, what can be done.

import { formatDuration, formatNumber, formatSize, plural, t } from "../i18n.js";
import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { say } from "./live.js";
import { picture } from "./picture.js";
import { ProgressPlan, STAGES } from "./progress-plan.js";

const TITLE = "Image Cluster AI";
const TICK_MS = 250;
const DEAL_MS = 900; // between two pictures that come to the front
const DECK = 3;

/** Sends "cancel", and after a failure "again" or "back". */
export class WorkProgress extends HTMLElement {
  #plan = null;
  #store = null;
  #started = 0;
  #timer = 0;
  #dealt = 0; // when the last picture was dealt
  #next = -1; // index of that picture
  #quiet = false;
  #failure = null;
  #saidQuarter = 0;

  #deck = element("div", { className: "deck", "aria-hidden": "true" });
  #title = element("h2", { tabIndex: -1 });
  #bar = element("progress", { max: 1, value: 0 });
  #numbers = element("p", { className: "numbers" });
  #steps = element("ol", { className: "steps" });
  #warning = element("p", { className: "notice warn", hidden: true });
  #text = element("p", { className: "failure" });
  #detail = element("p", { className: "hint", lang: "en" });
  #cancel = button("button", "", () => this.dispatchEvent(new Event("cancel")));
  #buttons = element("div", { className: "buttons" });

  connectedCallback() {
    this.classList.add("working");
    this.append(this.#deck, this.#title, this.#text, this.#detail, this.#bar, this.#numbers,
      this.#steps, this.#warning, this.#buttons);
    document.addEventListener("languagechange", () => !this.hidden && this.#write());
  }

  /**
   * Begin anew.
   * @param {import("../images/image-store.js").ImageStore} store
   * @param {number} unprepared how many of its images have to be made smaller first
   */
  start(store, unprepared) {
    const now = performance.now();
    this.#plan = new ProgressPlan({ pending: unprepared / Math.max(1, store.size), now });
    this.#bar.value = 0;
    this.#store = store;
    this.#started = now;
    this.#dealt = 0;
    this.#next = -1;
    this.#quiet = false;
    this.#failure = null;
    this.#saidQuarter = 0;
    this.#deck.replaceChildren();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#draw(), TICK_MS);
    this.#write();
    this.#title.focus();
  }

  /** Take a progress event of the client. */
  update(event) {
    this.#quiet = event.stage === "quiet";
    if (!this.#quiet) {
      const before = this.#plan.stage;
      this.#plan.update(event, performance.now());
      if (this.#plan.stage !== before) {
        this.#write();
        say(this.#title.textContent);
      }
    } else {
      say(t("work.quiet"), { urgent: true });
      this.#draw();
    }
  }

  /** The work has ended, well or by cancelling. @returns {number} seconds it took */
  stop() {
    clearInterval(this.#timer);
    document.title = TITLE;
    return (performance.now() - this.#started) / 1000;
  }

  /** Show a failure: code of an ApiError, or "page". */
  fail(error) {
    this.stop();
    this.#failure = error;
    this.#write();
    this.#title.focus();
  }

  /** Everything that changes with the stage or the language. */
  #write() {
    const failed = this.#failure !== null;
    this.classList.toggle("failed", failed);
    for (const node of [this.#deck, this.#bar, this.#numbers, this.#steps]) {
      node.hidden = failed;
    }
    this.#text.hidden = this.#detail.hidden = !failed;
    if (failed) {
      this.#writeFailure();
      return;
    }
    const { stage } = this.#plan;
    this.#title.textContent = plural(`work.title.${stage}`, this.#store.size);
    this.#bar.ariaLabel = t("work.progress");
    this.#steps.ariaLabel = t("work.steps");
    const current = STAGES.indexOf(stage);
    this.#steps.replaceChildren(...STAGES.map((name, index) => {
      const state = index < current ? "done" : index > current ? "" : "now";
      const step = element("li", { className: state },
        state === "done" && icon("check", 16), t(`work.stage.${name}`));
      step.ariaCurrent = index === current ? "step" : null;
      return step;
    }));
    this.#cancel.textContent = t("work.cancel");
    if (!this.#buttons.contains(this.#cancel)) { // it may have the focus
      this.#buttons.replaceChildren(this.#cancel);
    }
    this.#draw();
  }

  #writeFailure() {
    const { code = "page", message, retrySeconds } = this.#failure;
    const busyFor = code === "busy" && retrySeconds;
    this.#title.textContent = t(`error.title.${code}`);
    this.#text.textContent = busyFor
      ? t("error.text.busyFor", { time: formatDuration(retrySeconds) }) : t(`error.text.${code}`);
    this.#detail.textContent = message ?? "";
    this.#warning.hidden = true;
    this.#buttons.replaceChildren(
      button("button primary", t("work.again"), () => this.dispatchEvent(new Event("again"))),
      button("button", t("work.back"), () => this.dispatchEvent(new Event("back"))),
      element("p", { className: "hint" }, t("work.kept")));
  }

  /** Everything that changes with time. */
  #draw() {
    const { share } = this.#plan;
    const percent = Math.floor(share * 100);
    this.#bar.value = share;
    document.title = `${percent} % · ${TITLE}`;
    this.#numbers.replaceChildren(...this.#words(performance.now())
      .map((words) => element("span", {}, words)));
    this.#warning.hidden = !this.#quiet;
    this.#warning.textContent = t("work.quiet");
    this.#deal();
    const quarter = Math.floor(share * 4);
    if (quarter > this.#saidQuarter) {
      this.#saidQuarter = quarter;
      say(`${percent} %`);
    }
  }

  #words(now) {
    const { stage, done, total } = this.#plan;
    const rate = this.#plan.rate(now);
    const left = this.#plan.secondsLeft(now);
    const words = [];
    if (total > 0 && stage === "sending") {
      words.push(t("work.countOf", { done: formatSize(done), total: formatSize(total) }),
        rate && t("work.speed", { size: formatSize(rate) }));
    } else if (total > 0 && (stage === "preparing" || stage === "embedding")) {
      words.push(t("work.countOf", { done, total }), rate && t("work.rate",
        { rate: formatNumber(rate, { maximumSignificantDigits: rate < 10 ? 2 : 3 }) }));
    }
    const elapsed = Math.round((now - this.#started) / 1000);
    words.push(timeLeft(left)
      || (elapsed > 0 && t("work.elapsed", { time: formatDuration(elapsed) })));
    return words.filter(Boolean);
  }

  /** Lay the picture of an image in work on top of the deck. */
  #deal() {
    const now = performance.now();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const { stage, done } = this.#plan;
    const full = this.#deck.childElementCount === DECK;
    if ((full && now - this.#dealt < DEAL_MS) || (calm && full)) {
      return;
    }
    const all = [...this.#store].filter(({ state }) => state === "ready");
    if (all.length === 0) {
      return;
    }
    const counted = stage === "preparing" || stage === "embedding";
    this.#next = Math.max(this.#next + 1, counted ? done : 0);
    this.#dealt = now;
    this.#deck.append(picture(all[this.#next % all.length], { eager: true }));
    while (this.#deck.childElementCount > DECK) {
      this.#deck.firstChild.remove();
    }
  }
}

/** The time left in words, coarse as such guesses are; "" where it is not known. */
function timeLeft(seconds) {
  if (seconds === null) {
    return "";
  }
  if (seconds < 1.5) {
    return t("work.soon");
  }
  const step = seconds < 10 ? 1 : seconds < 90 ? 5 : 10;
  return t("work.left", { time: formatDuration(Math.round(seconds / step) * step) });
}

customElements.define("ic-progress", WorkProgress);
