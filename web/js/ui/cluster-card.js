// SPDX-License-Identifier: Apache-2.0
// A group on the wall: its most typical picture large, different ones beside it, name and number.

import { plural, t } from "../i18n.js";
import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { picture } from "./picture.js";
import { renameInPlace } from "./rename-field.js";

/** Height of what stands below the pictures, and the shape of the pictures together. */
const TEXT_PX = 64;
const SHAPE = 5 / 3;
const PADDING_PX = 10;

/** @param {number} width of a card in px */
export function cardHeight(width) {
  return Math.round((width - 2 * PADDING_PX) / SHAPE + TEXT_PX + PADDING_PX);
}

/** What of a group is to be seen on its card; a card is made anew when it changes. */
export function cardVersion({ title, ids, representatives }) {
  return JSON.stringify([title, ids.length, representatives]);
}

/** Let the reader write another name on a card. */
export async function renameOnCard(card, key, actions) {
  const link = card.querySelector(".card-open");
  if (link && !link.hidden) {
    actions.rename(key, await renameInPlace(link, actions.titleOf(key)));
  }
}

/**
 * @param {import("../collection/group.js").Group} group
 * @param {import("./actions.js").Actions} actions
 * @returns {HTMLElement}
 */
export function clusterCard({ key, ids, representatives }, actions) {
  const title = actions.titleOf(key);
  const mosaic = element("div", { className: `mosaic of-${representatives.length}`,
    "aria-hidden": "true" },
  ...representatives.map((id) => picture(actions.images.get(id))));
  const link = element("a", { className: "card-open", draggable: false, title,
    href: `#${new URLSearchParams({ group: key })}` }, title);
  const card = element("div", { className: "card", draggable: true }, mosaic,
    element("div", { className: "card-text" },
      element("h3", {}, link),
      element("p", { className: "hint" }, plural("wall.images", ids.length))),
    button("icon-button card-rename", icon("pencil", 18), () => renameOnCard(card, key, actions),
      { "aria-label": t("edit.renameGroup", { title }), title: t("edit.rename") }),
    button("tick", icon("check", 18), null, { role: "checkbox", "aria-checked": "false",
      "aria-label": t("edit.selectGroup", { title }) }));
  return card;
}
