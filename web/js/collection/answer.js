// SPDX-License-Identifier: Apache-2.0
// The server's result document: checked once and for all, then laid out for the page.

import { Hierarchy } from "./hierarchy.js";

/** What the server answered makes no sense; the message says where. */
export class AnswerError extends Error {
  name = "AnswerError";
}

function demand(condition, what) {
  if (!condition) {
    throw new AnswerError(`The server's answer cannot be used: ${what}.`);
  }
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isIndex = (value, end) => Number.isInteger(value) && value >= 0 && value < end;
const isMeasure = (value) => value === null || value === undefined || Number.isFinite(value);

const isText = (value) => typeof value === "string";
const isEvidence = (list) => Array.isArray(list) && list.every((item) =>
  isObject(item) && isText(item.concept) && Number.isFinite(item.weight));

function listOf(document, key, check) {
  const list = document[key];
  demand(Array.isArray(list), `"${key}" is not a list`);
  list.forEach((item, i) => {
    demand(isObject(item), `${key}[${i}] is not an object`);
    check(item, `${key}[${i}]`);
  });
  return list;
}

/** @returns {Map<string, number>} id -> row */
function readImages(document) {
  const rows = new Map();
  listOf(document, "images", (image, where) => {
    demand(isText(image.id), `${where} has no id`);
    demand(!rows.has(image.id), `"images" names "${image.id}" twice`);
    demand(isMeasure(image.probability) && isMeasure(image.outlier_score),
      `${where} has measures that are not numbers`);
    demand(isText(image.format ?? "") && isText(image.taken_at ?? ""),
      `the format or the date of ${where} is not a text`);
    rows.set(image.id, rows.size);
  });
  return rows;
}

/** @returns {Int32Array} row -> the cluster it is in */
function readClusters(document, rows) {
  const home = new Int32Array(rows.size).fill(-1);
  const clusters = listOf(document, "clusters", (cluster, where) => {
    demand(Array.isArray(cluster.image_ids) && cluster.image_ids.length > 0,
      `${where} has no images`);
    demand(isText(cluster.description ?? "") && isText(cluster.description_note ?? ""),
      `the description of ${where} is not a text`);
    demand(Array.isArray(cluster.representatives ?? []) && isEvidence(cluster.evidence ?? []),
      `the evidence or the representatives of ${where} are no lists of such`);
  });
  clusters.forEach((cluster, c) => {
    for (const id of cluster.image_ids) {
      const row = rows.get(id);
      demand(row !== undefined, `clusters[${c}] has an unknown image, "${id}"`);
      demand(home[row] < 0, `"${id}" is in more than one place`);
      home[row] = c;
    }
  });
  document.images.forEach((image, row) => {
    demand(home[row] >= 0, `"${image.id}" is in no cluster`);
    demand(image.cluster === undefined || image.cluster === home[row],
      `"${image.id}" and the clusters disagree on where it is`);
    demand(image.nearest_cluster === undefined || image.nearest_cluster === null ||
      isIndex(image.nearest_cluster, clusters.length), `images[${row}] is near an unknown cluster`);
  });
  return home;
}

function checkDuplicates(document, rows) {
  const { near_duplicates: sets = [] } = document;
  demand(Array.isArray(sets) && sets.every((ids) => Array.isArray(ids) &&
    ids.every((id) => rows.has(id))), "its near-duplicates are no lists of images");
  document.images.forEach((image, row) => {
    demand(image.duplicate_set === undefined || image.duplicate_set === null ||
      (isIndex(image.duplicate_set, sets.length) && sets[image.duplicate_set].includes(image.id)),
    `images[${row}] is in an unknown set of near-duplicates`);
  });
}

function checkMerges(merges, n) {
  demand(Array.isArray(merges) && merges.length === n - 1,
    `the hierarchy of ${n} images needs ${n - 1} merges`);
  const sizes = new Int32Array(2 * n - 1).fill(1, 0, n);
  const merged = new Uint8Array(2 * n - 1);
  merges.forEach((merge, i) => {
    const [left, right, , size] = Array.isArray(merge) ? merge : [];
    demand(isIndex(left, n + i) && isIndex(right, n + i) && left !== right &&
      !merged[left] && !merged[right], `merge ${i} of the hierarchy joins what is not there`);
    merged[left] = 1;
    merged[right] = 1;
    sizes[n + i] = sizes[left] + sizes[right];
    demand(size === sizes[n + i], `merge ${i} of the hierarchy has a wrong size`);
  });
}

function checkLevels(levels, chosen, n) {
  demand(isIndex(chosen, n), "the hierarchy does not say which level was chosen");
  demand(Array.isArray(levels) && levels.every((level, i) =>
    isIndex(level - 1, n) && (i === 0 || level > levels[i - 1])),
  "the levels of the hierarchy are not in order");
  demand(levels.includes(n - chosen), "the chosen level of the hierarchy is not among the levels");
}

/** @returns {Map<number, {medoid: string, description: string}>} by node */
function readNodes(nodes, hierarchy, rows) {
  const texts = new Map();
  demand(Array.isArray(nodes), "the hierarchy has no list of nodes");
  for (const item of nodes) {
    demand(isObject(item) && isIndex(item.node, 2 * hierarchy.n - 1) && rows.has(item.medoid) &&
      hierarchy.has(item.node, rows.get(item.medoid)) &&
      isText(item.description ?? ""), "a node of the hierarchy is incomplete");
    texts.set(item.node, { medoid: item.medoid, description: item.description ?? "" });
  }
  return texts;
}

/** The hierarchy, where there is one, with what belongs to it. */
function readHierarchy(document, rows, home) {
  const n = rows.size;
  const { hierarchy: raw, clusters } = document;
  if (n < 2 || raw === undefined || raw === null) {
    return null;
  }
  demand(isObject(raw), `"hierarchy" is not an object`);
  checkMerges(raw.merges, n);
  checkLevels(raw.levels, raw.chosen, n);
  const hierarchy = new Hierarchy(n, raw.merges);
  const nodeOfCluster = new Int32Array(clusters.length);
  const cut = hierarchy.cut(n - raw.chosen);
  demand(cut.length === clusters.length && cut.every((node) => {
    const rowsOfNode = hierarchy.rows(node);
    const c = home[rowsOfNode[0]];
    nodeOfCluster[c] = node;
    return clusters[c].image_ids.length === rowsOfNode.length &&
      rowsOfNode.every((row) => home[row] === c);
  }), "its hierarchy does not lead to its clusters");
  const texts = readNodes(raw.nodes, hierarchy, rows);
  return { hierarchy, levels: raw.levels, chosen: raw.chosen, texts, nodeOfCluster };
}

/**
 * @typedef {object} Answer
 * @property {object} document as the server sent it
 * @property {Map<string, number>} rows id -> row, its place in document.images
 * @property {Int32Array} home row -> its cluster in document.clusters
 * @property {?{hierarchy: Hierarchy, levels: number[], chosen: number,
 *   texts: Map<number, {medoid: string, description: string}>, nodeOfCluster: Int32Array}} tree
 */

/**
 * Check a result document as a whole: afterwards each image is in exactly one place, and the
 * hierarchy, if there is one, leads to the clusters.
 * @param {unknown} document
 * @returns {Answer}
 * @throws {AnswerError}
 */
export function readAnswer(document) {
  demand(isObject(document), "it is not a result");
  demand(isText(document.reason ?? "") && isObject(document.model ?? {}) &&
    isObject(document.timings ?? {}), "what it says of itself has not the right form");
  const rows = readImages(document);
  const home = readClusters(document, rows);
  checkDuplicates(document, rows);
  listOf({ errors: [], ...document }, "errors", (error, where) => {
    demand(isText(error.file) && isText(error.reason), `${where} names no file or no reason`);
  });
  return { document, rows, home, tree: readHierarchy(document, rows, home) };
}
