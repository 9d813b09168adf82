/* SPDX-License-Identifier: Apache-2.0 */
/* The result as a table for people: one line per group with as many of its images as fit, a few
 * lines for the images that belong to none, and how it came about. */
#include "cli/table.h"

#include <stdint.h>
#include <string.h>

#define COLUMNS_BEFORE   16 /* number, count and the blanks around them */
#define MIN_DESCRIPTION  11
#define MAX_DESCRIPTION  36
#define MAX_UNCLUSTERED  8  /* lines */
#define MAX_MORE_COLUMNS 12 /* of "... 12345 more" */
#define MAX_TITLE        32
#define MAX_NAMES_BYTES  1024 /* of a line, about: more than any screen is wide */
#define BOLD             "\033[1m"
#define DIM              "\033[2m"
#define PLAIN            "\033[0m"

struct table {
    const struct ica_result *result;
    const struct ica_console *console;
    struct ica_buffer *out;
    struct ica_error *err;
    enum ica_status status; /* of the first failure; nothing is written after one */
    size_t prefix;          /* bytes that all ids begin with, up to a "/" */
    size_t description_columns;
};

static void text(struct table *table, const char *s)
{
    if (!table->status) {
        table->status = ica_buffer_append_text(table->out, s, table->err);
    }
}

static void style(struct table *table, const char *sequence)
{
    if (table->console->colours) {
        text(table, sequence);
    }
}

/* Text from outside in a cell: cut at `columns`, then filled up to `fill`. */
static void cell(struct table *table, const char *s, size_t columns, size_t fill)
{
    if (!table->status) {
        table->status = ica_console_append(table->out, s, columns, table->err);
    }
    for (size_t used = ica_text_columns(s); used < fill; used++) {
        text(table, " ");
    }
}

static void number(struct table *table, const char *format, size_t value)
{
    if (!table->status) {
        table->status = ica_buffer_printf(table->out, table->err, format, value);
    }
}

/* How many bytes all ids share, up to and with the last "/". */
static size_t common_prefix(const struct ica_result *result)
{
    const char *first = result->images[0].id;
    const char *slash = strrchr(first, '/');
    size_t shared = slash ? (size_t)(slash - first) + 1 : 0;
    for (size_t i = 1; i < result->n_images && shared > 0; i++) {
        while (shared > 0 && strncmp(first, result->images[i].id, shared) != 0) {
            do {
                shared--;
            } while (shared > 0 && first[shared - 1] != '/');
        }
    }
    return shared;
}

static size_t widest_description(const struct ica_result *result)
{
    size_t widest = MIN_DESCRIPTION;
    for (size_t c = 0; c < result->clustering.n_clusters; c++) {
        size_t columns = ica_text_columns(result->descriptions[c].text);
        widest = columns > widest ? columns : widest;
    }
    return widest < MAX_DESCRIPTION ? widest : MAX_DESCRIPTION;
}

/* As many members as fit in `room` columns, the most central first, and how many more there are. */
static void members(struct table *table, const struct ica_cluster *cluster, size_t room)
{
    size_t shown = 0;
    for (; shown < cluster->n_members; shown++) {
        const char *name = table->result->images[cluster->members[shown]].id + table->prefix;
        size_t separator = shown > 0 ? 2 : 0;
        size_t kept = shown + 1 < cluster->n_members ? MAX_MORE_COLUMNS : 0;
        size_t columns = ica_text_columns(name);
        if (shown > 0 && separator + columns + kept > room) {
            break;
        }
        text(table, shown > 0 ? ", " : "");
        cell(table, name, room > separator + kept ? room - separator - kept : 1, 0);
        room -= separator + columns < room ? separator + columns : room;
    }
    if (shown < cluster->n_members) {
        style(table, DIM);
        number(table, ", %zu more", cluster->n_members - shown);
        style(table, PLAIN);
    }
}

/* The columns that are left for the images of a line. */
static size_t room_for_images(const struct table *table)
{
    size_t used = COLUMNS_BEFORE + table->description_columns + 2;
    return table->console->columns > used ? table->console->columns - used : 1;
}

static void line(struct table *table, size_t c)
{
    const struct ica_cluster *cluster = &table->result->clustering.clusters[c];
    number(table, "%5zu", c);
    number(table, "  %7zu  ", cluster->n_members);
    style(table, BOLD);
    cell(table, table->result->descriptions[c].text, table->description_columns,
         table->description_columns);
    style(table, PLAIN);
    text(table, "  ");
    members(table, cluster, room_for_images(table));
    text(table, "\n");
}

