/* SPDX-License-Identifier: Apache-2.0 */
/* Greedy and beam search (Graves 2012, "Sequence Transduction with Recurrent Neural Networks"), in
 * the form that the transformers library gives it with a length penalty of 1 and without early
 * stopping:
 *
 * Each caption has n_beams running rows. Of all their continuations the 2 n_beams with the highest
 * sums of log-probabilities are looked at; at most n_beams of them end, so that n_beams rows always
 * go on. One that ends is finished if it is among the first n_beams, and is scored by its mean
 * log-probability, the first token not counted; the best n_beams finished ones are kept. A caption
 * is done when it has that many and the best running row's mean, as it is now, is not better than
 * the worst of them. Ties go to the lower beam, then to the lower token.
 *
 * Time per step is O(rows * n_tokens), memory O(rows * max_length). */
#include "domain/caption/generation.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define NEVER (-1.0e9) /* far below all sums of log-probabilities */

/* A running or a finished row, or a continuation of one. */
struct beam {
    struct ica_token_row row;
    double score; /* sum of log-probabilities; of a finished one the mean */
    size_t parent;
    bool finished;
};

struct search {
    const struct ica_generation_options *options;
    struct ica_token_model *model;
    size_t n_captions;
    size_t n_rows;
    /* Per row */
    struct beam *running;
    struct beam *finished;
    uint32_t *tokens;
    size_t *parents;
    bool *open; /* per caption: it may still get better */
};

static void search_clear(struct search *search)
{
    free(search->running);
    free(search->finished);
    free(search->tokens);
    free(search->parents);
    free(search->open);
}

static enum ica_status search_init(struct search *search, struct ica_error *err)
{
    search->running = ica_array_new(search->n_rows, sizeof *search->running);
    search->finished = ica_array_new(search->n_rows, sizeof *search->finished);
    search->tokens = ica_array_new(search->n_rows, sizeof *search->tokens);
    search->parents = ica_array_new(search->n_rows, sizeof *search->parents);
    search->open = ica_array_new(search->n_captions, sizeof *search->open);
    if (!search->running || !search->finished || !search->tokens || !search->parents ||
        !search->open) {
        return ica_error_nomem(err, "the captions");
    }
    for (size_t i = 0; i < search->n_rows; i++) {
        /* All rows of a caption begin alike; only the first is to be continued. */
        search->running[i] = (struct beam){
            .row = {.ids = {search->options->begin}, .n = 1},
            .score = i % search->options->n_beams ? NEVER : 0,
        };
        search->finished[i].score = NEVER;
        search->tokens[i] = search->options->begin;
        search->parents[i] = i;
        search->open[i / search->options->n_beams] = true;
    }
    return ICA_OK;
}

/* The logarithm of the sum of the exponentials of `n` numbers; NaN if one is not finite. */
static double log_sum(const float *logits, size_t n)
{
    float largest = logits[0];
    bool finite = true;
    for (size_t i = 0; i < n; i++) {
        finite &= isfinite(logits[i]) != 0;
        largest = logits[i] > largest ? logits[i] : largest;
    }
    double sum = 0;
    for (size_t i = 0; i < n && finite; i++) {
        sum += exp((double)logits[i] - (double)largest);
    }
    return finite ? (double)largest + log(sum) : (double)NAN;
}

static enum ica_status not_finite(struct ica_error *err)
{
    return ica_error_set(err, ICA_EMODEL, "The captioning model gives no finite numbers.");
}

/* ---- Greedy ------------------------------------------------------------------------------------
 */

static enum ica_status best_token(const float *logits, size_t n, uint32_t *best,
                                  struct ica_error *err)
{
    *best = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(logits[i])) {
            return not_finite(err);
        }
        if (logits[i] > logits[*best]) {
            *best = (uint32_t)i;
        }
    }
    return ICA_OK;
}

static enum ica_status run_greedy(struct search *search, struct ica_error *err)
{
    const struct ica_generation_options *options = search->options;
    size_t n_tokens = search->model->n_tokens;
    size_t n_open = search->n_captions;
    for (size_t length = 1; length < options->max_length && n_open > 0; length++) {
        const float *logits = NULL;
        enum ica_status status = search->model->step(search->model, length - 1, search->tokens,
                                                     search->parents, &logits, err);
        for (size_t i = 0; i < search->n_captions && !status; i++) {
            if (!search->open[i]) {
                continue; /* what follows the end does not count */
            }
            struct ica_token_row *row = &search->running[i].row;
            uint32_t token;
            status = best_token(logits + i * n_tokens, n_tokens, &token, err);
            if (!status) {
                row->ids[row->n++] = token;
                search->tokens[i] = token;
                search->open[i] = token != options->end;
                n_open -= !search->open[i];
            }
        }
        if (status) {
            return status;
        }
    }
    return ICA_OK;
}

/* ---- Beams -------------------------------------------------------------------------------------
 */

/* Put `beam` into the list of the best `max`, in order, behind those that are as good. */
static void insert(struct beam *list, size_t *n, size_t max, const struct beam *beam)
{
    size_t place = *n;
    while (place > 0 && beam->score > list[place - 1].score) {
        place--;
    }
    if (place == max) {
        return;
    }
    *n += *n < max;
    for (size_t i = *n - 1; i > place; i--) {
        list[i] = list[i - 1];
    }
    list[place] = *beam;
}

