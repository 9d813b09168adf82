/* SPDX-License-Identifier: Apache-2.0 */
/* From groups and mean probabilities to labels, scores and a sentence. */
#include "domain/clustering/auto/placement.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/canonical_order.h"
#include "domain/clustering/clustering.h"

enum ica_status ica_placement_init(struct ica_placement *placement, size_t n, struct ica_error *err)
{
    *placement = (struct ica_placement){.n = n};
    placement->places = ica_array_new(n, sizeof *placement->places);
    return placement->places ? ICA_OK : ica_error_nomem(err, "the groups");
}

void ica_placement_clear(struct ica_placement *placement)
{
    free(placement->places);
    *placement = (struct ica_placement){0};
}

enum ica_status ica_placement_level_twins(struct ica_placement *placement,
                                          const struct ica_features *features, const size_t *order,
                                          struct ica_error *err)
{
    struct ica_place *places = placement->places;
    size_t *n_different = ica_array_new(placement->n_groups, sizeof *n_different);
    if (!n_different) {
        return ica_error_nomem(err, "equal images");
    }
    for (size_t i = 0; i < placement->n; i++) {
        if (i > 0 && ica_canonical_compare(features, order[i - 1], order[i]) == 0) {
            places[i] = places[i - 1];
        } else {
            n_different[places[i].group]++;
        }
    }
    for (size_t i = 0; i < placement->n; i++) {
        if (n_different[places[i].group] == 1) {
            places[i].own = 1;
        }
    }
    free(n_different);
    return ICA_OK;
}

enum ica_status ica_placement_fill(const struct ica_placement *placement, struct ica_partition *out,
                                   struct ica_error *err)
{
    size_t n_clusters = 0;
    size_t *sizes = ica_array_new(placement->n_groups, sizeof *sizes);
    int32_t *labels = ica_array_new(placement->n_groups, sizeof *labels);
    double *most = ica_array_new(placement->n_groups, sizeof *most);
    enum ica_status status;
    if (!sizes || !labels || !most) {
        status = ica_error_nomem(err, "the clusters");
        goto out;
    }
    for (size_t i = 0; i < placement->n; i++) {
        const struct ica_place *place = placement->places + i;
        sizes[place->group]++;
        most[place->group] = fmax(most[place->group], place->own);
    }
    for (size_t g = 0; g < placement->n_groups; g++) {
        bool alone = sizes[g] < 2 && placement->n > 1;
        labels[g] = alone ? ICA_NOISE : (int32_t)n_clusters++;
    }
    status = ica_partition_resize(out, n_clusters, err);
    if (status) {
        goto out;
    }
    for (size_t i = 0; i < placement->n; i++) {
        const struct ica_place *place = placement->places + i;
        int32_t label = labels[place->group];
        out->labels[i] = label;
        if (label == ICA_NOISE) {
            out->outlier_scores[i] = 1 - place->next;
        } else if (sizes[place->group] > 1) {
            out->probabilities[i] = place->own;
            double share = most[place->group] > 0 ? place->own / most[place->group] : 1;
            out->outlier_scores[i] = 1 - share;
            out->persistence[label] +=
                fmax(0, place->own - place->next) / (double)sizes[place->group];
        } else {
            out->probabilities[i] = 1; /* the only image of all */
            out->persistence[label] = 1;
        }
    }
out:
    free(most);
    free(labels);
    free(sizes);
    return status;
}

/* How sure the placement is, as means over the images in groups. */
struct certainty {
    size_t n_grouped;
    double own;
    double next;
};

static struct certainty measure_certainty(const struct ica_placement *placement,
                                          const struct ica_partition *partition)
{
    struct certainty certainty = {0};
    for (size_t i = 0; i < partition->n; i++) {
        if (partition->labels[i] != ICA_NOISE) {
            certainty.n_grouped++;
            certainty.own += placement->places[i].own;
            certainty.next += placement->places[i].next;
        }
    }
    if (certainty.n_grouped > 0) {
        certainty.own /= (double)certainty.n_grouped;
        certainty.next /= (double)certainty.n_grouped;
    }
    return certainty;
}

/* "All 30", "5 of 6" */
static void count_in_words(size_t part, size_t whole, char *text, size_t text_size)
{
    (void)snprintf(text, text_size, part == whole ? "All %zu" : "%zu of %zu", part, whole);
}

void ica_placement_explain(const struct ica_placement *placement,
                           const struct ica_partition *partition, char *reason, size_t reason_size)
{
    const struct certainty certainty = measure_certainty(placement, partition);
    if (partition->n == 1) {
        (void)snprintf(reason, reason_size, "A single image is a group of its own.");
    } else if (certainty.n_grouped == 0) {
        (void)snprintf(reason, reason_size,
                       "None of the %zu images clearly belongs together with another.",
                       partition->n);
    } else if (partition->n_clusters == 1 && certainty.n_grouped == partition->n) {
        (void)snprintf(reason, reason_size,
                       "All %zu images make one group: on average, two of them are %.0f %% likely "
                       "to belong together, and no division would be clearer.",
                       partition->n, 100 * certainty.own);
    } else {
        char counted[64];
        count_in_words(certainty.n_grouped, partition->n, counted, sizeof counted);
        (void)snprintf(reason, reason_size,
                       "%s images fell into %zu group%s, the clearest division found: on average, "
                       "an image is %.0f %% likely to belong with the rest of its group, and "
                       "%.0f %% with the closest images outside it.",
                       counted, partition->n_clusters, partition->n_clusters == 1 ? "" : "s",
                       100 * certainty.own, 100 * certainty.next);
    }
    if (placement->n_given_up > 0) {
        size_t used = strlen(reason);
        (void)snprintf(reason + used, reason_size - used, " %zu were not compared with all others.",
                       placement->n_given_up);
    }
}
