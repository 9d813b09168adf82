// SPDX-License-Identifier: Apache-2.0
// A dialog that asks for a group: where images go, or what a group is merged with.

import { plural, t } from "../i18n.js";
import { likelyGroups } from "./drop-tray.js";
import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { picture } from "./picture.js";
import { ALONE } from "./route.js";
import { VirtualGrid } from "./virtual-grid.js";

const ROW_PX = 60;

/** Without accents and capitals, for searching. */
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/** The rows to choose from: new and alone first (for images), then the groups, likely ones first. */
function rowsFor(actions, { kind, keys }) {
  const { collection } = actions;
  const row = ({ key, cover, ids }) =>
    ({ key, cover, title: actions.titleOf(key), count: ids.length });
  if (kind === "group") {
    return collection.clusters.filter(({ key }) => !keys.includes(key)).map(row);
  }
  const isAlone = keys.every((id) => collection.clusterOf(id) === null);
  return [
    { key: "new", sign: "add", title: t("edit.newGroup") },
    ...(isAlone ? [] : [{ key: ALONE, sign: "alone", title: t("wall.alone") }]),
    ...likelyGroups(collection, keys).map(row),
  ];
}

function renderRow(actions, { key, sign, cover, title, count }, choose) {
  const face = sign ? element("span", { className: "picture sign" }, icon(sign, 24))
    : picture(actions.images.get(cover));
  return element("div", {}, button("move-row", [face, element("span", { className: "move-words" },
    element("span", { className: "move-title" }, title),
    count !== undefined && element("span", { className: "hint" }, plural("wall.images", count)))],
  () => choose(key)));
}

/**
 * Ask for a group.
 * @param {import("./actions.js").Actions} actions
 * @param {{kind: 'image'|'group', keys: string[]}} what is to be moved or merged
 * @returns {Promise<string|null>} key of a group, "new" or "unclustered"; null: never mind
 */
export function askTarget(actions, { kind, keys }) {
  const rows = rowsFor(actions, { kind, keys });
  const words = plural(kind === "image" ? "edit.moveTitle" : "edit.mergeTitle", keys.length,
    { title: actions.titleOf(keys[0]) });
  const grid = new VirtualGrid();
  const field = element("input", { className: "input", type: "search", autocomplete: "off",
    placeholder: t("edit.search"), "aria-label": t("edit.search"), enterKeyHint: "done" });
  const none = element("p", { className: "hint move-none" }, t("edit.noneFound"));
  const dialog = element("dialog", { className: "sheet move", "aria-labelledby": "move-title" });
  let answer = null;
  const choose = (key) => {
    answer = key;
    dialog.close();
  };
  grid.configure({ role: "list", label: t("wall.groups"), minColumn: Infinity, gap: 2,
    rowHeight: () => ROW_PX, key: (row) => row.key,
    render: (row) => renderRow(actions, row, choose) });
  const search = () => {
    const wanted = plain(field.value.trim());
    const found = rows.filter(({ title }) => plain(title).includes(wanted));
    none.hidden = found.length > 0;
    grid.items = found;
    list.scrollTop = 0;
  };
  const list = element("div", { className: "move-list" }, grid, none);
  field.addEventListener("input", search);
  field.addEventListener("keydown", (event) => {
    const [first] = grid.items;
    if (event.key === "Enter" && !event.isComposing && field.value.trim() && first) {
      event.preventDefault();
      choose(first.key);
    } else if (event.key === "ArrowDown" && first) {
      event.preventDefault();
      grid.focusItem(first.key);
    }
  });
  dialog.append(element("div", { className: "sheet-head" },
    element("h2", { id: "move-title" }, words),
    button("icon-button", icon("close"), () => dialog.close(),
      { "aria-label": t("edit.close"), title: t("edit.close") })), field, list);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) {
      dialog.close(); // beside the sheet
    }
  });
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
    field.focus();
    search();
  });
}
