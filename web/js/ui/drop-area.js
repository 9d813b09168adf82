// SPDX-License-Identifier: Apache-2.0
// All the ways in which files come: two file inputs, drops anywhere on the page, and paste.

import { ACCEPT, filesOfInput, filesOfTransfer, namePasted } from "../images/files.js";

/**
 * Listen for files.
 * @param {HTMLElement} area the drop zone with its buttons and inputs
 * @param {object} how
 * @param {() => boolean} how.isOpen whether files are wanted now
 * @param {(found: Promise<{files: object[], unreadable: object[]}>) => void} how.onFiles
 */
export function listenForFiles(area, { isOpen, onFiles }) {
  const find = (name) => area.querySelector(name);
  const given = (files) => onFiles(Promise.resolve({ files, unreadable: [] }));
  for (const name of ["files", "folder"]) {
    const input = find(`input.${name}`);
    find(`.choose-${name}`).addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      const files = filesOfInput(input.files);
      input.value = ""; // so that the same files can be chosen again
      given(files);
    });
  }
  find("input.files").accept = ACCEPT;
  const canFolders = "webkitdirectory" in HTMLInputElement.prototype
    && !/Android|iPhone|iPad/.test(navigator.userAgent); // phones say so, and open nothing useful
  find(".choose-folder").hidden = !canFolders;
  listenForDrops(area, isOpen, onFiles);
  addEventListener("paste", (event) => {
    const files = namePasted(filesOfInput(event.clipboardData.files));
    if (files.length > 0 && isOpen()) {
      event.preventDefault();
      given(files);
    }
  });
}

/** A file that misses its target must not replace the page, so drops are taken everywhere. */
function listenForDrops(area, isOpen, onFiles) {
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0; // enter and leave come for each element below the pointer
  const mark = (change) => {
    depth = Math.max(0, depth + change);
    area.classList.toggle("over", depth > 0 && isOpen());
  };
  addEventListener("dragenter", (event) => hasFiles(event) && mark(1));
  addEventListener("dragleave", (event) => hasFiles(event) && mark(-1));
  addEventListener("dragover", (event) => {
    if (hasFiles(event)) {
      event.preventDefault();
      event.dataTransfer.dropEffect = isOpen() ? "copy" : "none";
    }
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) {
      return;
    }
    event.preventDefault();
    mark(-depth);
    if (isOpen()) {
      onFiles(filesOfTransfer(event.dataTransfer));
    }
  });
}