/* The best continuations of a caption's rows, in order. `row` is the first of them. */
static enum ica_status find_best(const struct search *search, size_t row, const float *logits,
                                 struct beam *best, struct ica_error *err)
{
    size_t n_beams = search->options->n_beams;
    size_t n_tokens = search->model->n_tokens;
    size_t max = 2 * n_beams;
    size_t n = 0;
    for (size_t b = 0; b < n_beams; b++) {
        const struct beam *from = &search->running[row + b];
        const float *of_row = logits + (row + b) * n_tokens;
        double offset = from->score - log_sum(of_row, n_tokens);
        if (isnan(offset)) {
            return not_finite(err);
        }
        for (size_t token = 0; token < n_tokens; token++) {
            double score = offset + (double)of_row[token];
            if (n == max && score <= best[n - 1].score) {
                continue;
            }
            struct beam beam = *from;
            beam.row.ids[beam.row.n++] = (uint32_t)token;
            beam.score = score;
            beam.parent = row + b;
            insert(best, &n, max, &beam);
        }
    }
    return ICA_OK;
}

/* One more token for a caption. */
static enum ica_status advance(struct search *search, size_t caption, const float *logits,
                               struct ica_error *err)
{
    const struct ica_generation_options *options = search->options;
    size_t n_beams = options->n_beams;
    size_t row = caption * n_beams;
    struct beam *running = search->running + row;
    struct beam *finished = search->finished + row;
    struct beam best[2 * ICA_MAX_BEAMS];
    enum ica_status status = find_best(search, row, logits, best, err);
    if (status) {
        return status;
    }
    size_t n_running = 0;
    for (size_t i = 0; i < 2 * n_beams; i++) {
        struct beam beam = best[i];
        bool ends =
            beam.row.ids[beam.row.n - 1] == options->end || beam.row.n == options->max_length;
        if (!ends) {
            insert(running, &n_running, n_beams, &beam);
        } else if (i < n_beams) {
            size_t n_finished = n_beams;
            beam.finished = true;
            beam.score /= (double)(beam.row.n - 1);
            insert(finished, &n_finished, n_beams, &beam);
        }
    }
    /* None goes on when the longest length is reached. */
    search->open[caption] =
        n_running == n_beams &&
        (!finished[n_beams - 1].finished ||
         running[0].score / (double)(running[0].row.n - 1) > finished[n_beams - 1].score);
    return ICA_OK;
}

static enum ica_status run_beams(struct search *search, struct ica_error *err)
{
    size_t n_beams = search->options->n_beams;
    size_t n_open = search->n_captions;
    for (size_t position = 0; n_open > 0; position++) {
        const float *logits = NULL;
        enum ica_status status = search->model->step(search->model, position, search->tokens,
                                                     search->parents, &logits, err);
        n_open = 0;
        for (size_t c = 0; c < search->n_captions && !status; c++) {
            if (search->open[c]) {
                status = advance(search, c, logits, err);
            }
            n_open += search->open[c];
            for (size_t i = c * n_beams; i < (c + 1) * n_beams; i++) {
                const struct ica_token_row *row = &search->running[i].row;
                search->tokens[i] = row->ids[row->n - 1];
                search->parents[i] = search->open[c] ? search->running[i].parent : i;
            }
        }
        if (status) {
            return status;
        }
    }
    return ICA_OK;
}

static enum ica_status check(const struct ica_token_model *model,
                             const struct ica_generation_options *options, struct ica_error *err)
{
    if (options->n_beams == 0 || options->n_beams > ICA_MAX_BEAMS || options->max_length < 2 ||
        options->max_length > ICA_MAX_CAPTION_TOKENS) {
        return ica_error_set(err, ICA_EINVALID,
                             "Captions have 2 to %d tokens, found with 1 to %d beams.",
                             ICA_MAX_CAPTION_TOKENS, ICA_MAX_BEAMS);
    }
    /* Each row gives n_beams continuations beside the one that ends it. */
    if (model->n_tokens <= options->n_beams || options->begin >= model->n_tokens ||
        options->end >= model->n_tokens) {
        return ica_error_set(err, ICA_EINVALID, "A language of %zu tokens is too small.",
                             model->n_tokens);
    }
    return ICA_OK;
}

enum ica_status ica_generate(struct ica_token_model *model,
                             const struct ica_generation_options *options, size_t n_captions,
                             struct ica_token_row *out, struct ica_error *err)
{
    struct search search = {
        .options = options,
        .model = model,
        .n_captions = n_captions,
        .n_rows = n_captions * options->n_beams,
    };
    enum ica_status status = check(model, options, err);
    if (!status) {
        status = search_init(&search, err);
    }
    bool greedy = options->n_beams == 1;
    if (!status) {
        status = greedy ? run_greedy(&search, err) : run_beams(&search, err);
    }
    for (size_t i = 0; i < n_captions && !status; i++) {
        out[i] = greedy ? search.running[i].row : search.finished[i * options->n_beams].row;
    }
    search_clear(&search);
    return status;
}
