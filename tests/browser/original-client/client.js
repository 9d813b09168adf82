// SPDX-License-Identifier: Apache-2.0
// A client such as those written for the proof of concept: from an origin of its own it posts up to
// 24 files as `files`, finds the previews of an answer's image_ids by file name, shows name and
// description of each cluster, and alerts the `detail` of an error. It knows of nothing newer.
"use strict";

const API = new URLSearchParams(location.search).get("api") ?? "http://127.0.0.1:8001";
const MAX_FILES = 24;
const part = (id) => document.getElementById(id);

let chosen = []; // {file, url}

function picture({ file, url }) {
  return Object.assign(document.createElement("img"), { src: url, alt: file.name });
}

function choose(files) {
  if (files.length > MAX_FILES) {
    alert(`You can choose at most ${MAX_FILES} images.`);
    part("files").value = "";
    return;
  }
  chosen = files.map((file) => ({ file, url: URL.createObjectURL(file) }));
  part("previews").replaceChildren(...chosen.map(picture));
  part("start").disabled = chosen.length === 0;
}

function showCluster({ name, description, image_ids: ids }) {
  const section = document.createElement("section");
  const title = Object.assign(document.createElement("h2"), { textContent: `Cluster ${name}` });
  const text = Object.assign(document.createElement("p"), { textContent: description });
  const previews = ids.map((id) => chosen.find(({ file }) => file.name === id)).filter(Boolean);
  section.append(title, text, ...previews.map(picture));
  return section;
}

async function start() {
  const form = new FormData();
  for (const { file } of chosen) {
    form.append("files", file);
  }
  part("loading").hidden = false;
  part("start").disabled = true;
  try {
    const response = await fetch(`${API}/cluster-images`, { method: "POST", body: form });
    const answer = await response.json();
    if (!response.ok) {
      throw new Error(answer.detail);
    }
    part("clusters").replaceChildren(...answer.clusters.map(showCluster));
    part("restart").hidden = false;
  } catch (error) {
    alert(`Clustering failed: ${error.message}`);
    part("start").disabled = false;
  }
  part("loading").hidden = true;
}

function restart() {
  chosen.forEach(({ url }) => URL.revokeObjectURL(url));
  choose([]);
  part("clusters").replaceChildren();
  part("files").value = "";
  part("restart").hidden = true;
}

part("files").onchange = () => choose([...part("files").files]);
part("start").onclick = start;
part("restart").onclick = restart;
