// SPDX-License-Identifier: Apache-2.0
// What is in a ZIP archive, as an independent reader sees it: Python's, which checks each CRC.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const READER = `
import hashlib, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    json.dump([{"name": entry.filename, "sha256": hashlib.sha256(archive.read(entry)).hexdigest()}
               for entry in archive.infolist() if not entry.is_dir()], sys.stdout)
`;

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** @returns {{name: string, sha256: string}[]} the files of an archive */
export function readArchive(path) {
  return JSON.parse(execFileSync("python3", ["-c", READER, path], { maxBuffer: 1 << 26 }));
}

/** @returns {Map<string, string[]>} folder -> names in it, sorted; files at the top are under "" */
export function foldersOf(entries) {
  const folders = new Map();
  for (const { name } of entries) {
    const at = name.indexOf("/");
    const folder = at < 0 ? "" : name.slice(0, at);
    folders.set(folder, [...folders.get(folder) ?? [], name.slice(at + 1)].sort());
  }
  return folders;
}

/** @returns {Map<string, string>} sha256 -> path of files on disk */
export function hashesOf(paths) {
  return new Map(paths.map((path) => [sha256(readFileSync(path)), path]));
}
