// SPDX-License-Identifier: Apache-2.0
// HTML as text, in which nothing from outside can become markup.

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text that is markup already. */
export class Markup {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

function piece(value) {
  if (value instanceof Markup) {
    return value.text;
  }
  return Array.isArray(value) ? value.map(piece).join("")
    : String(value ?? "").replace(/[&<>"']/g, (letter) => ENTITIES[letter]);
}

/** @returns {Markup} the template; values are escaped unless they are made by `html` themselves */
export function html(strings, ...values) {
  return new Markup(strings.reduce((text, part, i) => text + piece(values[i - 1]) + part));
}
