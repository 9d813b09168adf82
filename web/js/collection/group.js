// SPDX-License-Identifier: Apache-2.0
// One group of the collection, and what an edit makes of it. Groups are never changed in place.

const MAX_REPRESENTATIVES = 4;
const MAX_NAME_LENGTH = 200;

/**
 * @typedef {object} Group
 * @property {string} key stays the same through edits
 * @property {string} title what to show: the user's name or else the description, capitalised
 * @property {string} description in the server's words, "" where it gave none
 * @property {string} note why it is described otherwise than wanted
 * @property {boolean} renamed
 * @property {string[]} ids most central first
 * @property {string} cover
 * @property {string[]} representatives up to four, the cover first
 * @property {number|null} persistence
 * @property {number|null} score of the description
 * @property {{concept: string, weight: number}[]} evidence for the description
 * @property {boolean} edited images were moved into it or out of it
 * @property {number} node of the hierarchy, -1 for an edited one
 */

function capitalised(text) {
  const first = String.fromCodePoint(text.codePointAt(0) ?? 32).trim();
  return first.toUpperCase() + text.slice(first.length);
}

/** A name as typed, fit for one line. */
export function cleanName(name) {
  const [...letters] = name.replace(/[\s\u0000-\u001f\u007f]+/g, " ").trim();
  return letters.slice(0, MAX_NAME_LENGTH).join("").trim();
}

/** @returns {Group} */
export function makeGroup({ name = "", description = "", note = "", ids, representatives = [], node = -1,
  key, persistence = null, score = null, evidence = [], edited = false }) {
  return Object.freeze({
    key, description, note, ids, evidence, persistence, score, edited, node,
    title: name || capitalised(description),
    renamed: name !== "",
    cover: representatives[0] ?? ids[0],
    representatives: completed(representatives, ids),
  });
}

/** @returns {Group} `group` with other properties; its name goes with it unless one is given */
export function changed(group, properties) {
  return makeGroup({ ...group, name: group.renamed ? group.title : "", ...properties });
}

/** Up to four of `ids`, those in `some` first, the others spread over the rest. */
function completed(some, ids) {
  if (some.length === Math.min(MAX_REPRESENTATIVES, ids.length)) {
    return some;
  }
  const shown = new Set(some.slice(0, MAX_REPRESENTATIVES));
  const wanted = Math.min(MAX_REPRESENTATIVES, ids.length);
  const step = ids.length / wanted;
  for (let i = 0; shown.size < wanted && i < wanted; i++) {
    shown.add(ids[Math.floor(i * step)]);
  }
  for (let i = 0; shown.size < wanted; i++) {
    shown.add(ids[i]);
  }
  return [...shown];
}

/** @returns {Group} the group under the user's name; "" brings the description back */
export function renamed(group, name) {
  const clean = cleanName(name);
  return changed(group, { name: clean === capitalised(group.description) ? "" : clean });
}

/** What the server said of the group was about other images. */
const OUTDATED = { edited: true, node: -1, persistence: null, score: null, evidence: [] };

/** @returns {Group|null} the group without the images of `leaving`; null if none is left */
export function without(group, leaving) {
  const ids = group.ids.filter((id) => !leaving.has(id));
  if (ids.length === 0) {
    return null;
  }
  const representatives = group.representatives.filter((id) => !leaving.has(id));
  return changed(group, { ...OUTDATED, ids, representatives });
}

/** @returns {Group} the group with the images `ids` behind its own */
export function withMore(group, ids) {
  return changed(group, { ...OUTDATED, ids: [...group.ids, ...ids] });
}

/** "a", "a and b", "a, b and c", "a, b, c and more" */
function joined(texts) {
  const distinct = [...new Set(texts.filter(Boolean))];
  const shown = distinct.length > 3 ? [...distinct.slice(0, 3), "more"] : distinct;
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(shown);
}

/**
 * Several groups as one. It keeps the key of the first and every name that the user gave.
 * @param {Group[]} groups the largest first
 * @returns {Group}
 */
export function united(groups) {
  return changed(groups[0], {
    ...OUTDATED,
    ids: groups.flatMap(({ ids }) => ids),
    representatives: groups.map(({ cover }) => cover),
    description: joined(groups.map(({ description }) => description)),
    name: cleanName([...new Set(groups.filter((group) => group.renamed)
      .map(({ title }) => title))].join(" + ")),
  });
}
