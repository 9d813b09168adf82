// SPDX-License-Identifier: Apache-2.0
// The few options of grouping, folded away until somebody wants them.

import { language, t, translate } from "../i18n.js";
import { element } from "./element.js";

const STRATEGIES = ["auto", "hdbscan", "agglomerative", "kmeans", "poc"];
const NOISE = ["singletons", "group", "assign"];
const DESCRIBERS = ["concepts", "zero-shot", "blip", "openai", "none"];

const choices = (name, values) =>
  values.map((value) => ({ value, key: `choose.${name}.${value}` }));

/** Its words follow the language, its values stay. */
export class ClusterOptions {
  #strategy = select("strategy", choices("strategies", STRATEGIES));
  #noise = select("noise", choices("noises", NOISE));
  #describer = select("describer", choices("describers", DESCRIBERS));
  #languages = [];
  #own = [ // each with the strategies that take it
    [number("min_cluster_size", "minClusterSize", { min: 2 }), "hdbscan"],
    [number("min_samples", "minSamples", { min: 1 }), "hdbscan"],
    [select("cluster_selection_method", choices("methods", ["eom", "leaf"]), "method"), "hdbscan"],
    [number("clusters", "clusters", { min: 1 }), "agglomerative", "kmeans"],
    [select("linkage", choices("linkages", ["average", "complete", "ward"])), "agglomerative"],
    [number("distance_threshold", "threshold", { min: 0, step: "any", inputMode: "decimal" }),
      "agglomerative"],
  ];
  #originals = element("input", { type: "checkbox", id: "option-originals" });
  #hint = hintOf(controlOf(this.#strategy));

  /** @param {() => void} onchange called when a value changes */
  constructor(onchange) {
    this.#strategy.append(this.#hint);
    const originals = element("label", { className: "check" }, this.#originals,
      element("span", { "data-t": "choose.originals" }));
    const hint = hintOf(this.#originals);
    hint.dataset.t = "choose.originalsHint";
    /** The element to put into the page. */
    this.node = element("details", { className: "options" },
      element("summary", { "data-t": "choose.options" }),
      element("div", { className: "option-grid" },
        this.#strategy, this.#noise, this.#describer, ...this.#own.map(([field]) => field),
        element("div", { className: "field wide" }, originals, hint)));
    this.node.addEventListener("change", () => {
      this.update();
      onchange();
    });
  }

  /** Whether files are sent as they are. */
  get originals() {
    return this.#originals.checked;
  }

  set originals(are) {
    this.#originals.checked = are;
  }

  /** Form fields of POST /v1/cluster; empty ones are the defaults. */
  get fields() {
    const values = [this.#strategy, this.#noise, this.#describer, ...this.#taken]
      .map(controlOf).map(({ name, value, validity }) => [name, validity.valid ? value : ""]);
    return { ...Object.fromEntries(values),
      language: this.#languages.includes(language) ? language : "" };
  }

  /** Offer only what the server knows. */
  limitTo({ strategies = STRATEGIES, noise = NOISE, describers = [], languages = [], defaults }) {
    this.#languages = languages;
    for (const [field, known] of [[this.#strategy, strategies], [this.#noise, noise],
      [this.#describer, describers]]) {
      for (const option of controlOf(field).options) {
        option.hidden = option.disabled = !known.includes(option.value);
      }
    }
    controlOf(this.#describer).value = defaults?.describer ?? "";
  }

  /** Write the words anew. */
  update() {
    translate(this.node);
    this.#hint.textContent = t(`choose.strategyHint.${controlOf(this.#strategy).value}`);
    const taken = this.#taken;
    for (const [field] of this.#own) {
      field.hidden = !taken.includes(field);
      controlOf(field).placeholder = t("choose.automatic");
    }
  }

  /** The fields that the chosen strategy takes. */
  get #taken() {
    const { value } = controlOf(this.#strategy);
    return this.#own.filter(([, ...strategies]) => strategies.includes(value))
      .map(([field]) => field);
  }
}

const controlOf = (field) => field.querySelector("select, input");

function hintOf(control) {
  const hint = element("p", { className: "hint", id: `${control.id}-hint` });
  control.setAttribute("aria-describedby", hint.id);
  return hint;
}

function labelled(name, key, control) {
  Object.assign(control, { id: `option-${name}`, name });
  return element("div", { className: "field" },
    element("label", { htmlFor: control.id, "data-t": `choose.${key}` }), control);
}

function select(name, options, key = name) {
  return labelled(name, key, element("select", { className: "select" },
    ...options.map(({ value, key: text }) => element("option", { value, "data-t": text }))));
}

function number(name, key, limits) {
  return labelled(name, key, element("input",
    { className: "input", type: "number", inputMode: "numeric", max: 10000, ...limits }));
}
