// SPDX-License-Identifier: Apache-2.0
// The images that tests use: the project's samples, real photos where there are any, odd ones.

import { mkdtempSync, readdirSync, rmSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const SHARED = process.env.ICA_TEST_SHARED ?? join(ROOT, "..", "shared");

const jpegs = (folder) => readdirSync(folder).filter((name) => name.endsWith(".jpg")).sort()
  .map((name) => join(folder, name));

/** Paths of the project's own sample images, all or the first of each kind. */
export function samples(perKind = Infinity) {
  return jpegs(join(ROOT, "samples"))
    .filter((path) => Number(/(\d+)\.jpg$/.exec(path)[1]) <= perKind);
}

/** The path of a file of tests/data/images. */
export function fixture(name) {
  return join(ROOT, "tests", "data", "images", name);
}

/** Folders of real photos, one a kind, as paths; null where there are none. */
export function photoFolders(count) {
  const objects = join(SHARED, "data", "objects");
  if (!existsSync(objects)) {
    return null;
  }
  return readdirSync(objects).sort().slice(0, count).map((kind) => join(objects, kind));
}

/** The paths of the photos of a folder. */
export const photosOf = jpegs;

/** A folder for files of a test, removed after it. */
export class Scratch {
  path = mkdtempSync(join(tmpdir(), "ica-browser-"));

  /** Write a file (folders are made) and return its path. */
  file(name, content) {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  remove() {
    rmSync(this.path, { recursive: true, force: true });
  }
}
