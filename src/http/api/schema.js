// SPDX-License-Identifier: Apache-2.0
// Schemas of the document as lists of fields, nested ones folded in.

import { el, paragraphs } from "./elements.js";

let api; // what references point into

/** Say which document references are about. */
export function setDocument(description) {
  api = description;
}

/** What a reference stands for. */
export function resolved(thing) {
  let target = thing;
  while (target.$ref) {
    target = target.$ref.slice(2).split("/").reduce((at, key) => at[key], api);
  }
  return target;
}

/** A schema without references and `allOf`. */
export function flat(schema) {
  const { allOf = [], ...own } = resolved(schema);
  const parts = [...allOf.map(flat), own];
  return Object.assign({}, ...parts, {
    properties: Object.assign({}, ...parts.map((part) => part.properties)),
    required: parts.flatMap((part) => part.required ?? []),
  });
}

function typeName(schema) {
  return [schema.type ?? "any"].flat().map((type) => {
    if (type === "array" && schema.items) {
      return `array of ${typeName(flat(schema.items))}`;
    }
    return type === "string" && schema.format === "binary" ? "file" : type;
  }).join(" or ");
}

/** "2 to 5", "2 or more"; nothing without a lower bound. */
function span(low, high) {
  if (low === undefined) {
    return [];
  }
  return [high === undefined ? `${low} or more` : `${low} to ${high.toLocaleString("en")}`];
}

/** What a value must fulfil, in words: ["0 to 1", "default 0"]. */
function rules(schema) {
  const { minItems, maxItems, maxLength, pattern } = schema;
  const code = (word, value) => [`${word} `, el("code", {}, String(value))];
  return [
    ...span(schema.minimum, schema.maximum),
    ...span(minItems ?? (maxItems && 0), maxItems).map((text) =>
      `${minItems === maxItems ? maxItems : text} items`),
    ...(maxLength ? [`at most ${maxLength} characters`] : []),
    ...(pattern ? [code("matches", pattern)] : []),
    ...(schema.default === undefined ? [] : [code("default", schema.default)]),
  ];
}

function choices(schema) {
  const values = schema.enum ?? schema.items?.enum;
  return values
    ? el("p", { className: "choices" }, values.map((value) => el("code", {}, value))) : null;
}

/** The object that is nested in `schema`, at any depth of lists; null if there is none. */
function nested(schema) {
  if (schema.items) {
    return nested(flat(schema.items));
  }
  return Object.keys(schema.properties).length ? schema : null;
}

/** One row of a list of fields. What stands out is marked: required members of requests, and
 * members of answers that are not always there. */
export function field(name, schema, required, isRequest) {
  const plain = flat(schema);
  const inner = nested(plain);
  const facts = rules(plain).map((rule) => [", ", rule]);
  const tag = isRequest ? "required" : "optional";
  return el("div", { className: "field" },
    el("dt", {},
      el("code", { className: "name" }, name),
      el("span", { className: "facts" }, typeName(plain), facts),
      required === isRequest ? el("span", { className: "tag" }, tag) : null),
    el("dd", {}, paragraphs(plain.description), choices(plain)),
    inner ? el("dd", { className: "members" }, el("details", {},
      el("summary", {}, inner === plain ? "Members" : "Members of each"),
      fields(inner, isRequest))) : null);
}

/** The members of an object. */
export function fields(schema, isRequest = false) {
  return el("dl", { className: "fields" }, Object.entries(schema.properties).map(
    ([name, member]) => field(name, member, schema.required.includes(name), isRequest)));
}
