/* SPDX-License-Identifier: Apache-2.0 */
/* Equal texts are neighbours once the descriptions are sorted by text; the sort is stable, so they
 * keep the order of their clusters. */
#include "domain/description/distinct_texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "domain/clustering/index_sort.h"

static int compare(const void *context, size_t a, size_t b)
{
    const struct ica_description *descriptions = context;
    return strcmp(descriptions[a].text, descriptions[b].text);
}

/* All texts in order, as they are now; NULL when memory is short. */
static size_t *sort_texts(const struct ica_description *descriptions, size_t n,
                          struct ica_error *err)
{
    size_t *order = ica_array_new(n, sizeof *order);
    if (order) {
        ica_index_fill(order, n);
        if (ica_index_sort(order, n, compare, descriptions)) {
            return order;
        }
    }
    free(order);
    ica_error_nomem(err, "the descriptions");
    return NULL;
}

/* The end of the run of equal texts that begins at `start`. */
static size_t end_of_run(const struct ica_description *descriptions, const size_t *order,
                         size_t start, size_t n)
{
    size_t end = start + 1;
    while (end < n && compare(descriptions, order[start], order[end]) == 0) {
        end++;
    }
    return end;
}

/* Append `suffix`; where there is no room for both, the text is cut. */
static void append(struct ica_description *description, const char *suffix)
{
    size_t room = sizeof description->text - 1 - strlen(suffix);
    size_t used = ica_text_cut(description->text, room);
    (void)snprintf(description->text + used, sizeof description->text - used, "%s", suffix);
}

enum ica_status ica_texts_add_hints(struct ica_description *descriptions,
                                    const struct ica_description *hints, size_t n,
                                    struct ica_error *err)
{
    size_t *order = sort_texts(descriptions, n, err);
    if (!order) {
        return ICA_ENOMEM;
    }
    for (size_t start = 0, end; start < n; start = end) {
        end = end_of_run(descriptions, order, start, n);
        bool differ = false;
        for (size_t k = start + 1; k < end; k++) {
            differ |= compare(hints, order[start], order[k]) != 0;
        }
        for (size_t k = start; k < end && differ; k++) {
            struct ica_description *description = &descriptions[order[k]];
            const char *hint = hints[order[k]].text;
            if (description->text[0] && hint[0] && strcmp(description->text, hint) != 0) {
                char suffix[ICA_MAX_DESCRIPTION / 2];
                int shown = (int)ica_text_cut(hint, sizeof suffix - sizeof " ()");
                (void)snprintf(suffix, sizeof suffix, " (%.*s)", shown, hint);
                append(description, suffix);
            }
        }
    }
    free(order);
    return ICA_OK;
}

/* The texts as they were when numbering began. */
struct snapshot {
    const char (*texts)[ICA_MAX_DESCRIPTION]; /* sorted */
    size_t n;
};

static int compare_texts(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Append the first number from `number` on that makes a text of its own; returns the next one. */
static size_t append_number(struct ica_description *description, size_t number,
                            const struct snapshot *taken)
{
    const struct ica_description plain = *description;
    do {
        char suffix[32];
        (void)snprintf(suffix, sizeof suffix, " (%zu)", number++);
        *description = plain;
        append(description, suffix);
    } while (
        bsearch(description->text, taken->texts, taken->n, ICA_MAX_DESCRIPTION, compare_texts));
    return number;
}

enum ica_status ica_texts_number(struct ica_description *descriptions, size_t n,
                                 struct ica_error *err)
{
    size_t *order = sort_texts(descriptions, n, err);
    char(*texts)[ICA_MAX_DESCRIPTION] = order ? ica_array_new(n, ICA_MAX_DESCRIPTION) : NULL;
    if (!texts) {
        free(order);
        return ica_error_nomem(err, "the descriptions");
    }
    for (size_t i = 0; i < n; i++) {
        memcpy(texts[i], descriptions[order[i]].text, ICA_MAX_DESCRIPTION);
    }
    const struct snapshot taken = {.texts = (const char(*)[ICA_MAX_DESCRIPTION])texts, .n = n};
    for (size_t start = 0, end; start < n; start = end) {
        end = end_of_run(descriptions, order, start, n);
        size_t number = 2;
        for (size_t k = start + 1; k < end && texts[start][0]; k++) {
            number = append_number(&descriptions[order[k]], number, &taken);
        }
    }
    free(texts);
    free(order);
    return ICA_OK;
}
