// SPDX-License-Identifier: Apache-2.0
// A TCP proxy between the page and the server that behaves as bad networks do.

import { createServer, connect } from "node:net";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

const SLICE = 8192;
const A_LITTLE = 40; // bytes

/**
 * What is wrong with the connection, from the next `POST` on; page loads are never disturbed:
 * @typedef {object} Fault
 * @property {number} [bytesPerSecond]     how fast requests are passed on
 * @property {number} [cutRequestAfter]    bytes of a request after which the connection is cut
 * @property {string} [cutAnswerAt]        the connection is cut a little after this text of the answer
 * @property {string} [stallAnswerAt]      nothing more of the answer is passed on after this text
 */
export class Proxy {
  /** @type {Fault} */
  fault = {};
  /** Bytes of requests that were passed on since the last POST began. */
  sent = 0;
  #target;
  #server;
  #sockets = new Set();

  constructor(target) {
    this.#target = target;
    this.#server = createServer((client) => this.#serve(client));
  }

  /** A proxy before a server's web port, on a free port. */
  static async start(server) {
    const proxy = new Proxy(server);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}/`;
  }

  async stop() {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#sockets.forEach((socket) => socket.destroy());
    await closed;
  }

  #serve(client) {
    const server = connect(this.#target.webPort, "127.0.0.1");
    const cut = () => {
      client.destroy();
      server.destroy();
    };
    const state = { posting: false, request: 0, stalled: false };
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", cut);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        cut();
      });
    }
    this.#forward(client, server, (chunk) => this.#onRequest(state, chunk)).then(cut, cut);
    this.#forward(server, client, (chunk) => this.#onAnswer(state, chunk)).then(cut, cut);
  }

  /** Pass on what `limit` lets through of each chunk; end when it says `{cut}`. */
  async #forward(from, to, limit) {
    for await (const chunk of from) {
      for (let at = 0; at < chunk.length; at += SLICE) {
        const slice = chunk.subarray(at, at + SLICE);
        const { pass = slice.length, cut = false, wait = 0 } = limit(slice);
        if (pass > 0 && !to.write(slice.subarray(0, pass))) {
          await once(to, "drain");
        }
        if (cut) {
          return;
        }
        if (wait > 0) {
          await sleep(wait);
        }
      }
    }
  }

  #onRequest(state, chunk) {
    if (/^(GET|POST) /.test(chunk.subarray(0, 5).toString("latin1"))) {
      state.posting = chunk[0] === 0x50;
      state.request = 0;
      state.stalled = false;
    }
    if (!state.posting) {
      return {};
    }
    const { bytesPerSecond, cutRequestAfter = Infinity } = this.fault;
    const pass = Math.min(chunk.length, cutRequestAfter - state.request);
    state.request += pass;
    this.sent = state.request;
    return { pass, cut: state.request >= cutRequestAfter,
      wait: bytesPerSecond ? 1000 * pass / bytesPerSecond : 0 };
  }

  #onAnswer(state, chunk) {
    if (!state.posting) {
      return {};
    }
    const { cutAnswerAt, stallAnswerAt } = this.fault;
    const endOf = (text) => {
      const at = text === undefined ? -1 : chunk.indexOf(text);
      return at < 0 ? Infinity : at + text.length + A_LITTLE;
    };
    if (state.stalled) {
      return { pass: 0 };
    }
    state.stalled = endOf(stallAnswerAt) < Infinity;
    return { pass: Math.min(chunk.length, endOf(cutAnswerAt), endOf(stallAnswerAt)),
      cut: endOf(cutAnswerAt) < Infinity };
  }
}
