// SPDX-License-Identifier: Apache-2.0
// Small makers of elements: texts, coloured JSON, blocks of code to copy.

/** An element. What is no property of elements becomes an attribute; children may be nested lists,
 * and null stands for none. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element) {
      element[key] = value;
    } else {
      element.setAttribute(key, value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null));
  return element;
}

/** Tell people who listen to the page. */
export function say(text) {
  document.getElementById("status").textContent = text;
}

/** Text with `code` and **bold** as nodes. */
export function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).filter(Boolean).map((piece) => {
    if (piece.startsWith("`")) {
      return el("code", {}, piece.slice(1, -1));
    }
    return piece.startsWith("**") ? el("strong", {}, piece.slice(2, -2)) : piece;
  });
}

export function paragraphs(text = "") {
  return text.split("\n\n").filter(Boolean).map((one) => el("p", {}, inline(one)));
}

/** Indented JSON, with short lists of plain values on one line. */
function readableJson(value) {
  return JSON.stringify(value, null, 2).replace(/\[[^[\]{}]*\]/g, (list) => {
    const line = list.replace(/\n\s*/g, " ").replace("[ ", "[").replace(" ]", "]");
    return line.length <= 76 ? line : list;
  });
}

/** JSON as nodes, with keys and texts told apart from the rest. */
export function colouredJson(value) {
  return readableJson(value).split(/("(?:[^"\\]|\\.)*"(?:: )?)/).map((piece) => {
    if (!piece.startsWith('"')) {
      return piece;
    }
    return el("span", { className: piece.endsWith(": ") ? "key" : "text" }, piece);
  });
}

/** A block of code with a button that copies it. */
export function codeBlock(label, content) {
  const name = label.replaceAll("`", "");
  const code = el("code", {}, content);
  const button = el("button",
    { type: "button", className: "copy", "aria-label": `Copy: ${name}` }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
      say("Copied");
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    } catch {
      getSelection().selectAllChildren(code); // not permitted: at least it is selected
    }
  });
  return el("figure", { className: "code" },
    el("figcaption", {}, el("span", {}, inline(label)), button),
    el("pre", { tabIndex: 0, role: "group", "aria-label": name }, code));
}
