// SPDX-License-Identifier: Apache-2.0
// The picture of a chosen image; a tile with format and name where there is none.

import { element } from "./element.js";

const shortName = (path) => path.slice(path.lastIndexOf("/") + 1);

function formatOf(path) {
  return /\.([a-z0-9]{1,5})$/i.exec(path)?.[1].toUpperCase() ?? "?";
}

/** Follows its image: the thumbnail may come later than the element. */
class Picture extends HTMLElement {
  image = null;
  alt = "";
  eager = false;
  #update = () => this.#draw(true);

  connectedCallback() {
    this.image?.addEventListener("picture", this.#update);
    this.image?.want(true);
    this.#draw(false);
  }

  disconnectedCallback() {
    this.image?.removeEventListener("picture", this.#update);
    this.image?.want(false);
  }

  #draw(fresh) {
    const { thumbnail, state, path } = this.image ?? {};
    if (thumbnail) {
      if (this.firstChild?.src !== thumbnail) {
        this.#show(thumbnail, fresh);
      }
    } else if (!this.image || state === "foreign" || state === "failed") {
      this.#showTile(path ?? this.alt);
    }
  }

  #show(url, fresh) {
    const img = element("img", { alt: this.alt, draggable: false,
      decoding: this.eager ? "sync" : "async", className: fresh ? "fresh" : "" });
    img.onerror = () => this.#showTile(this.image.path);
    img.src = url;
    this.#asTile(false);
    this.replaceChildren(img);
  }

  #showTile(path) {
    this.#asTile(true);
    this.replaceChildren(element("b", {}, formatOf(path)), element("span", {}, shortName(path)));
  }

  /** The words on a tile are read like the alternative text of a picture. */
  #asTile(is) {
    this.classList.toggle("tile", is);
    if (is && this.alt) {
      this.setAttribute("role", "img");
      this.setAttribute("aria-label", this.alt);
    } else {
      this.removeAttribute("role");
      this.removeAttribute("aria-label");
      this.ariaHidden = is ? "true" : null;
    }
  }
}

customElements.define("ic-picture", Picture);

/**
 * A square picture (class "picture"; other shapes by CSS).
 * @param {import("../images/image-store.js").ChosenImage|undefined} image undefined: just a tile
 * @param {{alt?: string, eager?: boolean}} [how] alt: "" where the words stand beside it;
 *   eager: shown at once rather than when decoded, for the few large ones in sight
 * @returns {HTMLElement}
 */
export function picture(image, { alt = "", eager = false } = {}) {
  const node = document.createElement("ic-picture");
  node.className = "picture";
  return Object.assign(node, { image: image ?? null, alt, eager });
}
