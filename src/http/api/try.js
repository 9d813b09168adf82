// SPDX-License-Identifier: Apache-2.0
// "Try it": a form that really sends an operation's request, and shows the answer while it comes.

import { codeBlock, colouredJson, el, say } from "./elements.js";
import { flat } from "./schema.js";

const MAX_TEXT = 120; // of one text in an answer: thumbnails are long
const MAX_ANSWER = 200_000;

let lastId = 0;

function control(name, schema, required) {
  const plain = flat(schema);
  const id = `try-${++lastId}`;
  let input;
  if (plain.type === "array") {
    input = el("input", { id, name, required, type: "file", multiple: true });
  } else if (plain.enum) {
    input = el("select", { id, name }, el("option", { value: "" }, "default"),
      plain.enum.map((value) => el("option", {}, value)));
  } else {
    input = el("input", { id, name, type: "text", autocomplete: "off", spellcheck: false,
      placeholder: plain.default ?? "" });
  }
  return el("div", { className: "control" }, el("label", { htmlFor: id }, name), input);
}

function cut(text, max) {
  return text.length > max ? `${text.slice(0, max)}…` : text;
}

function readable(text, type) {
  if (!type.includes("json")) {
    return cut(text, MAX_ANSWER);
  }
  const value = JSON.parse(text, (_, one) => (typeof one === "string" ? cut(one, MAX_TEXT) : one));
  const isLong = JSON.stringify(value).length > MAX_ANSWER;
  return isLong ? cut(JSON.stringify(value, null, 2), MAX_ANSWER) : colouredJson(value);
}

/** Read an answer piece by piece, so that a stream shows while it comes. */
async function show(response, output, startedMs) {
  const type = response.headers.get("Content-Type") ?? "";
  const head = () => {
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(2);
    return `${response.status} ${response.statusText}, ${seconds} s`;
  };
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    text += piece.value;
    if (type.startsWith("text/event-stream")) {
      output.replaceChildren(codeBlock(head(), cut(text, MAX_ANSWER)));
    }
  }
  output.replaceChildren(codeBlock(head(), readable(text, type)));
  say(`Answered: ${head()}`);
}

/** The form's content, without what is not filled in. */
function filledIn(form) {
  const body = new FormData(form);
  for (const [name, value] of [...body]) {
    if (value === "") {
      body.delete(name);
    }
  }
  return body;
}

/** The folded form of an operation. */
export function tryOut(path, method, operation) {
  const media = operation.requestBody?.content["multipart/form-data"];
  const schema = media ? flat(media.schema) : { properties: {}, required: [] };
  const canStream = "text/event-stream" in operation.responses["200"].content;
  const stream = el("input", { type: "checkbox", id: `try-${++lastId}` });
  const send = el("button", { type: "submit", className: "button primary" }, "Send");
  const cancel = el("button", { type: "button", className: "button", hidden: true }, "Cancel");
  const output = el("div", { className: "output" });
  const form = el("form", { className: "try" },
    el("div", { className: "controls" }, Object.entries(schema.properties).map(
      ([name, member]) => control(name, member, schema.required.includes(name)))),
    canStream ? el("p", {}, stream, el("label", { htmlFor: stream.id }, " Stream the progress"))
      : null,
    el("p", { className: "buttons" }, send, cancel), output);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const abort = new AbortController();
    cancel.onclick = () => abort.abort();
    cancel.hidden = false;
    send.disabled = true;
    output.replaceChildren(el("p", { className: "hint" }, "Waiting for the answer …"));
    try {
      const startedMs = performance.now();
      const response = await fetch(new URL(`.${path}`, document.baseURI), {
        method,
        body: media ? filledIn(form) : undefined,
        headers: stream.checked ? { Accept: "text/event-stream" } : {},
        signal: abort.signal,
      });
      await show(response, output, startedMs);
    } catch (error) {
      const text = abort.signal.aborted ? "Cancelled." : `No answer came: ${error.message}`;
      output.replaceChildren(el("p", { className: "notice", role: "alert" }, text));
    }
    cancel.hidden = true;
    send.disabled = false;
  });
  return el("details", { className: "trial" }, el("summary", {}, "Try it"), form);
}
