// SPDX-License-Identifier: Apache-2.0
// Renaming in place: a text field stands where the name was.

import { t } from "../i18n.js";
import { element } from "./element.js";

const MAX_LENGTH = 200;

/**
 * Put a field in the place of `node`. Enter and leaving it keep what was typed, Escape does not.
 * @param {HTMLElement} node  comes back when it is over
 * @param {string} name  as it is now
 * @returns {Promise<string|null>} null: leave it as it was
 */
export function renameInPlace(node, name) {
  return new Promise((resolve) => {
    const field = element("input", { className: "rename", type: "text", value: name,
      maxLength: MAX_LENGTH, autocomplete: "off", spellcheck: true, enterKeyHint: "done",
      "aria-label": t("edit.newName") });
    let open = true;
    const close = (value, focus) => {
      if (!open) {
        return;
      }
      open = false;
      node.hidden = false;
      field.remove();
      if (focus) {
        node.focus({ preventScroll: true });
      }
      resolve(value);
    };
    field.addEventListener("keydown", (event) => {
      event.stopPropagation(); // no shortcut, no arrow of the grid
      if (event.key === "Enter" && !event.isComposing) {
        close(field.value, true);
      } else if (event.key === "Escape") {
        event.preventDefault();
        close(null, true);
      }
    });
    field.addEventListener("blur", () => close(field.value, false));
    node.hidden = true;
    node.after(field);
    field.focus();
    field.select();
  });
}
