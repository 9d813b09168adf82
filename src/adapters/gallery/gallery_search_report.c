/* SPDX-License-Identifier: Apache-2.0 */
/* What a search has found as a wall of pictures, the best first. */
#include "adapters/gallery/gallery_search_report.h"

#include "adapters/gallery/page.h"

/* The words, or the name of the image that others were compared with. */
static void title(struct ica_page *page, const struct ica_search_answer *answer)
{
    ica_page_text(page, answer->words ? answer->words : answer->image);
}

static void top(struct ica_page *page, const struct ica_search_answer *answer)
{
    ica_page_begin(page);
    title(page, answer);
    ica_page_head(page);
    title(page, answer);
    ica_page_html(page, "</h1></header>\n<main>\n<section class=\"wide\"><div class=\"title\">"
                        "<h2>The nearest ");
    ica_page_number(page, answer->n_results);
    ica_page_html(page, " of ");
    ica_page_number(page, answer->n_searched);
    ica_page_html(page, " images</h2></div><div class=\"all\">\n");
}

static void figure(struct ica_page *page, const struct ica_search_result *result)
{
    ica_page_html(page, "<figure><div class=\"frame\">");
    ica_page_image(page, result->image_id, result->picture);
    ica_page_html(page, "</div><figcaption><bdi>");
    ica_page_text(page, ica_page_base_name(result->image_id));
    ica_page_html(page, "</bdi>");
    if (!page->status) {
        page->status = ica_buffer_printf(page->out, page->err, " \xC2\xB7 %.3f", result->score);
    }
    ica_page_html(page, "</figcaption></figure>\n");
}

static enum ica_status write_page(const struct ica_search_answer *answer, struct ica_buffer *out,
                                  struct ica_error *err)
{
    struct ica_page page = {.out = out, .err = err};
    top(&page, answer);
    for (size_t i = 0; i < answer->n_results && !page.status; i++) {
        figure(&page, &answer->results[i]);
    }
    ica_page_html(&page, "</div></section>\n");
    ica_page_foot(&page, answer->model);
    ica_page_end(&page);
    return page.status;
}

const struct ica_search_report ica_gallery_search_report = {
    .name = "html",
    .write = write_page,
};
