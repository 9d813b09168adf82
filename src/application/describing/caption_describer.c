/* SPDX-License-Identifier: Apache-2.0 */
/* Three steps: choose the pictures, caption them in batches, make one text per cluster.
 *
 * The pictures of a cluster are its representatives, the medoid first; for joined captions its
 * first members in the order of the rows, as the proof of concept took them. Pictures that are
 * near-duplicates of one another, in whatever clusters they are, are looked at once. Pictures are
 * decoded one batch at a time, so that a handful of them is in memory however many clusters there
 * are. One that cannot be had is left out: the others of its cluster speak for it. */
#include "application/describing/caption_describer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "domain/caption/caption_phrase.h"
#include "domain/stages.h"

struct caption_describer {
    struct ica_describer base;
    struct ica_describer_ops ops; /* with the captioner's name */
    struct ica_captioner *captioner;
    struct ica_caption_describer_options options;
};

/* A picture to be captioned. */
struct look {
    size_t row;
    char text[ICA_MAX_CAPTION]; /* "" if there is none */
    char note[ICA_MAX_NOTE];    /* why */
};

/* What one call of describe works with. */
struct work {
    const struct caption_describer *describer;
    const struct ica_describe_request *request;
    const struct ica_monitor *monitor;
    struct look *looks;
    size_t n_looks;
    size_t *look_of_row; /* one per row: index into looks, or NO_LOOK */
    size_t *looks_of;    /* per cluster options.pictures_per_cluster indices into looks */
    size_t *n_looks_of;  /* per cluster: how many of these */
    size_t n_done;       /* looks of the batches before */
};

#define NO_LOOK SIZE_MAX

static void work_clear(struct work *work)
{
    free(work->looks);
    free(work->look_of_row);
    free(work->looks_of);
    free(work->n_looks_of);
}

/* ---- Choosing ----------------------------------------------------------------------------------
 */

/* The lowest rows of a cluster, in order. */
static size_t first_members(const struct ica_cluster *cluster, size_t max, size_t *rows)
{
    size_t n = 0;
    for (size_t i = 0; i < cluster->n_members; i++) {
        size_t row = cluster->members[i];
        size_t place = n;
        while (place > 0 && rows[place - 1] > row) {
            place--;
        }
        if (place == max) {
            continue;
        }
        n += n < max;
        memmove(rows + place + 1, rows + place, (n - 1 - place) * sizeof *rows);
        rows[place] = row;
    }
    return n;
}

static size_t choose(const struct work *work, const struct ica_cluster *cluster, size_t *rows)
{
    size_t max = work->describer->options.pictures_per_cluster;
    if (work->request->joined_captions) {
        return first_members(cluster, max, rows);
    }
    size_t n = ica_size_min(cluster->n_representatives, max);
    memcpy(rows, cluster->representatives, n * sizeof *rows);
    if (n == 0) {
        rows[n++] = cluster->medoid;
    }
    return n;
}

/* The row to look at instead of `row`, the same for all near-duplicates: `stand_in` has one for
 * each row that has any. Joined captions are those of the members themselves. */
static void find_stand_ins(const struct ica_describe_request *request, size_t *stand_in)
{
    const struct ica_near_duplicates *duplicates = &request->clustering->near_duplicates;
    for (size_t i = 0; i < request->clustering->n; i++) {
        stand_in[i] = i;
    }
    for (size_t s = 0; s < duplicates->n_sets && !request->joined_captions; s++) {
        const struct ica_duplicate_set *set = &duplicates->sets[s];
        for (size_t i = 0; i < set->n_members; i++) {
            stand_in[set->members[i]] = set->members[0];
        }
    }
}

static void add_look(struct work *work, size_t cluster, size_t row)
{
    size_t max = work->describer->options.pictures_per_cluster;
    size_t *look = &work->look_of_row[row];
    if (*look == NO_LOOK) {
        *look = work->n_looks;
        work->looks[work->n_looks++] = (struct look){.row = row};
    }
    size_t *of_cluster = work->looks_of + cluster * max;
    size_t n = work->n_looks_of[cluster];
    for (size_t i = 0; i < n && !work->request->joined_captions; i++) {
        if (of_cluster[i] == *look) {
            return; /* a near-duplicate has the same word already */
        }
    }
    of_cluster[n] = *look;
    work->n_looks_of[cluster]++;
}

