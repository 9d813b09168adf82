// SPDX-License-Identifier: Apache-2.0
// The result as a page to look at: one HTML file with the thumbnails in it, without scripts, that
// opens anywhere without a network.

import { language, plural, t } from "../i18n.js";
import { GALLERY_STYLE } from "./gallery-style.js";
import { html, Markup } from "./markup.js";

const COVER_IMAGES = 4;
const EVIDENCE_SHOWN = 3;
const MAX_NAV_ENTRIES = 80;
const BASE64_BYTES = 0x6000; // turned into text at once

/** @returns {Promise<string>} the Blob as a data: URL */
async function dataUrl(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = "";
  for (let at = 0; at < bytes.length; at += BASE64_BYTES) {
    binary += String.fromCharCode(...bytes.subarray(at, at + BASE64_BYTES));
  }
  return `data:image/jpeg;base64,${btoa(binary)}`;
}

const baseName = (path) => path.slice(path.lastIndexOf("/") + 1) || path;

/** What a browser shows in place of a picture that it has not got. */
function placeholder(path) {
  const [, format = "?"] = /\.([^./]{1,5})$/.exec(path) ?? [];
  return html`<span class="none">${format.toUpperCase()}</span>`;
}

/** @returns {Promise<string|null>} the thumbnail as a data: URL, if there is one */
async function source(image) {
  if (image?.thumbnailBlob) {
    return dataUrl(image.thumbnailBlob);
  }
  return image?.thumbnail?.startsWith("data:image/") ? image.thumbnail : null; // from the server
}

/** @returns {Promise<Markup>} */
async function picture(image, id) {
  const path = image?.path ?? id;
  const url = await source(image);
  return url === null ? placeholder(path)
    : html`<img loading="lazy" decoding="async" alt="${baseName(path)}" title="${path}"
 src="${url}">`;
}

async function captioned(images, id) {
  const image = images.get(id);
  return html`<figure><div class="frame">${await picture(image, id)}</div>
<figcaption><bdi>${baseName(image?.path ?? id)}</bdi></figcaption></figure>
`;
}

function evidence(list) {
  const parts = list.slice(0, EVIDENCE_SHOWN)
    .map(({ concept, weight }) => `${concept}\u00a0${Math.round(weight * 100)}%`);
  return parts.length > 0 ? html` · <span lang="en">${parts.join(", ")}</span>` : "";
}

/** The cover, then the others in the order of the group. */
function arranged(group) {
  const first = group.ids.length <= COVER_IMAGES ? [group.cover] : group.representatives;
  const shown = new Set(first);
  return [...shown, ...group.ids.filter((id) => !shown.has(id))];
}

const groupName = (group, number) => group.title || t("export.gallery.group", { number });

async function* groupSection(group, number, images) {
  const ids = arranged(group);
  const cover = ids.slice(0, COVER_IMAGES);
  yield html`<section id="g${number}"><div><div class="cover n${cover.length}">`;
  for (const id of cover) {
    yield html`<figure>${await picture(images.get(id), id)}</figure>
`;
  }
  yield html`</div><div class="title"><h2${group.renamed ? "" : html` lang="en"`}>${
    groupName(group, number)}</h2><p>${plural("export.gallery.images", ids.length)}${
    group.renamed ? "" : evidence(group.evidence)}</p></div></div>
`;
  const rest = ids.slice(COVER_IMAGES);
  if (rest.length > 0) {
    yield html`<details><summary>${plural("export.gallery.more", rest.length)}</summary>
<div class="all">
`;
    for (const id of rest) {
      yield await captioned(images, id);
    }
    yield html`</div></details>`;
  }
  yield html`</section>
`;
}

async function* unclusteredSection(ids, images) {
  yield html`<section class="wide" id="none"><div class="title"><h2>${
    t("export.gallery.unclustered")}</h2><p>${plural("export.gallery.unlike", ids.length)}</p></div>
<div class="all">
`;
  for (const id of ids) {
    yield await captioned(images, id);
  }
  yield html`</div></section>
`;
}

function errorSection(errors) {
  return html`<section class="wide"><div class="title"><h2>${
    plural("export.gallery.unreadable", errors.length)}</h2></div><ul>
${errors.map(({ file, reason }) => html`<li><bdi>${file}</bdi>:
<span lang="en">${reason}</span></li>
`)}</ul></section>
`;
}

function navigation(groups) {
  return groups.length < 2 || groups.length > MAX_NAV_ENTRIES ? "" : html`<nav>
${groups.map((group, number) => html`<a href="#g${number}">${groupName(group, number)} <b>${
    group.ids.length}</b></a>
`)}</nav>
`;
}

function top(title, collection) {
  return html`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title>
<style>${new Markup(GALLERY_STYLE)}</style>
</head>
<body>
<header><h1>${title}</h1>${collection.edited ? "" : html`<p lang="en">${collection.reason}</p>`}
${navigation(collection.clusters)}</header>
<main>
`;
}

function bottom({ answer: { model, strategy, describer } }) {
  const facts = [model?.id, strategy, describer].filter(Boolean).join(" · ");
  return html`</main>
<footer><p>Image Cluster AI · ${facts}</p></footer>
</body>
</html>
`;
}

/**
 * The page in parts, in order.
 * @param {import("../collection/collection.js").Collection} collection
 * @param {{get(id: string): object|undefined}} images
 * @returns {AsyncGenerator<Markup>}
 */
export async function* galleryParts(collection, images) {
  const { clusters, unclustered, errors } = collection;
  yield top(t("export.gallery.title", {
    images: plural("export.gallery.images", collection.size),
    groups: plural("export.gallery.groups", clusters.length),
  }), collection);
  for (const [number, group] of clusters.entries()) {
    yield* groupSection(group, number, images);
  }
  if (unclustered.length > 0) {
    yield* unclusteredSection(unclustered, images);
  }
  if (errors.length > 0) {
    yield errorSection(errors);
  }
  yield bottom(collection);
}
