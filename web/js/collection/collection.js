// SPDX-License-Identifier: Apache-2.0
// The result as the user edits it: groups that are renamed, changed, merged, cut anew, and undone.

import { readAnswer } from "./answer.js";
import { Cutter } from "./cuts.js";
import { editedDocument } from "./document.js";
import { cutState, merged, moved, placeOf, relevelled, withName } from "./edits.js";
import { History } from "./history.js";

const OUTLIER_SCORE = 0.6; // from here on an image is unusual in its group
const MAX_OUTLIERS = 200;

/** "change": `kind` is that of the step, or undo or redo; `keys` are the groups that it touched. */
class CollectionEvent extends Event {
  constructor(kind, keys) {
    super("change");
    this.detail = { kind, keys };
  }
}

/** @returns {string[]} keys of the groups that differ between two states */
function touched(before, after) {
  const keysOnlyIn = (some, others) => {
    const same = new Set(others.groups);
    return some.groups.filter((group) => !same.has(group)).map(({ key }) => key);
  };
  return [...new Set([...keysOnlyIn(before, after), ...keysOnlyIn(after, before)])];
}

/** Sends "change" after every edit. Each image is in exactly one place at all times. */
export class Collection extends EventTarget {
  #answer;
  #cutter;
  #history;
  #first; // the state as the server gave it
  #made = 0; // groups made by the user
  #outliers = new WeakMap(); // by state

  /**
   * @param {object} document the server's result document
   * @throws {import("./answer.js").AnswerError} where it makes no sense
   */
  constructor(document) {
    super();
    this.#answer = readAnswer(document);
    this.#cutter = new Cutter(this.#answer);
    this.#first = cutState(this.#cutter, this.#cutter.chosenIndex);
    this.#history = new History(this.#first);
  }

  get #state() {
    return this.#history.state;
  }

  /** The server's document, untouched. */
  get answer() {
    return this.#answer.document;
  }

  /** Why the server grouped like this, in English. */
  get reason() {
    return this.answer.reason ?? "";
  }

  get model() {
    return this.answer.model ?? null;
  }

  get timings() {
    return this.answer.timings ?? {};
  }

  /** @returns {{file: string, reason: string, code: string}[]} files that could not be read */
  get errors() {
    return this.answer.errors ?? [];
  }

  /** How many images there are. */
  get size() {
    return this.#answer.rows.size;
  }

  /** @returns {number[]} numbers of clusters that the images can be cut into, ascending */
  get levels() {
    return this.#cutter.levels;
  }

  get levelIndex() {
    return this.#state.level;
  }

  /** The level that the server chose. */
  get chosenLevelIndex() {
    return this.#cutter.chosenIndex;
  }

  /** @returns {import("./group.js").Group[]} the largest first */
  get clusters() {
    return this.#state.groups;
  }

  /** @returns {string[]} ids of the images that are in no group */
  get unclustered() {
    return this.#state.unclustered;
  }

  /** @returns {string[]} ids of the least typical members of groups, the strangest first */
  get outliers() {
    const state = this.#state;
    if (!this.#outliers.has(state)) {
      this.#outliers.set(state, this.answer.images
        .filter(({ outlier_score: score }) => score >= OUTLIER_SCORE)
        .filter(({ id }) => placeOf(state, id) !== null)
        .sort((a, b) => b.outlier_score - a.outlier_score)
        .slice(0, MAX_OUTLIERS)
        .map(({ id }) => id));
    }
    return this.#outliers.get(state);
  }

  /** Whether anything differs from what the server gave. */
  get edited() {
    return this.#state !== this.#first;
  }

  /** @returns {import("./group.js").Group|null} */
  cluster(key) {
    return this.clusters.find((group) => group.key === key) ?? null;
  }

  /** @returns {string|null} the key of the group that an image is in */
  clusterOf(id) {
    return placeOf(this.#state, id);
  }

  /**
   * @returns {object|null} what the server says of an image; `nearest` is the next group's key,
   *   `copies` the ids of its near-duplicates
   */
  image(id) {
    const row = this.#answer.rows.get(id);
    if (row === undefined) {
      return null;
    }
    const { clusters, images, near_duplicates: sets = [] } = this.answer;
    const own = clusters[this.#answer.home[row]];
    const near = clusters[images[row].nearest_cluster ?? -1];
    const nearest = near ? this.clusterOf(near.medoid ?? near.image_ids[0]) : null;
    return {
      ...images[row],
      nearest: nearest === this.clusterOf(id) ? null : nearest,
      copies: (sets[images[row].duplicate_set ?? -1] ?? []).filter((other) => other !== id),
      description: own.image_ids.length === 1 ? own.description ?? "" : "",
    };
  }

  get canUndo() {
    return this.#history.canUndo;
  }

  get canRedo() {
    return this.#history.canRedo;
  }

  /** The step that `undo` takes back, `{kind, count, title, key}`; null if there is none. */
  get lastAction() {
    return this.#history.last;
  }

  /** The step that `redo` takes again, or null. */
  get nextAction() {
    return this.#history.next;
  }

  /**
   * Cut the hierarchy into levels[index] groups. Moves and merges are lost (until `undo`); a name
   * stays with the images it was given to.
   * @param {number} index
   * @param {{continued?: boolean}} [options] continued: goes on with the level step just made, as
   *   while a slider is dragged; one `undo` takes back all of it
   */
  setLevel(index, { continued = false } = {}) {
    const amend = continued && this.lastAction?.kind === "level";
    this.#take(relevelled(this.#state, this.#cutter, index), amend);
  }

  /** Name a group; "" brings its description back. */
  rename(key, name) {
    this.#take(withName(this.#state, key, name));
  }

  /**
   * Put images into a group, into a new one, or on their own.
   * @param {Iterable<string>} ids
   * @param {string} target a key, "new" or "unclustered"
   * @returns {string|null} where they are now, a key or "unclustered"; null if nothing moved
   */
  move(ids, target) {
    const known = new Set([...ids].filter((id) => this.#answer.rows.has(id)));
    const step = moved(this.#state, known, target, `u${this.#made}`);
    this.#made += step && target === "new" ? 1 : 0;
    return this.#take(step)?.key ?? null;
  }

  /**
   * Make one group of several.
   * @param {Iterable<string>} keys
   * @returns {string|null} the key of the group: that of the largest; null if nothing was done
   */
  merge(keys) {
    return this.#take(merged(this.#state, this.#cutter, new Set(keys)))?.key ?? null;
  }

  /** @returns {boolean} whether there was a step to take back */
  undo() {
    return this.#travel("undo");
  }

  /** @returns {boolean} whether there was a step to take again */
  redo() {
    return this.#travel("redo");
  }

  /** @returns {object} the result with the edits in it, in the form of the server's */
  toDocument() {
    return this.edited ? editedDocument(this.answer, this.#state) : this.answer;
  }

  /** @param {?import("./edits.js").Step} step null: nothing to do */
  #take(step, amend = false) {
    if (!step) {
      return null;
    }
    const before = this.#state;
    this.#history[amend ? "amend" : "push"](step.state, step.action);
    this.dispatchEvent(new CollectionEvent(step.action.kind, touched(before, step.state)));
    return step.action;
  }

  #travel(direction) {
    const before = this.#state;
    const moved = this.#history[direction]() !== null;
    if (moved) {
      this.dispatchEvent(new CollectionEvent(direction, touched(before, this.#state)));
    }
    return moved;
  }
}
