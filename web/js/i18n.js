// SPDX-License-Identifier: Apache-2.0
// The language of the page: its words, its plurals, its way to write numbers, sizes and times.

import en from "../locales/en.js";

const STORED_AS = "language";
const locales = { en }; // the others come when they are wanted

/** The languages there are, by code, each with the name that it has for itself. */
export const LANGUAGES = { en: "English", pt: "Português", es: "Español" };

/** The code of the language in use. */
export let language = "en";

let pluralRules = new Intl.PluralRules(language);
let numbers = new Intl.NumberFormat(language);

function lookUp(locale, key) {
  return key.split(".").reduce((node, name) => node?.[name], locale);
}

/**
 * The text for a key such as "choose.title". `{name}` in it stands for `values.name`; numbers are
 * written as the language does. A text of several forms, `{one, other}`, goes by `values.count`.
 * @param {string} key
 * @param {Record<string, string|number>} [values]
 * @returns {string} English where a translation is missing, the key where there is none at all
 */
export function t(key, values = {}) {
  let text = lookUp(locales[language], key) ?? lookUp(en, key) ?? key;
  if (typeof text === "object") {
    text = text[pluralRules.select(Number(values.count))] ?? text.other ?? key;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return typeof value === "number" ? numbers.format(value) : (value ?? whole);
  });
}

/** The text for a key whose form goes by a number: `t(key, { count, ...values })`. */
export function plural(key, count, values = {}) {
  return t(key, { count, ...values });
}

const formats = new Map(); // one takes the better part of a millisecond to make

/** A number as the language writes it; options as of Intl.NumberFormat. */
export function formatNumber(value, options) {
  if (!options) {
    return numbers.format(value);
  }
  const key = language + JSON.stringify(options);
  if (!formats.has(key)) {
    formats.set(key, new Intl.NumberFormat(language, options));
  }
  return formats.get(key).format(value);
}

/** A number of bytes in the unit that fits. */
export function formatSize(bytes) {
  const units = ["B", "kB", "MB", "GB"];
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const maximumFractionDigits = unit === 0 || value >= 10 ? 0 : 1;
  return `${formatNumber(value, { maximumFractionDigits })}\u00a0${units[unit]}`;
}

/** A span of time such as "12 s" or "3 min 20 s"; with tenths below ten seconds. */
export function formatDuration(seconds) {
  const inUnit = (value, unit, maximumFractionDigits = 0) =>
    formatNumber(value, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits });
  if (seconds < 9.95) {
    return inUnit(seconds, "second", 1);
  }
  const whole = Math.round(seconds);
  if (whole < 60) {
    return inUnit(whole, "second");
  }
  const rest = whole % 60;
  const minutes = inUnit(Math.floor(whole / 60), "minute");
  return rest ? `${minutes} ${inUnit(rest, "second")}` : minutes;
}

/**
 * Put words into the elements below `root` that ask for them: `data-t="key"` for the text,
 * `data-t-label="key"` for the accessible name.
 */
export function translate(root) {
  for (const node of root.querySelectorAll("[data-t]")) {
    node.textContent = t(node.dataset.t);
  }
  for (const node of root.querySelectorAll("[data-t-label]")) {
    node.ariaLabel = t(node.dataset.tLabel);
  }
}

/** Storage may be forbidden or full: then the choice lasts as long as the page. */
function stored() {
  try {
    return localStorage.getItem(STORED_AS);
  } catch {
    return null;
  }
}

/** The first language that is wanted and spoken. */
export function bestLanguage(wanted) {
  const codes = wanted.map((tag) => tag?.slice(0, 2).toLowerCase());
  return codes.find((code) => code in LANGUAGES) ?? "en";
}

/** Fetch the texts of a language; without them the page goes on in English. */
async function load(code) {
  try {
    locales[code] ??= (await import(`../locales/${code}.js`)).default;
  } catch {
    return "en";
  }
  return code;
}

/**
 * Speak another language as soon as its texts are there: the page's static texts change, and
 * `document` sends "languagechange" (it bubbles to `window`) for views to write theirs anew.
 * @returns {Promise<void>}
 */
export async function setLanguage(code, { store = false } = {}) {
  language = await load(code in LANGUAGES ? code : "en");
  pluralRules = new Intl.PluralRules(language);
  numbers = new Intl.NumberFormat(language);
  if (store) {
    try {
      localStorage.setItem(STORED_AS, language);
    } catch {
      // it lasts as long as the page
    }
  }
  if (typeof document !== "undefined") {
    document.documentElement.lang = language;
    translate(document);
    document.dispatchEvent(new Event("languagechange", { bubbles: true }));
  }
}

/** Speak the language chosen before, or else the reader's. Called once, by app.js. */
export function startLanguage() {
  return setLanguage(bestLanguage([stored(), ...(navigator.languages ?? [navigator.language])]));
}
