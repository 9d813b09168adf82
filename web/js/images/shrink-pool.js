// SPDX-License-Identifier: Apache-2.0
// A few workers that shrink photos, what is in sight first.

/**
 * Each photo in work holds all its pixels in memory, so few at a time; and one core is left to the
 * page, which is to scroll smoothly meanwhile.
 */
function workerCount() {
  const little = (navigator.deviceMemory ?? 8) <= 2;
  return little ? 1 : Math.max(1, Math.min(3, (navigator.hardwareConcurrency ?? 2) - 1));
}

const WORKERS = workerCount();

/** Files wait here in order; no more of them are given to workers than there are workers. */
export class ShrinkPool {
  #workers = []; // {worker, job}: job is null while it idles
  #waiting = new Map(); // key -> job, in the order of arrival
  #hurried = new Set(); // keys that go first

  /**
   * Shrink a file in its turn.
   * @param {object} key names the job for `prefer` and `cancel`
   * @param {File} file
   * @param {(result: object) => void} done hears what shrink-worker.js found
   */
  add(key, file, done) {
    this.#waiting.set(key, { file, done });
    this.#next();
  }

  /** Take a waiting file before the others: somebody looks at its place. */
  prefer(key) {
    if (this.#waiting.has(key)) {
      this.#hurried.add(key);
    }
  }

  /** Nobody looks at its place any more. */
  defer(key) {
    this.#hurried.delete(key);
  }

  /** Forget a file; one in work is finished, its result thrown away by whoever asked. */
  cancel(key) {
    this.#waiting.delete(key);
    this.#hurried.delete(key);
  }

  #take() {
    const [first] = this.#hurried.size > 0 ? this.#hurried : this.#waiting.keys();
    const job = this.#waiting.get(first);
    this.cancel(first);
    return job ?? null;
  }

  #next() {
    let slot = this.#workers.find(({ job }) => job === null);
    if (!slot && this.#workers.length < WORKERS) {
      slot = this.#start();
    }
    const job = slot && this.#take();
    if (job) {
      slot.job = job;
      slot.worker.postMessage(job.file);
    }
  }

  #start() {
    const worker = new Worker(new URL("./shrink-worker.js", import.meta.url), { type: "module" });
    const slot = { worker, job: null };
    const finish = (result) => {
      const { job } = slot;
      slot.job = null;
      job?.done(result);
      this.#next();
    };
    worker.onmessage = ({ data }) => finish(data);
    worker.onerror = () => { // it could not start or broke: its file is sent as it is
      worker.terminate();
      this.#workers.splice(this.#workers.indexOf(slot), 1);
      finish({ foreign: true });
    };
    this.#workers.push(slot);
    return slot;
  }
}
