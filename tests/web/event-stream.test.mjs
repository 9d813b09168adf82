// SPDX-License-Identifier: Apache-2.0
// Server-sent events that come in pieces.

import assert from "node:assert/strict";
import { test } from "node:test";

import { EventStreamParser } from "../../web/js/api/event-stream.js";

const TEXT = ': keep-alive\n\nevent: progress\ndata: {"done":1}\n\n'
  + "data: first\ndata:second\n\nevent: nothing\n\nid: 7\r\nevent: result\r\ndata: {}\r\n\r\n";
const EVENTS = [
  { type: "progress", data: '{"done":1}' },
  { type: "message", data: "first\nsecond" },
  { type: "result", data: "{}" },
];

test("events are found wherever the text is cut", () => {
  for (let size = 1; size <= TEXT.length; size++) {
    const parser = new EventStreamParser();
    const events = [];
    for (let at = 0; at < TEXT.length; at += size) {
      events.push(...parser.push(TEXT.slice(at, at + size)));
    }
    events.push(...parser.push("\n"));
    assert.deepEqual(events, EVENTS, `pieces of ${size}`);
  }
});

test("an event that is not complete is not given", () => {
  const parser = new EventStreamParser();
  assert.deepEqual(parser.push("event: result\ndata: {}\n"), []);
  assert.deepEqual(parser.push("\n"), [{ type: "result", data: "{}" }]);
});

test("a long line in many pieces takes no time", () => {
  const parser = new EventStreamParser();
  parser.push("data: ");
  const piece = "x".repeat(1000);
  for (let i = 0; i < 20_000; i++) {
    parser.push(piece);
  }
  const [{ data }] = parser.push("\n\n");
  assert.equal(data.length, 20_000_000);
});
