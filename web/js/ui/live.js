// SPDX-License-Identifier: Apache-2.0
// What a screen reader says without the focus moving there.

const MOMENT_MS = 300;

let saidAt = 0;

/**
 * Say something to those who do not see the page. A text that is the same as the last one is said
 * again.
 * @param {string} text
 * @param {object} [how]
 * @param {boolean} [how.urgent] now, rather than after what is being said
 * @param {boolean} [how.also] together with what was said this moment, which it would cut off
 */
export function say(text, { urgent = false, also = false } = {}) {
  const region = document.getElementById(urgent ? "alert" : "status");
  const now = performance.now();
  const before = also && now - saidAt < MOMENT_MS ? `${region.textContent} ` : "";
  const all = before + text;
  region.textContent = region.textContent === all ? `${all}\u00a0` : all;
  saidAt = now;
}
