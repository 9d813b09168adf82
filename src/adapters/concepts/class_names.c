/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/concepts/class_names.h"

#include <stdio.h>
#include <string.h>

#include "adapters/concepts/table.h"
#include "base/text.h"

#define MAX_PATH_BYTES 4096

/* Columns: wnid, class index or -1, lemmas separated by '|' with the usual one first. Classes come
 * in the order of their indices. */
static enum ica_status add_row(const struct ica_table *table, struct ica_phrases *phrases,
                               struct ica_error *err)
{
    uint64_t class_index = 0;
    const char *lemmas = table->fields[2];
    if (strcmp(table->fields[1], "-1") == 0) {
        return ICA_OK;
    }
    if (!ica_text_parse_uint(table->fields[1], phrases->n, phrases->n, &class_index)) {
        return ica_table_wrong(table, "the class index is not the next one", err);
    }
    enum ica_status status = ica_phrases_add(phrases, lemmas, strcspn(lemmas, "|"), err);
    return status == ICA_EINVALID ? ica_table_wrong(table, "the name is no phrase", err) : status;
}

enum ica_status ica_class_names_read(const char *data_dir, struct ica_phrases *phrases,
                                     struct ica_error *err)
{
    char path[MAX_PATH_BYTES];
    struct ica_table table = {0};
    bool more = true;
    if (snprintf(path, sizeof path, "%s/imagenet-concepts.tsv", data_dir) >= (int)sizeof path) {
        return ica_error_set(err, ICA_EMODEL, "The path of the concept tables is too long.");
    }
    enum ica_status status = ica_table_open(&table, path, err);
    while (!status && more) {
        status = ica_table_next(&table, &more, err);
        if (!status && more) {
            status = add_row(&table, phrases, err);
        }
    }
    ica_table_clear(&table);
    return status;
}
