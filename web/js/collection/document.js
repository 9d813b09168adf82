// SPDX-License-Identifier: Apache-2.0
// The edited result in the words of the server, for exports.

/** @returns {Map<string, number>} image -> its cluster */
const numbersOf = (clusters) =>
  new Map(clusters.flatMap(({ image_ids: ids }, c) => ids.map((id) => [id, c])));

/** Singles as clusters of their own or, as the server did it, as one. */
function lots(answer, unclustered) {
  const asOne = answer.clusters.some(({ unclustered: loose, image_ids: ids }) =>
    loose && ids.length > 1);
  return asOne && unclustered.length > 0 ? [unclustered] : unclustered.map((id) => [id]);
}

function groupCluster(group) {
  return {
    image_ids: group.ids,
    description: group.renamed ? group.title : group.description,
    size: group.ids.length,
    medoid: group.cover,
    representatives: group.representatives,
    persistence: group.persistence ?? 0,
    unclustered: false,
    score: group.score ?? 0,
    evidence: group.evidence,
  };
}

/** Images in no group; what the server said of exactly these stays. */
function looseCluster(answer, clusterOfImage, ids) {
  const c = clusterOfImage.get(ids[0]);
  const cluster = answer.clusters[c];
  if (cluster.image_ids.length === ids.length && ids.every((id) => clusterOfImage.get(id) === c)) {
    return cluster;
  }
  return {
    image_ids: ids, description: "", size: ids.length, medoid: ids[0],
    representatives: ids.slice(0, 4), persistence: 0, unclustered: true, score: 0, evidence: [],
  };
}

/**
 * @param {object} answer the server's document
 * @param {import("./edits.js").State} state
 * @returns {object} a result document; its measures of images stay as the server took them
 */
export function editedDocument(answer, state) {
  const clusterOfImage = numbersOf(answer.clusters);
  const named = answer.clusters.some(({ name }) => typeof name === "string");
  const clusters = [
    ...state.groups.map(groupCluster),
    ...lots(answer, state.unclustered).map((ids) => looseCluster(answer, clusterOfImage, ids)),
  ].map((cluster, c) => ({ ...cluster, name: (named && cluster.description) || c }));

  const number = numbersOf(clusters);
  const nearest = (image) => {
    const near = answer.clusters[image.nearest_cluster ?? -1];
    const now = near ? number.get(near.medoid ?? near.image_ids[0]) : undefined;
    const isOther = now !== undefined && now !== number.get(image.id);
    return isOther && !clusters[now].unclustered ? now : null;
  };
  const { hierarchy } = answer;
  const isCut = hierarchy && !state.rearranged && clusters.length === hierarchy.levels[state.level];
  return {
    ...answer,
    edited: true,
    clusters,
    images: answer.images.map((image) => {
      const near = nearest(image);
      return {
        ...image,
        cluster: number.get(image.id),
        nearest_cluster: near,
        margin: near === null ? null : image.margin,
      };
    }),
    hierarchy: isCut ? { ...hierarchy, chosen: answer.images.length - clusters.length } : null,
  };
}
