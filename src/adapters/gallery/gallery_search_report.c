/* SPDX-License-Identifier: Apache-2.0 */
/* What a search has found as a wall of pictures, the best first. The page forbids itself every
 * script and every address. */
#include "adapters/gallery/gallery_search_report.h"

#include <string.h>

#include "adapters/gallery/html.h"
#include "adapters/gallery/page_style.h"

struct page {
    const struct ica_search_answer *answer;
    struct ica_buffer *out;
    struct ica_error *err;
    enum ica_status status; /* of the first failure; nothing is written after one */
};

static void html(struct page *page, const char *markup)
{
    if (!page->status) {
        page->status = ica_buffer_append_text(page->out, markup, page->err);
    }
}

static void text(struct page *page, const char *from_outside)
{
    if (!page->status) {
        page->status = ica_html_append_text(page->out, from_outside, page->err);
    }
}

/* The words, or the name of the image that others were compared with. */
static void title(struct page *page)
{
    text(page, page->answer->words ? page->answer->words : page->answer->image);
}

static void top(struct page *page)
{
    html(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
               "img-src data:; style-src 'unsafe-inline'\">\n"
               "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
               "<title>");
    title(page);
    html(page, "</title>\n<style>\n");
    html(page, ica_gallery_style);
    html(page, "</style>\n</head>\n<body>\n<header><h1>");
    title(page);
    html(page, "</h1></header>\n<main>\n<section class=\"wide\"><div class=\"title\"><h2>");
    if (!page->status) {
        page->status = ica_buffer_printf(page->out, page->err, "The nearest %zu of %zu images",
                                         page->answer->n_results, page->answer->n_searched);
    }
    html(page, "</h2></div><div class=\"all\">\n");
}

static void figure(struct page *page, const struct ica_search_result *result)
{
    const char *slash = strrchr(result->image_id, '/');
    const char *name = slash && slash[1] ? slash + 1 : result->image_id;
    html(page, "<figure><div class=\"frame\">");
    if (result->picture && result->picture->size > 0) {
        html(page, "<img loading=\"lazy\" decoding=\"async\" alt=\"");
        text(page, name);
        html(page, "\" title=\"");
        text(page, result->image_id);
        html(page, "\" src=\"");
        if (!page->status) {
            page->status = ica_html_append_jpeg(page->out, result->picture, page->err);
        }
        html(page, "\">");
    }
    html(page, "</div><figcaption><bdi>");
    text(page, name);
    html(page, "</bdi>");
    if (!page->status) {
        page->status = ica_buffer_printf(page->out, page->err, " \xC2\xB7 %.3f", result->score);
    }
    html(page, "</figcaption></figure>\n");
}

static enum ica_status write_page(const struct ica_search_answer *answer, struct ica_buffer *out,
                                  struct ica_error *err)
{
    struct page page = {.answer = answer, .out = out, .err = err};
    top(&page);
    for (size_t i = 0; i < answer->n_results && !page.status; i++) {
        figure(&page, &answer->results[i]);
    }
    html(&page, "</div></section>\n</main>\n<footer><p>Image Cluster AI, model ");
    text(&page, answer->model->name);
    html(&page, "@");
    text(&page, answer->model->version);
    html(&page, "</p></footer>\n</body>\n</html>\n");
    return page.status;
}

const struct ica_search_report ica_gallery_search_report = {
    .name = "html",
    .write = write_page,
};