static void head(struct table *table)
{
    struct ica_buffer title;
    ica_buffer_init(&title, table->prefix + MAX_TITLE);
    style(table, DIM);
    text(table, "group   images  ");
    cell(table, "description", table->description_columns, table->description_columns);
    text(table, "  ");
    if (!table->status) {
        table->status = ica_buffer_printf(&title, table->err,
                                          table->prefix ? "most typical, in %.*s" : "most typical",
                                          (int)table->prefix, table->result->images[0].id);
    }
    cell(table, ica_buffer_text(&title), room_for_images(table), 0);
    style(table, PLAIN);
    text(table, "\n");
    ica_buffer_clear(&title);
}

/* What no group has: singletons or their one group. */
static void unclustered(struct table *table, size_t first)
{
    size_t n_clusters = table->result->clustering.n_clusters;
    if (first == n_clusters) {
        return;
    }
    style(table, DIM);
    text(table, "in no group");
    style(table, PLAIN);
    text(table, "\n");
    size_t end = n_clusters - first > MAX_UNCLUSTERED + 1 ? first + MAX_UNCLUSTERED : n_clusters;
    for (size_t c = first; c < end; c++) {
        line(table, c);
    }
    if (end < n_clusters) {
        style(table, DIM);
        number(table, "       and %zu more\n", n_clusters - end);
        style(table, PLAIN);
    }
}

/* "2 sets of near-duplicates, 5 images: a.jpg, b.jpg; c.jpg, d.jpg, e.jpg", as much as fits. */
static void near_duplicates(struct table *table)
{
    const struct ica_near_duplicates *found = &table->result->clustering.near_duplicates;
    size_t n_images = 0;
    for (size_t s = 0; s < found->n_sets; s++) {
        n_images += found->sets[s].n_members;
    }
    if (n_images == 0) {
        return;
    }
    struct ica_buffer names;
    ica_buffer_init(&names, SIZE_MAX);
    for (size_t s = 0; s < found->n_sets && names.size < MAX_NAMES_BYTES && !table->status; s++) {
        const struct ica_duplicate_set *set = &found->sets[s];
        for (size_t m = 0; m < set->n_members && names.size < MAX_NAMES_BYTES && !table->status;
             m++) {
            const char *separator = m > 0 ? ", " : "; ";
            table->status =
                ica_buffer_printf(&names, table->err, "%s%s", s + m > 0 ? separator : "",
                                  table->result->images[set->members[m]].id + table->prefix);
        }
    }
    size_t before = table->out->size;
    number(table, found->n_sets == 1 ? "%zu set of near-duplicates" : "%zu sets of near-duplicates",
           found->n_sets);
    number(table, ", %zu images: ", n_images);
    size_t used = table->out->size - before;
    cell(table, ica_buffer_text(&names),
         table->console->columns > used ? table->console->columns - used : 1, 0);
    text(table, "\n");
    ica_buffer_clear(&names);
}

static void foot(struct table *table, size_t n_groups)
{
    const struct ica_result *result = table->result;
    text(table, "\n");
    number(table, result->n_images == 1 ? "%zu image" : "%zu images", result->n_images);
    number(table, n_groups == 1 ? " in %zu group" : " in %zu groups", n_groups);
    size_t n_alone = 0;
    for (size_t c = n_groups; c < result->clustering.n_clusters; c++) {
        n_alone += result->clustering.clusters[c].n_members;
    }
    if (n_alone > 0) {
        number(table, ", %zu in none", n_alone);
    }
    if (!table->status) {
        table->status =
            ica_buffer_printf(table->out, table->err, " (%.2f s, %s@%s)\n", result->timings.total_s,
                              result->model.name, result->model.version);
    }
    near_duplicates(table);
    if (!table->status) {
        table->status = ica_console_append_wrapped(table->out, result->clustering.reason, 0,
                                                   table->console->columns, table->err);
    }
}

enum ica_status ica_table_write(const struct ica_result *result, const struct ica_console *console,
                                struct ica_buffer *out, struct ica_error *err)
{
    struct table table = {
        .result = result,
        .console = console,
        .out = out,
        .err = err,
        .prefix = common_prefix(result),
        .description_columns = widest_description(result),
    };
    size_t n_groups = 0;
    while (n_groups < result->clustering.n_clusters &&
           !result->clustering.clusters[n_groups].unclustered) {
        n_groups++;
    }
    head(&table);
    for (size_t c = 0; c < n_groups; c++) {
        line(&table, c);
    }
    unclustered(&table, n_groups);
    foot(&table, n_groups);
    return table.status;
}
