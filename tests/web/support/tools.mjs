// SPDX-License-Identifier: Apache-2.0
// Independent programs to check files with, and a folder to put those into.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** @returns {boolean} whether a program is installed */
export const has = (program) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

/** Run a program to its end. @returns {string} what it printed @throws when it fails */
export function output(program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8",
    maxBuffer: 1 << 28 });
  if (status !== 0) {
    throw error ?? new Error(`${program}: ${stdout}${stderr}`);
  }
  return stdout;
}

/** Call `use` with a folder that is gone afterwards. */
export async function inFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), "ica-web-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
