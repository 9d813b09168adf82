// SPDX-License-Identifier: Apache-2.0
// Where in the results the reader is, kept in the address: #group=KEY&image=ID.

/** Places of the wall that are no groups; they have keys like groups. */
export const ALONE = "unclustered";
export const UNUSUAL = "unusual";

/**
 * @typedef {{group: string|null, image: string|null}} Place  both null: the wall
 */

const depth = () => history.state?.depth ?? 0;

function write({ group = null, image = null }) {
  const values = new URLSearchParams();
  if (group !== null) {
    values.set("group", group);
  }
  if (image !== null) {
    values.set("image", image);
  }
  return `${location.pathname}${location.search}${values.size ? `#${values}` : ""}`;
}

/** Sends `change` whenever the place is another one, by Back and Forward too. */
export class Route extends EventTarget {
  /** @param {AbortSignal} signal  ends the listening to the browser's history */
  constructor(signal) {
    super();
    addEventListener("popstate", () => this.#changed(), { signal });
  }

  /** @returns {Place} */
  get place() {
    const values = new URLSearchParams(location.hash.slice(1));
    return { group: values.get("group"), image: values.get("image") };
  }

  /** @param {Partial<Place>} place  becomes a new entry of the history */
  go(place) {
    history.pushState({ view: "results", depth: depth() + 1 }, "", write(place));
    this.#changed();
  }

  /** As `go`, in place of the present entry. */
  replace(place) {
    history.replaceState({ view: "results", depth: depth() }, "", write(place));
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** One step up: the lightbox closes, or the group gives way to the wall. */
  up() {
    const { group, image } = this.place;
    if (depth() > 0) {
      history.back(); // so that Forward opens it again, and Back does not
    } else {
      this.replace({ group: image === null ? null : group });
    }
  }
}
