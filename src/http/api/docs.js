// SPDX-License-Identifier: Apache-2.0
// The readable reference: turns openapi.json into a page, operation by operation. It knows what
// that document uses of OpenAPI 3.1, and nothing of this API in particular.

import { codeBlock, colouredJson, el, inline, paragraphs } from "./elements.js";
import { field, fields, flat, resolved, setDocument } from "./schema.js";
import { tryOut } from "./try.js";

const METHODS = ["get", "post", "put", "patch", "delete"];
const WRITTEN_FOR = "http://127.0.0.1:8001"; // the server in the samples of the document

// ---- One operation

/** An example as it looks on the wire. */
function wire(value, type) {
  if (type === "text/event-stream") {
    return `event: ${value.event}\ndata: ${value.data}`;
  }
  return type.includes("json") ? colouredJson(value) : String(value);
}

function examples(media, type) {
  return Object.values(media.examples ?? {}).map(({ summary, value }) =>
    codeBlock(summary ?? "Example", wire(value, type)));
}

/** What the data of each kind of server-sent event is. */
function events(schema) {
  return (schema.oneOf ?? []).map(({ description, properties: { event, data } }) =>
    el("details", {}, el("summary", {}, "Event ", el("code", {}, event.const)),
      paragraphs(description), fields(flat(data.contentSchema))));
}

function contents(answer) {
  return Object.entries(answer.content ?? {}).map(([type, media]) => {
    const schema = flat(media.schema);
    return el("div", { className: "media" },
      el("p", { className: "media-type" }, el("code", {}, type)),
      paragraphs(schema.description),
      Object.keys(schema.properties).length ? fields(schema) : null,
      events(schema), examples(media, type));
  });
}

function headers(answer) {
  const list = Object.entries(answer.headers ?? {});
  return list.length ? el("dl", { className: "fields" }, list.map(
    ([name, { schema, description }]) => field(name, { ...schema, description }, true, false)))
    : null;
}

function answers(operation) {
  return Object.entries(operation.responses).map(([status, response], i) => {
    const answer = resolved(response);
    return el("details", { className: "answer", open: i === 0 },
      el("summary", {}, el("span", { className: `status of-${status[0]}` }, status),
        el("span", {}, inline(answer.description))),
      headers(answer), contents(answer));
  });
}

function parameters(operation) {
  const list = (operation.parameters ?? []).map(resolved);
  return list.length ? [el("h3", {}, "Parameters"), el("dl", { className: "fields" }, list.map(
    ({ name, in: place, schema, description, required = false }) =>
      field(`${name} (${place})`, { ...schema, description }, required, true)))] : [];
}

function requestBody(operation) {
  return Object.entries(operation.requestBody?.content ?? {}).map(([type, media]) => {
    const schema = flat(media.schema);
    return [el("h3", {}, "Form"), el("p", { className: "media-type" }, el("code", {}, type)),
      paragraphs(schema.description), fields(schema, true)];
  });
}

function samples(operation) {
  return (operation["x-codeSamples"] ?? []).map(({ label, source }) =>
    codeBlock(label, source.replace(WRITTEN_FOR, location.origin)));
}

function methodBadge(method) {
  return el("span", { className: `method ${method}` }, method.toUpperCase());
}

function section({ path, method, operation }) {
  const id = operation.operationId;
  return el("section", { id, "aria-labelledby": `${id}-title` },
    el("h2", { id: `${id}-title` }, operation.summary),
    el("p", { className: "route" }, methodBadge(method), el("code", {}, path)),
    paragraphs(operation.description), samples(operation),
    parameters(operation), requestBody(operation),
    el("h3", {}, "Answers"), answers(operation), tryOut(path, method, operation));
}

// ---- The page

function operations(api) {
  return Object.entries(api.paths).flatMap(([path, item]) => METHODS
    .filter((method) => item[method])
    .map((method) => ({ path, method, operation: item[method] })));
}

function about(api) {
  return el("section", { id: "about", "aria-labelledby": "about-title" },
    el("h1", { id: "about-title" }, api.info.title, " ", el("small", {}, api.info.version)),
    el("p", { className: "lead" }, api.info.summary), paragraphs(api.info.description),
    el("p", { className: "hint" }, `Licence: ${api.info.license.name}`));
}

function link({ path, method, operation }) {
  return el("li", {}, el("a", { href: `#${operation.operationId}` },
    methodBadge(method), el("code", {}, path)));
}

/** Mark the link of the section that is being read. */
function followReading(links) {
  const sections = [...document.querySelectorAll("main > section")];
  const visible = new Set();
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      visible[isIntersecting ? "add" : "delete"](target);
    }
    const current = sections.find((one) => visible.has(one));
    for (const one of links.querySelectorAll("a")) {
      one.ariaCurrent = one.hash === `#${current?.id}` ? "true" : null;
    }
  }, { rootMargin: "-10% 0px -70% 0px" });
  sections.forEach((one) => observer.observe(one));
}

/** The contents are open beside the text, and folded above it where there is no room. */
function foldContents() {
  const contentsList = document.getElementById("contents");
  const wide = matchMedia("(min-width: 60rem)");
  const fold = () => { contentsList.open = wide.matches; };
  wide.addEventListener("change", fold);
  contentsList.addEventListener("click", (event) => event.target.closest("a") && fold());
  fold();
}

function build(api) {
  setDocument(api);
  const main = document.getElementById("content");
  const links = document.getElementById("links");
  main.append(about(api));
  links.append(el("ul", {}, el("li", {}, el("a", { href: "#about" }, "About"))));
  for (const tag of api.tags) {
    const tagged = operations(api).filter(({ operation }) => operation.tags.includes(tag.name));
    links.append(el("p", { className: "group" }, tag.name), el("ul", {}, tagged.map(link)));
    main.append(...tagged.map(section));
  }
  followReading(links);
  foldContents();
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

try {
  const response = await fetch("openapi.json");
  if (!response.ok) {
    throw new Error(`${response.status} ${response.statusText}`);
  }
  build(await response.json());
} catch (error) {
  const alert = document.getElementById("alert");
  alert.textContent = `The reference cannot be shown: ${error.message}`;
  alert.hidden = false;
}
