// SPDX-License-Identifier: Apache-2.0
// What stands in the way of sending the chosen images, in words, with what can be done about it.

import { formatSize, plural, t } from "../i18n.js";
import { findProblems, uploadBytes } from "../images/limits.js";

const KINDS = ["unreadable", "too-large", "too-many", "too-much", "doubtful"];

export class LimitNotices {
  #notices;
  #sendSmaller;
  #store = null;
  #originals = false;
  #problems = new Map(); // kind -> {ids, limit}

  /**
   * @param {import("./notice-list.js").NoticeList} notices
   * @param {() => void} sendSmaller switches from originals to smaller copies
   */
  constructor(notices, sendSmaller) {
    this.#notices = notices;
    this.#sendSmaller = sendSmaller;
  }

  /**
   * Look at the images and show the notices that are due; those that are not any more go.
   * @returns {Map<string, string>} id -> what is wrong with the image
   */
  check(store, limits, originals) {
    this.#store = store;
    this.#originals = originals;
    const problems = findProblems(store, limits, { originals });
    const marks = new Map(problems.flatMap(({ kind, ids }) => ids.map((id) => [id, kind])));
    const doubtful = [...store].filter(({ id, error }) => error && !marks.has(id));
    doubtful.forEach(({ id, error }) => marks.set(id, error));
    this.#problems = new Map(problems.map((problem) => [problem.kind, problem]));
    if (doubtful.length > 0) {
      this.#problems.set("doubtful", { ids: doubtful.map(({ id }) => id), limit: 0 });
    }
    for (const kind of KINDS) {
      if (this.#problems.has(kind)) {
        this.#notices.show(kind, () => this.#notice(kind));
      } else {
        this.#notices.remove(kind);
      }
    }
    return marks;
  }

  /** The first problem that has to be solved before sending; null: none. */
  get blocked() {
    return KINDS.find((kind) => kind !== "doubtful" && this.#problems.has(kind)) ?? null;
  }

  #notice(kind) {
    const { ids, limit } = this.#problems.get(kind);
    const now = () => this.#problems.get(kind)?.ids ?? []; // when it comes to that
    const actions = [{ run: () => this.#store.remove(...now()),
      label: kind === "too-many" ? t("choose.keepFirst", { limit })
        : plural("choose.leaveOut", ids.length) }];
    if (this.#originals && (kind === "too-large" || kind === "too-much")) {
      actions.unshift({ run: this.#sendSmaller, label: t("choose.sendSmaller") });
    }
    return {
      tone: kind === "doubtful" ? "warn" : "bad",
      text: plural(`choose.problem.${kind}`, ids.length, { limit, size: formatSize(limit) }),
      list: () => now().map((id) => this.#describe(this.#store.get(id))),
      actions,
    };
  }

  #describe(image) {
    const size = uploadBytes(image, this.#originals) || image.file.size;
    return `${image.path}, ${formatSize(size)}`;
  }
}
