// SPDX-License-Identifier: Apache-2.0
// A result document as a table (RFC 4180), the same as the program's own `--format csv`.

const HEADER = "path,cluster,description,probability,outlier_score,nearest_cluster,margin,noise,format," +
  "width,height,taken_at,error,duplicate_set,model,weights_sha256";

/** Spreadsheets run a text that begins with = + - or @ as a formula, quoted or not. */
function field(text) {
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[,"\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Nine digits; "" for what is not known. */
function real(value) {
  return Number.isFinite(value) ? String(Number(value.toPrecision(9))) : "";
}

function imageLine(image, cluster) {
  return [
    field(image.id), image.cluster, field(cluster.description ?? ""), real(image.probability),
    real(image.outlier_score), image.nearest_cluster ?? "", real(image.margin), image.noise ? 1 : 0,
    field(image.format ?? ""), image.width ?? "", image.height ?? "",
    field(image.taken_at ?? ""), "", image.duplicate_set ?? "",
  ].join(",");
}

function errorLine({ file, reason }) {
  return `${field(file)},,,,,,,,,,,,${field(reason)},`;
}

/** @param {object} document a result document @returns {string} */
export function toCsv(document) {
  const { id = "", weights_sha256: hash = "" } = document.model ?? {};
  const lines = [
    ...document.images.map((image) => imageLine(image, document.clusters[image.cluster])),
    ...(document.errors ?? []).map(errorLine),
  ].map((line) => `${line},${id},${hash}`);
  return [HEADER, ...lines].map((line) => `${line}\r\n`).join("");
}
