// SPDX-License-Identifier: Apache-2.0
// The keys of the results page, and the dialog that lists them.

import { t } from "../i18n.js";
import { button, element } from "./element.js";
import { icon } from "./icons.js";

const MODIFIER = /Mac|iP(hone|ad|od)/.test(navigator.platform) ? "⌘" : "Ctrl";

/** What the dialog lists: keys (alternatives in a list), and the key of the words. */
const LIST = [
  [["←", "→", "↑", "↓"], "edit.keyMove"],
  [["Enter"], "edit.keyOpen"],
  [["Esc"], "edit.keyBack"],
  [["Space"], "edit.keySelect"],
  [["Shift + ←", "→"], "edit.keyExtend"],
  [[`${MODIFIER} + A`], "edit.keyAll"],
  [["F2"], "edit.keyRename"],
  [["M"], "edit.keyMoveTo"],
  [["N"], "edit.keyNew"],
  [["Delete"], "edit.keyAlone"],
  [[`${MODIFIER} + Z`], "edit.undo"],
  [[`${MODIFIER} + Shift + Z`], "edit.redo"],
  [["+", "−", "0"], "edit.keyZoom"],
  [["I"], "edit.keyDetails"],
  [["?"], "edit.keyHelp"],
];

/** Show all keys. */
export function showShortcuts() {
  const dialog = element("dialog", { className: "sheet", "aria-labelledby": "keys-title" });
  dialog.append(element("div", { className: "sheet-head" },
    element("h2", { id: "keys-title" }, t("edit.keys")),
    button("icon-button", icon("close"), () => dialog.close(),
      { "aria-label": t("edit.close"), title: t("edit.close") })),
  element("dl", { className: "keys" }, ...LIST.map(([keys, words]) => element("div", {},
    element("dt", {}, ...keys.map((key) => element("kbd", {}, key))),
    element("dd", {}, t(words))))));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** Name of a pressed key together with Ctrl (or Command) and, where it matters, Shift. */
function nameOf({ key, ctrlKey, metaKey, shiftKey }) {
  const letter = key.length === 1 ? key.toLowerCase() : key;
  const command = ctrlKey || metaKey;
  return `${command ? "Ctrl+" : ""}${command && shiftKey ? "Shift+" : ""}${letter}`;
}

/**
 * Listen for keys wherever the focus is, but not while something is typed or a dialog is open.
 * @param {Record<string, () => unknown>} keys  by name, such as "Ctrl+z"; false: not handled
 * @param {AbortSignal} signal  ends the listening
 */
export function listenForKeys(keys, signal) {
  addEventListener("keydown", (event) => {
    const { target } = event;
    const typing = target instanceof Element
      && target.closest("textarea, select, input:not([type=checkbox], [type=range])");
    if (event.defaultPrevented || event.altKey || event.isComposing || typing
      || document.querySelector("dialog[open]:not(.lightbox), :popover-open")) {
      return;
    }
    const act = keys[nameOf(event)];
    if (act && act() !== false) {
      event.preventDefault();
    }
  }, { signal });
}
