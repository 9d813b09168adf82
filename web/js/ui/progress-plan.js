// SPDX-License-Identifier: Apache-2.0
// From counts of single stages to one bar, a rate and the time that is left.

/** The stages in their order. */
export const STAGES = ["preparing", "sending", "embedding", "clustering", "describing"];

/** How the time is shared out, roughly; a stage's own counts correct it as they come. */
const WEIGHTS = { preparing: 30, sending: 10, embedding: 50, clustering: 4, describing: 6 };
const SOONEST_S = 0.7; // no rate from less time than this

export class ProgressPlan {
  #weights;
  #share = 0;
  #stage = STAGES[0];
  #stageStart;
  #firstDone = 0;
  #done = 0;
  #total = 0;
  #left = null; // seconds that the server expects for the stage
  #leftAt = 0;

  /**
   * @param {object} how
   * @param {number} how.pending share of the images that have to be prepared, 0 to 1
   * @param {number} how.now milliseconds
   */
  constructor({ pending, now }) {
    this.#weights = { ...WEIGHTS, preparing: WEIGHTS.preparing * pending };
    this.#stageStart = now;
  }

  /** Take a progress event: {stage, done, total, seconds_left}. An earlier stage is ignored. */
  update({ stage, done, total, seconds_left: left = null }, now) {
    if (STAGES.indexOf(stage) < STAGES.indexOf(this.#stage)) {
      return;
    }
    if (stage !== this.#stage) {
      this.#stage = stage;
      this.#stageStart = now;
      this.#firstDone = done;
    }
    this.#done = done;
    this.#total = total;
    this.#left = left;
    this.#leftAt = now;
  }

  get stage() {
    return this.#stage;
  }

  get done() {
    return this.#done;
  }

  get total() {
    return this.#total;
  }

  /** The share of the whole, 0 to 1; it never falls. */
  get share() {
    const sum = STAGES.reduce((all, stage) => all + this.#weights[stage], 0);
    const before = this.#sum((index, current) => index < current);
    const within = this.#total > 0 ? this.#done / this.#total : 0;
    this.#share = Math.max(this.#share, (before + within * this.#weights[this.#stage]) / sum);
    return this.#share;
  }

  /** What is done per second in this stage; null: too early to say. */
  rate(now) {
    const seconds = (now - this.#stageStart) / 1000;
    const done = this.#done - this.#firstDone;
    return seconds >= SOONEST_S && done > 0 ? done / seconds : null;
  }

  /** Seconds that are left of all stages; null: too early to say. */
  secondsLeft(now) {
    const rate = this.rate(now);
    let left = this.#left === null ? null : this.#left - (now - this.#leftAt) / 1000;
    if (left === null && rate !== null) {
      left = (this.#total - this.#done) / rate;
    }
    if (left === null) {
      return null;
    }
    // The stages to come take as much longer than this one as they weigh more.
    const seconds = (now - this.#stageStart) / 1000;
    const after = this.#sum((index, current) => index > current);
    const rest = ((seconds + left) * after) / Math.max(1, this.#weights[this.#stage]);
    return Math.max(0, left + rest);
  }

  #sum(counts) {
    const current = STAGES.indexOf(this.#stage);
    return STAGES.reduce((sum, stage, index) =>
      sum + (counts(index, current) ? this.#weights[stage] : 0), 0);
  }
}
