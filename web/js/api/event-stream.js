// SPDX-License-Identifier: Apache-2.0
// Parser of text/event-stream (HTML standard, "server-sent events") for text that comes in pieces.
// The browser's own EventSource cannot send a body.

/**
 * Feed pieces with `push`; it gives the events that became complete.
 */
export class EventStreamParser {
  #rest = "";
  #type = "";
  #data = [];

  /**
   * @param {string} text the next piece, cut anywhere
   * @returns {{type: string, data: string}[]} comments and fields other than event and data say
   *   nothing here
   */
  push(text) {
    if (!/[\r\n]/.test(text)) { // within one long line: a result may come in hundreds of pieces
      this.#rest += text;
      return [];
    }
    const events = [];
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop(); // a "\r" at the end may be half a line end
    for (const line of lines) {
      if (line !== "") {
        this.#field(line);
        continue;
      }
      if (this.#data.length > 0) {
        events.push({ type: this.#type || "message", data: this.#data.join("\n") });
      }
      this.#type = "";
      this.#data = [];
    }
    return events;
  }

  #field(line) {
    const [, name, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line);
    if (name === "event") {
      this.#type = value ?? "";
    } else if (name === "data") {
      this.#data.push(value ?? "");
    }
  }
}
