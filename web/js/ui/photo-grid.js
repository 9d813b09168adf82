// SPDX-License-Identifier: Apache-2.0
// A virtual grid of photos that can be opened, selected and dragged.

import { t } from "../i18n.js";
import { dragFrom } from "./drag.js";
import { element } from "./element.js";
import { icon } from "./icons.js";
import { picture } from "./picture.js";
import { selectIn } from "./selection.js";
import { VirtualGrid } from "./virtual-grid.js";

const CAPTION_PX = 26;

/** Three a row on a phone, larger where there is room. */
function leastColumn(width) {
  return width < 480 ? 100 : width < 900 ? 132 : width < 1600 ? 158 : 184;
}

/**
 * @param {import("./actions.js").Actions} actions
 * @param {{open: (id: string) => void, captions?: boolean, maxRows?: number}} how
 *   captions: a line below each photo
 * @returns {VirtualGrid} its items are ids
 */
export function photoGrid(actions, { open, captions = false, maxRows }) {
  const { selection } = actions;
  const grid = new VirtualGrid();
  const caption = (id) => (captions ? actions.captionOf(id) : "");
  const nameOf = (id) =>
    [actions.images.get(id)?.path ?? id, caption(id)].filter(Boolean).join(", ");
  grid.className = "photos";
  grid.configure({
    role: "listbox",
    minColumn: leastColumn,
    gap: 8,
    maxRows,
    rowHeight: (width) => width + (captions ? CAPTION_PX : 0),
    key: (id) => id,
    version: caption,
    render: (id) => element("div",
      { className: "photo", draggable: true, "aria-label": nameOf(id) },
      picture(actions.images.get(id)),
      element("span", { className: "tick", "aria-hidden": "true" }, icon("check", 18)),
      captions && element("span", { className: "caption", title: caption(id) }, caption(id))),
    mark: (cell, id) => {
      const selected = selection.kind === "image" && selection.has(id);
      cell.classList.toggle("selected", selected);
      cell.setAttribute("aria-selected", selected);
    },
  });
  grid.setAttribute("aria-multiselectable", "true");
  grid.setAttribute("aria-label", t("cluster.photos"));
  selectIn(grid, { kind: "image", selection, order: () => grid.items, open });
  dragFrom(grid, { kind: "image", selection });
  selection.addEventListener("change", () => grid.markAll());
  return grid;
}
