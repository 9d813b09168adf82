// SPDX-License-Identifier: Apache-2.0
// The real program as a server on ports of its own, which tests may stop, kill and start again.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const PROGRAM = process.env.ICA_TEST_PROGRAM;
const LINES = [["port", "API"], ["webPort", "Web client"]];
const running = new Set();

process.on("exit", () => running.forEach((child) => child.kill("SIGKILL"))); // if tests break off

export class Server {
  #flags;
  #process = null;
  #log = "";
  port = 0; // 0: a free one; kept when started again, so that the page finds it
  webPort = 0;

  constructor(flags) {
    this.#flags = flags;
  }

  /** A server that has said its addresses; `flags` are those of `serve`. */
  static async start(...flags) {
    const server = new Server(flags);
    await server.start();
    return server;
  }

  async start() {
    const child = spawn(PROGRAM,
      ["serve", "--port", this.port, "--web-port", this.webPort, ...this.#flags].map(String),
      { stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    child.once("exit", () => running.delete(child));
    child.stderr.on("data", (text) => { this.#log += text; });
    this.#process = child;
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    for (const [member, what] of LINES) {
      const { value = "" } = await lines.next();
      const [, port] = new RegExp(`^${what}\\s+http://127\\.0\\.0\\.1:(\\d+)$`).exec(value) ?? [];
      if (!port) {
        await this.kill();
        throw new Error(`expected the address of the ${what}, got "${value}": ${this.#log}`);
      }
      this[member] = Number(port);
    }
  }

  /** The address of the API. */
  get api() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The address of the page. */
  get url() {
    return `http://127.0.0.1:${this.webPort}/`;
  }

  get log() {
    return this.#log;
  }

  /** Ask it to end; its exit status. */
  stop() {
    return this.#end("SIGTERM");
  }

  /** As a crash or a pulled plug ends it. */
  kill() {
    return this.#end("SIGKILL");
  }

  async #end(signal) {
    const child = this.#process;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, "exit");
    }
    return child.exitCode;
  }
}
