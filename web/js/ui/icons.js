// SPDX-License-Identifier: Apache-2.0
// The signs on buttons: strokes on a grid of 24, drawn for this page.

const PATHS = {
  add: "M12 5v14M5 12h14",
  alert: "M12 4 2.8 19.5h18.4zM12 10v4.5M12 17.2v.1",
  alone: "M5 5h14v14H5zM12 12v.1",
  arrow: "M5 12h14m-6-6 6 6-6 6",
  back: "M19 12H5m6-6-6 6 6 6",
  camera: "M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z",
  check: "M5 12.5 10 17.5 19 7",
  close: "M6 6l12 12M18 6 6 18",
  download: "M12 4v11m-5-4.5 5 5 5-5M5 19.5h14",
  folder: "M3.5 18.5v-13h6l2 2.5h9v10.5z",
  image: "M4 5h16v14H4zM4 16l4.5-4.5 4 4 2.5-2.5 5 5M15.5 9.3v.1",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.6v.1",
  keyboard: "M3 6.5h18v11H3zM7 10.3v.1M10.4 10.3v.1M13.8 10.3v.1M17.2 10.3v.1M8 14h8",
  left: "M14.5 5.5 8 12l6.5 6.5",
  merge: "M4 6h4c4 0 4 6 8 6h4M4 18h4c4 0 4-6 8-6m1.5-3.5L21 12l-3.5 3.5",
  move: "M3.5 18.5v-13h6l2 2.5h9v10.5zM9 13.2h6m-2.3-2.4 2.4 2.4-2.4 2.4",
  pencil: "M5 19l.8-3.6L16 5.2a1.9 1.9 0 0 1 2.8 2.8L8.6 18.2zM14 7.2l2.8 2.8",
  redo: "M19.5 9.5H9a4.8 4.8 0 0 0 0 9.6h4M15.5 5.5l4 4-4 4",
  refresh: "M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 4v4.5H15",
  right: "M9.5 5.5 16 12l-6.5 6.5",
  undo: "M4.5 9.5H15a4.8 4.8 0 0 1 0 9.6h-4M8.5 5.5l-4 4 4 4",
  zoomIn: "M10.8 17.5a6.7 6.7 0 1 0 0-13.4 6.7 6.7 0 0 0 0 13.4zM15.7 15.7l4.8 4.8M10.8 8v5.6M8 10.8h5.6",
  zoomOut: "M10.8 17.5a6.7 6.7 0 1 0 0-13.4 6.7 6.7 0 0 0 0 13.4zM15.7 15.7l4.8 4.8M8 10.8h5.6",
};

/**
 * An inline SVG, hidden from screen readers: the button it is in has the name.
 * @param {keyof PATHS} name
 * @param {number} [size] in pixels
 * @returns {SVGSVGElement}
 */
export function icon(name, size = 20) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const attributes = { class: "icon", viewBox: "0 0 24 24", width: size, height: size,
    "aria-hidden": "true", focusable: "false" };
  for (const [attribute, value] of Object.entries(attributes)) {
    svg.setAttribute(attribute, value);
  }
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
