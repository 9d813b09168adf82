// SPDX-License-Identifier: Apache-2.0
// What the user can do to a result. Each edit makes a new state of an old one and shares with it
// all that stays the same.

import { largestFirst } from "./cuts.js";
import { changed, makeGroup, renamed, united, withMore, without } from "./group.js";

/**
 * @typedef {object} State
 * @property {number} level index into the levels
 * @property {import("./group.js").Group[]} groups the largest first
 * @property {string[]} unclustered
 * @property {Map<number, string>} names that the user gave at this and other levels, by node
 * @property {boolean} rearranged images were moved or groups merged since the level was cut
 */

/**
 * @typedef {object} Step
 * @property {State} state
 * @property {{kind: string, count: number, title?: string, key?: string}} action what was done, for
 *   texts; `count` is of images, for merges of groups, for levels of clusters
 */

const places = new WeakMap(); // state -> Map id -> key

/** @returns {string|null} the key of the group that an image is in */
export function placeOf(state, id) {
  if (!places.has(state)) {
    const keys = new Map();
    for (const group of state.groups) {
      group.ids.forEach((member) => keys.set(member, group.key));
    }
    places.set(state, keys);
  }
  return places.get(state).get(id) ?? null;
}

/** @returns {State} a level before any edit; groups of `present` that are in it stay as they are */
export function cutState(cutter, level, names = new Map(), present = []) {
  const known = new Map(present.map((group) => [group.key, group]));
  const { groups, unclustered } = cutter.cut(level);
  const named = groups.map((group) => {
    const same = known.get(group.key);
    const name = names.get(group.node) ?? "";
    return same && !same.edited ? same : name ? changed(group, { name }) : group;
  });
  return { level, groups: named, unclustered, names, rearranged: false };
}

/** Another level: moves and merges are gone, names stay with the images that they were given to. */
export function relevelled(state, cutter, level) {
  if (level === state.level || !(level in cutter.levels)) {
    return null;
  }
  const names = new Map(state.names);
  for (const group of state.groups) {
    const node = group.edited ? cutter.nodeOf(group.ids) : group.node;
    names.delete(node);
    if (node >= 0 && group.renamed) {
      names.set(node, group.title);
    }
  }
  return {
    state: cutState(cutter, level, names, state.groups),
    action: { kind: "level", count: cutter.levels[level] },
  };
}

/** Another name for a group; "" brings its description back. */
export function withName(state, key, name) {
  const group = state.groups.find((one) => one.key === key);
  const named = group && renamed(group, name);
  if (!named || (named.title === group.title && named.renamed === group.renamed)) {
    return null;
  }
  const groups = state.groups.map((one) => (one === group ? named : one));
  return {
    state: { ...state, groups },
    action: { kind: "rename", count: group.ids.length, title: named.title, key },
  };
}

/** Take images out of where they are. */
function takenOut(state, leaving) {
  return {
    groups: state.groups.map((group) =>
      (group.ids.some((id) => leaving.has(id)) ? without(group, leaving) : group)).filter(Boolean),
    unclustered: state.unclustered.filter((id) => !leaving.has(id)),
  };
}

const isWholeGroup = (state, ids) => state.groups.some((group) =>
  group.ids.length === ids.size && group.ids.every((id) => ids.has(id)));

/**
 * Images to another place.
 * @param {Set<string>} ids
 * @param {string} target key of a group, "unclustered", or "new" for a group under `newKey`
 */
export function moved(state, ids, target, newKey) {
  const here = target === "unclustered" ? null : target;
  const moving = new Set([...ids].filter((id) => placeOf(state, id) !== here));
  if (moving.size === 0 || (target === "new" && isWholeGroup(state, moving))) {
    return null;
  }
  const list = [...moving];
  let { groups, unclustered } = takenOut(state, moving);
  const key = target === "new" ? newKey : target;
  if (target === "unclustered") {
    unclustered = [...unclustered, ...list];
  } else if (target === "new") {
    groups = [...groups, makeGroup({ key, ids: list, edited: true })];
  } else if (groups.some((group) => group.key === key)) {
    groups = groups.map((group) => (group.key === key ? withMore(group, list) : group));
  } else {
    return null; // no such group
  }
  const title = groups.find((group) => group.key === key)?.title ?? "";
  return {
    state: { ...state, groups: largestFirst(groups), unclustered, rearranged: true },
    action: { kind: "move", count: list.length, title, key, target },
  };
}

/**
 * Several groups as one, which keeps the key of the largest.
 * @param {Set<string>} keys
 */
export function merged(state, cutter, keys) {
  const parts = state.groups.filter((group) => keys.has(group.key));
  if (parts.length < 2) {
    return null;
  }
  let whole = united(parts);
  const node = cutter.nodeOf(whole.ids);
  if (node >= 0) { // the server has words and a face for exactly these images
    const { description, ids, representatives } = cutter.group(node);
    whole = changed(whole, { ids, representatives, description: description || whole.description });
  }
  const others = state.groups.filter((group) => !keys.has(group.key));
  return {
    state: { ...state, groups: largestFirst([whole, ...others]), rearranged: true },
    action: { kind: "merge", count: parts.length, title: whole.title, key: whole.key },
  };
}