static enum ica_status work_init(struct work *work, struct ica_error *err)
{
    const struct ica_clustering *clustering = work->request->clustering;
    size_t max = work->describer->options.pictures_per_cluster;
    size_t n_looks;
    size_t *stand_in = ica_array_new(clustering->n, sizeof *stand_in);
    work->look_of_row = ica_array_new(clustering->n, sizeof *work->look_of_row);
    work->n_looks_of = ica_array_new(clustering->n_clusters, sizeof *work->n_looks_of);
    if (ica_size_multiply(clustering->n_clusters, max, &n_looks)) {
        work->looks_of = ica_array_new(n_looks, sizeof *work->looks_of);
        work->looks = ica_array_new(n_looks, sizeof *work->looks);
    }
    enum ica_status status = ICA_OK;
    if (!stand_in || !work->look_of_row || !work->n_looks_of || !work->looks_of || !work->looks) {
        status = ica_error_nomem(err, "the descriptions");
        goto out;
    }
    find_stand_ins(work->request, stand_in);
    for (size_t i = 0; i < clustering->n; i++) {
        work->look_of_row[i] = NO_LOOK;
    }
    for (size_t c = 0; c < clustering->n_clusters; c++) {
        size_t rows[ICA_MAX_CAPTIONED_PICTURES];
        size_t n = choose(work, &clustering->clusters[c], rows);
        for (size_t i = 0; i < n; i++) {
            add_look(work, c, stand_in[rows[i]]);
        }
    }
out:
    free(stand_in);
    return status;
}

/* ---- Captioning --------------------------------------------------------------------------------
 */

/* Pictures count as the captioner tells; the user hears of clusters. */
static bool step(void *context, const char *stage, size_t done, size_t total)
{
    (void)total;
    const struct work *work = context;
    size_t n_clusters = work->request->clustering->n_clusters;
    double share = (double)(work->n_done + done) / (double)work->n_looks;
    return ica_monitor_step(work->monitor, stage, (size_t)(share * (double)n_clusters), n_clusters);
}

/* Fetch the picture of one look, or note why that is not possible. */
static enum ica_status fetch(const struct work *work, struct look *look, struct ica_pixels *out,
                             struct ica_error *err)
{
    const struct ica_picture_size size = {.crop = work->describer->captioner->crop};
    struct ica_error failure = {0};
    failure.status = ica_pictures_get(work->request->pictures, look->row, &size, out, &failure);
    if (failure.status == ICA_ECANCELLED || failure.status == ICA_ENOMEM) {
        return ica_error_set(err, failure.status, "%s", failure.text);
    }
    if (failure.status) {
        ica_pixels_clear(out);
        (void)snprintf(look->note, sizeof look->note, "%.*s",
                       (int)ica_text_cut(failure.text, sizeof look->note - 1), failure.text);
    }
    return ICA_OK;
}

/* Files of the model that are missing or damaged are no mistake of whoever asks. */
static enum ica_status ask_captioner(const struct work *work, size_t n,
                                     const struct ica_pixels pictures[],
                                     const struct ica_monitor *monitor,
                                     struct ica_caption captions[], struct ica_error *err)
{
    struct ica_error failure = {0};
    enum ica_status status =
        ica_captioner_caption(work->describer->captioner, n, pictures,
                              work->describer->options.n_beams, monitor, captions, &failure);
    bool of_files = status == ICA_ENOTFOUND || status == ICA_EINVALID;
    return status ? ica_error_set(err, of_files ? ICA_EMODEL : status, "%s", failure.text) : ICA_OK;
}

/* Caption the looks from `begin` on, as many as the captioner takes at once; `*end` is the next. */
static enum ica_status caption_batch(struct work *work, size_t begin, size_t *end,
                                     struct ica_pixels *pictures, struct ica_caption *captions,
                                     struct look **seen, struct ica_error *err)
{
    const struct ica_monitor monitor = {.step = step, .context = work};
    enum ica_status status = ICA_OK;
    size_t n = 0;
    size_t i = begin;
    work->n_done = begin;
    for (; i < work->n_looks && n < work->describer->captioner->max_pictures && !status; i++) {
        seen[n] = &work->looks[i];
        status = ica_monitor_step(&monitor, ICA_STAGE_DESCRIBING, 0, 1)
                     ? fetch(work, seen[n], &pictures[n], err)
                     : ica_error_set(err, ICA_ECANCELLED, "The description was cancelled.");
        n += pictures[n].samples != NULL;
    }
    *end = i;
    if (!status && n > 0) {
        status = ask_captioner(work, n, pictures, &monitor, captions, err);
    }
    for (size_t k = 0; k < n; k++) {
        if (!status) {
            memcpy(seen[k]->text, captions[k].text, sizeof seen[k]->text);
        }
        ica_pixels_clear(&pictures[k]);
    }
    return status;
}

