/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/gallery/page.h"

#include <string.h>

#include "adapters/gallery/html.h"
#include "adapters/gallery/page_style.h"

void ica_page_html(struct ica_page *page, const char *markup)
{
    if (!page->status) {
        page->status = ica_buffer_append_text(page->out, markup, page->err);
    }
}

void ica_page_text(struct ica_page *page, const char *from_outside)
{
    if (!page->status) {
        page->status = ica_html_append_text(page->out, from_outside, page->err);
    }
}

void ica_page_number(struct ica_page *page, size_t value)
{
    if (!page->status) {
        page->status = ica_buffer_printf(page->out, page->err, "%zu", value);
    }
}

void ica_page_begin(struct ica_page *page)
{
    ica_page_html(page,
                  "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                  "img-src data:; style-src 'unsafe-inline'\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                  "<title>");
}

void ica_page_head(struct ica_page *page)
{
    ica_page_html(page, "</title>\n<style>\n");
    ica_page_html(page, ica_gallery_style);
    ica_page_html(page, "</style>\n</head>\n<body>\n<header><h1>");
}

void ica_page_foot(struct ica_page *page, const struct ica_model *model)
{
    ica_page_html(page, "</main>\n<footer><p>Image Cluster AI, model ");
    ica_page_text(page, model->name);
    ica_page_html(page, "@");
    ica_page_text(page, model->version);
}

void ica_page_end(struct ica_page *page)
{
    ica_page_html(page, "</p></footer>\n</body>\n</html>\n");
}

const char *ica_page_base_name(const char *id)
{
    const char *slash = strrchr(id, '/');
    return slash && slash[1] ? slash + 1 : id;
}

void ica_page_image(struct ica_page *page, const char *id, const struct ica_buffer *jpeg)
{
    if (!jpeg || jpeg->size == 0) {
        return;
    }
    ica_page_html(page, "<img loading=\"lazy\" decoding=\"async\" alt=\"");
    ica_page_text(page, ica_page_base_name(id));
    ica_page_html(page, "\" title=\"");
    ica_page_text(page, id);
    ica_page_html(page, "\" src=\"");
    if (!page->status) {
        page->status = ica_html_append_jpeg(page->out, jpeg, page->err);
    }
    ica_page_html(page, "\">");
}
