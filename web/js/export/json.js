// SPDX-License-Identifier: Apache-2.0
// A result document as JSON that people can read.

/**
 * @param {object} document a result document
 * @returns {string} indented, but with lists of numbers in one line
 */
export function toJson(document) {
  // Line ends are escaped within texts, so this meets lists of numbers only.
  const numbers = /\[\n\s+(-?[\d.e+-]+(?:,\n\s+-?[\d.e+-]+)*)\n\s+\]/g;
  const compact = (whole, list) => `[${list.replace(/\s+/g, " ")}]`;
  return `${JSON.stringify(document, null, 2).replace(numbers, compact)}\n`;
}