static enum ica_status caption_all(struct work *work, struct ica_error *err)
{
    size_t max = work->describer->captioner->max_pictures;
    struct ica_pixels *pictures = ica_array_new(max, sizeof *pictures);
    struct ica_caption *captions = ica_array_new(max, sizeof *captions);
    struct look **seen = ica_array_new(max, sizeof(struct look *));
    enum ica_status status =
        pictures && captions && seen ? ICA_OK : ica_error_nomem(err, "the captions");
    for (size_t i = 0; i < work->n_looks && !status;) {
        status = caption_batch(work, i, &i, pictures, captions, seen, err);
    }
    free(pictures);
    free(captions);
    free(seen);
    return status;
}

/* ---- Telling -----------------------------------------------------------------------------------
 */

static void tell(const struct work *work, size_t cluster, struct ica_description *out)
{
    const char *texts[ICA_MAX_CAPTIONED_PICTURES];
    size_t n = 0;
    const struct look *silent = NULL;
    for (size_t i = 0; i < work->n_looks_of[cluster]; i++) {
        size_t max = work->describer->options.pictures_per_cluster;
        const struct look *look = &work->looks[work->looks_of[cluster * max + i]];
        if (look->text[0]) {
            texts[n++] = look->text;
        } else if (!silent) {
            silent = look;
        }
    }
    if (n == 0) {
        const char *why = silent && silent->note[0]
                              ? silent->note
                              : "The captioning model has no words for the pictures.";
        (void)snprintf(out->note, sizeof out->note, "%s", why);
    } else if (work->request->joined_captions) {
        ica_captions_join(texts, n, out->text, sizeof out->text);
        out->score = 1;
    } else {
        out->score = ica_captions_summarise(texts, n, out->text, sizeof out->text);
    }
}

static enum ica_status describe(struct ica_describer *self,
                                const struct ica_describe_request *request,
                                const struct ica_monitor *monitor, struct ica_description *out,
                                struct ica_error *err)
{
    struct work work = {
        .describer = (const struct caption_describer *)self,
        .request = request,
        .monitor = monitor,
    };
    if (!request->pictures) {
        return ica_error_set(err, ICA_EUNAVAILABLE,
                             "The pictures cannot be looked at a second time here, which \"%s\" "
                             "would have to.",
                             self->ops->name);
    }
    size_t n_clusters = request->clustering->n_clusters;
    enum ica_status status = work_init(&work, err);
    if (!status) {
        status = caption_all(&work, err);
    }
    for (size_t c = 0; c < n_clusters && !status; c++) {
        tell(&work, c, &out[c]);
    }
    if (!status && !ica_monitor_step(monitor, ICA_STAGE_DESCRIBING, n_clusters, n_clusters)) {
        status = ica_error_set(err, ICA_ECANCELLED, "The description was cancelled.");
    }
    work_clear(&work);
    return status;
}

static void destroy(struct ica_describer *self)
{
    free(self);
}

struct ica_caption_describer_options ica_caption_describer_options_default(void)
{
    return (struct ica_caption_describer_options){
        .pictures_per_cluster = ICA_DEFAULT_CAPTIONED_PICTURES,
        .n_beams = 1,
    };
}

enum ica_status ica_caption_describer_open(struct ica_describer **out,
                                           struct ica_captioner *captioner,
                                           const struct ica_caption_describer_options *options,
                                           struct ica_error *err)
{
    *out = NULL;
    if (options->pictures_per_cluster == 0 ||
        options->pictures_per_cluster > ICA_MAX_CAPTIONED_PICTURES || options->n_beams == 0 ||
        options->n_beams > ICA_MAX_BEAMS) {
        return ica_error_set(err, ICA_EINVALID,
                             "A describer looks at 1 to %d pictures with 1 to %d beams.",
                             ICA_MAX_CAPTIONED_PICTURES, ICA_MAX_BEAMS);
    }
    struct caption_describer *describer = calloc(1, sizeof *describer);
    if (!describer) {
        return ica_error_nomem(err, "the describer");
    }
    describer->ops = (struct ica_describer_ops){
        .name = captioner->ops->name,
        .looks_at_pictures = true,
        .describe = describe,
        .destroy = destroy,
    };
    describer->base.ops = &describer->ops;
    describer->captioner = captioner;
    describer->options = *options;
    *out = &describer->base;
    return ICA_OK;
}
