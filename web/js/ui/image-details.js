// SPDX-License-Identifier: Apache-2.0
// What is known of one photo: its file, its group, and where else it might belong.

import { formatNumber, formatSize, language, t } from "../i18n.js";
import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { picture } from "./picture.js";

const percent = (share) => formatNumber(share, { style: "percent", maximumFractionDigits: 0 });

function dateOf({ taken_at: taken }, file) {
  const time = new Date(taken ?? file?.lastModified ?? NaN);
  if (Number.isNaN(time.getTime())) {
    return null;
  }
  return [taken ? "lightbox.taken" : "lightbox.changed",
    new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(time)];
}

/**
 * Whether an image is still among those that the server put it with: only then its measures speak
 * of its group.
 */
function isWhereItWas(collection, id, cluster) {
  const { image_ids: ids } = collection.answer.clusters[cluster];
  const here = collection.clusterOf(id);
  const still = ids.filter((other) => collection.clusterOf(other) === here);
  return collection.levelIndex === collection.chosenLevelIndex && still.length > ids.length / 2;
}

function groupPart(actions, id, known) {
  const { collection } = actions;
  const key = collection.clusterOf(id);
  if (key === null) {
    return [element("p", { className: "details-group" }, t("wall.alone")),
      element("p", { className: "hint" }, t("lightbox.aloneWhy"))];
  }
  const lines = [element("p", { className: "details-group" }, actions.titleOf(key))];
  if (isWhereItWas(collection, id, known.cluster)) {
    lines.push(element("p", { className: "hint" },
      t("lightbox.belongs", { share: percent(known.probability) })));
    const unusual = known.outlier_score >= 0.6 ? "lightbox.unusual" : "lightbox.usual";
    lines.push(element("p", { className: "hint" },
      t(unusual, { share: percent(known.outlier_score) })));
  } else {
    lines.push(element("p", { className: "hint" }, t("lightbox.placedByYou")));
  }
  return lines;
}

function nearestPart(actions, id, { nearest }) {
  if (nearest === null) {
    return null;
  }
  const group = actions.collection.cluster(nearest);
  return element("div", { className: "details-near" },
    element("h3", {}, t("lightbox.nearest")),
    element("div", { className: "details-card" }, picture(actions.images.get(group.cover)),
      element("span", { id: "nearest-group" }, actions.titleOf(nearest)),
      button("button small", t("lightbox.moveThere"), () => actions.move([id], nearest),
        { "aria-describedby": "nearest-group" })));
}

function filePart(image, known) {
  const width = image?.width || known.width;
  const height = image?.height || known.height;
  const [dateWord, date] = dateOf(known, image?.file) ?? [];
  const rows = [
    [t("lightbox.file"), image?.path ?? known.id],
    width && [t("lightbox.pixels"), `${formatNumber(width)} × ${formatNumber(height)}`],
    image && [t("lightbox.size"), formatSize(image.file.size)],
    [t("lightbox.format"), known.format?.toUpperCase()],
    date && [t(dateWord), date],
    [t("lightbox.copies"), known.copies.join(", ")],
  ].filter((row) => row && row[1]);
  return element("dl", {}, ...rows.map(([term, text]) =>
    element("div", {}, element("dt", {}, term), element("dd", {}, text))));
}

/**
 * @param {import("./actions.js").Actions} actions
 * @param {string} id
 * @returns {Node[]}
 */
export function imageDetails(actions, id) {
  const known = actions.collection.image(id);
  return [
    element("div", {}, element("h3", {}, t("lightbox.group")), ...groupPart(actions, id, known),
      button("button small", [icon("move", 16), t("edit.moveTo")], () => actions.askMove([id]))),
    nearestPart(actions, id, known),
    element("div", {}, element("h3", {}, t("lightbox.about")),
      filePart(actions.images.get(id), known)),
  ].filter(Boolean);
}
