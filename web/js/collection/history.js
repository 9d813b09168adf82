// SPDX-License-Identifier: Apache-2.0
// Undo and redo: the states a thing has been in, and the steps between them.

/** States are never changed, only replaced, so a step back is exact and costs nothing. */
export class History {
  #past = []; // {state, action}: where a step began
  #future = []; // {state, action}: where a step that was taken back had led
  #limit;

  /** @param state the first state; @param {number} limit steps that are kept */
  constructor(state, limit = 200) {
    this.state = state;
    this.#limit = limit;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** The step that `undo` would take back, or null. */
  get last() {
    return this.#past[this.#past.length - 1]?.action ?? null;
  }

  /** The step that `redo` would take again, or null. */
  get next() {
    return this.#future[this.#future.length - 1]?.action ?? null;
  }

  /** Go on to `state`; what had been taken back is forgotten. */
  push(state, action) {
    this.#past.push({ state: this.state, action });
    if (this.#past.length > this.#limit) {
      this.#past.shift();
    }
    this.#future = [];
    this.state = state;
  }

  /** Let the last step lead to `state` instead: for steps that are made of many small ones. */
  amend(state, action) {
    this.#past[this.#past.length - 1].action = action;
    this.#future = [];
    this.state = state;
  }

  /** @returns the step taken back, or null */
  undo() {
    return this.#step(this.#past, this.#future);
  }

  /** @returns the step taken again, or null */
  redo() {
    return this.#step(this.#future, this.#past);
  }

  #step(from, to) {
    const step = from.pop();
    if (!step) {
      return null;
    }
    to.push({ state: this.state, action: step.action });
    this.state = step.state;
    return step.action;
  }
}
