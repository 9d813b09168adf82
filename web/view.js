// SPDX-License-Identifier: Apache-2.0
// Pieces of the page, made from data. Text goes in as text, never as markup.

import { thumbnail } from "./thumbnails.js";

const SHOWN = 5; // pictures of a card before it is unfolded

/** Make an element: properties, then children (nodes or texts). */
export function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

export function plural(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

const shortName = (path) => path.slice(path.lastIndexOf("/") + 1);

function extensionOf(name) {
  const [, extension] = /\.([a-z0-9]{1,5})$/i.exec(name) ?? [];
  return extension ? extension.toUpperCase() : "?";
}

/** A square picture of an image, or a neutral tile with its name. */
export function picture(image) {
  const node = element("span", { className: "picture", title: image.path });
  thumbnail(image).then((url) => {
    if (image.removed) {
      return;
    }
    if (url) {
      const img = element("img", { alt: image.path, decoding: "async" });
      img.onload = () => img.classList.add("ready");
      img.src = url;
      node.append(img);
    } else {
      node.classList.add("tile");
      node.append(element("b", {}, extensionOf(image.path)),
        element("span", {}, shortName(image.path)));
    }
  });
  return node;
}

/** A chosen image with a button to remove it. */
export function preview(image, onRemove) {
  const button = element("button", { type: "button", className: "remove" });
  button.ariaLabel = `Remove ${image.path}`;
  button.append("×");
  const item = element("li", {}, picture(image), button);
  button.onclick = () => onRemove(image, item);
  return item;
}

function sentenceCase(text) {
  return text.charAt(0).toLocaleUpperCase("en") + text.slice(1);
}

/** A cluster: its description, its size and its pictures, the most typical one first. */
export function clusterCard(description, images) {
  const pictures = element("div", { className: `mosaic of-${Math.min(images.length, SHOWN)}` });
  const rest = images.length - SHOWN;
  pictures.append(...images.slice(0, SHOWN).map(picture));
  if (rest > 0) {
    const more = element("button", { type: "button", className: "more" }, `+${rest + 1}`);
    more.ariaLabel = `Show all ${images.length} images`;
    more.onclick = () => {
      more.remove();
      pictures.className = "unfolded";
      pictures.append(...images.slice(SHOWN).map(picture));
    };
    pictures.append(more);
  }
  return element("article", { className: "card" }, pictures,
    element("h3", {}, sentenceCase(description) || "Group"),
    element("p", { className: "hint" }, plural(images.length, "image")));
}

/** The images that are in no group, each with its own description. */
export function singlesBlock(singles) {
  const list = element("ul", { className: "previews captioned" });
  for (const { image, description } of singles) {
    list.append(element("li", {}, picture(image),
      element("span", { className: "caption" }, description || shortName(image.path))));
  }
  return [element("h3", {}, singles.length === 1 ? "On its own" : "On their own"),
    element("p", { className: "hint" },
      `${plural(singles.length, "image")} unlike the others`), list];
}

/** The files that could not be read, each with the reason beside it. */
export function errorsBlock(errors) {
  const list = element("ul", { className: "errors" });
  for (const { image, file, reason } of errors) {
    const name = image?.path ?? file;
    list.append(element("li", {},
      image ? picture(image) : element("span", { className: "picture tile" }, "?"),
      element("span", {}, element("b", {}, name), reason)));
  }
  return [element("h3", {}, `${plural(errors.length, "file")} could not be used`), list];
}
