// SPDX-License-Identifier: Apache-2.0
// Elements made from data. Text goes in as text, never as markup.

/**
 * Make an element: properties (and attributes whose names have a hyphen, or `role`), then children.
 * @param {string} tag
 * @param {object} [properties]
 * @param {...(Node|string|null|undefined|false)} children nothing is made of empty ones
 * @returns {HTMLElement}
 */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") {
      node.setAttribute(name, value);
    } else {
      node[name] = value;
    }
  }
  node.append(...children.filter((child) => child || child === 0));
  return node;
}

/** A button: `button("button primary", text or [icon, text], onclick, properties)`. */
export function button(className, content, onclick, properties = {}) {
  return element("button", { type: "button", className, onclick, ...properties },
    ...[content].flat());
}
