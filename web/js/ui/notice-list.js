// SPDX-License-Identifier: Apache-2.0
// <ic-notices>: messages in words that stay until they are dealt with, each with what can be done.

import { plural, t } from "../i18n.js";
import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { say } from "./live.js";

const LISTED = 100; // names shown of a long list

/**
 * @typedef {object} Notice
 * @property {"info"|"warn"|"bad"} tone
 * @property {string} text
 * @property {string} [detail] words of the server, which are English
 * @property {() => string[]} [list] names and reasons, asked for when it is unfolded
 * @property {{label: string, run: () => void}[]} [actions] a notice goes when one is taken
 * @property {boolean} [dismissable]
 */

export class NoticeList extends HTMLElement {
  #makers = new Map(); // key -> () => Notice
  #nodes = new Map(); // key -> element

  connectedCallback() {
    document.addEventListener("languagechange", () => {
      for (const [key, make] of this.#makers) {
        this.#draw(key, make());
      }
    });
  }

  /**
   * Show a notice, in place of an earlier one of the same key.
   * @param {string} key
   * @param {() => Notice} make called again when the language changes
   */
  show(key, make) {
    const notice = make();
    const node = this.#nodes.get(key);
    const content = JSON.stringify(notice);
    this.#makers.set(key, make);
    if (node?.content === content) {
      return; // nothing new: leave the focus and the unfolded list as they are
    }
    const seen = !this.closest("[hidden]");
    if (seen && node?.querySelector(".text").textContent !== notice.text) {
      say(notice.text, { urgent: notice.tone === "bad" });
    }
    this.#draw(key, notice);
    this.#nodes.get(key).content = content;
  }

  /** Take a notice away; without a key all of them. */
  remove(key) {
    for (const one of key === undefined ? [...this.#nodes.keys()] : [key]) {
      this.#nodes.get(one)?.remove();
      this.#nodes.delete(one);
      this.#makers.delete(one);
    }
  }

  /** Move the focus to the first thing that can be done about a notice. */
  focusAction(key) {
    this.#nodes.get(key)?.querySelector("button")?.focus();
  }

  #draw(key, { tone, text, detail, list, actions = [], dismissable = false }) {
    const close = () => this.#close(key);
    const words = element("div", { className: "words" },
      element("p", { className: "text" }, text),
      detail && element("p", { className: "hint", lang: "en" }, detail),
      list && this.#unfolding(key, list));
    const node = element("div", { className: `notice ${tone}`, role: "group" },
      icon(tone === "info" ? "info" : "alert"), words,
      ...actions.map(({ label, run }) => button("button small", label, () => {
        close();
        run();
      })),
      dismissable && button("icon-button", icon("close"), close,
        { ariaLabel: t("choose.dismiss"), title: t("choose.dismiss") }));
    node.setAttribute("aria-label", text);
    const old = this.#nodes.get(key);
    if (old) {
      const focused = [...old.querySelectorAll("button, summary")].indexOf(document.activeElement);
      old.replaceWith(node);
      [...node.querySelectorAll("button, summary")][focused]?.focus();
    } else {
      this.append(node);
    }
    this.#nodes.set(key, node);
  }

  #unfolding(key, list) {
    const names = element("ul");
    const details = element("details",
      { open: this.#nodes.get(key)?.querySelector("details")?.open ?? false },
      element("summary", {}, t("choose.which")), names);
    details.addEventListener("toggle", () => {
      const all = details.open ? list() : [];
      const items = all.slice(0, LISTED);
      if (all.length > LISTED) {
        items.push(plural("choose.more", all.length - LISTED));
      }
      names.replaceChildren(...items.map((name) => element("li", {}, name)));
    });
    return details;
  }

  /** The focus must not fall off the page with the button that had it. */
  #close(key) {
    const node = this.#nodes.get(key);
    const next = node?.nextElementSibling ?? node?.previousElementSibling;
    const focused = node?.contains(document.activeElement);
    this.remove(key);
    if (focused) {
      (next?.querySelector("button") ?? document.getElementById("main")).focus();
    }
  }
}

customElements.define("ic-notices", NoticeList);
