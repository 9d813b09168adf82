/* SPDX-License-Identifier: Apache-2.0 */
/* The gallery: what was found in words, a wall of the groups, the images that belong to none, and
 * the files that could not be read. The page forbids itself every script and every address. */
#include "adapters/gallery/gallery_report.h"

#include <string.h>

#include "adapters/gallery/html.h"
#include "adapters/gallery/page_style.h"

#define COVER_IMAGES    4
#define EVIDENCE_SHOWN  3
#define MAX_NAV_ENTRIES 80

struct page {
    const struct ica_result *result;
    struct ica_buffer *out;
    struct ica_error *err;
    enum ica_status status; /* of the first failure; nothing is written after one */
    size_t n_groups;        /* clusters before the unclustered ones */
    size_t n_alone;         /* images in none of them */
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

static void number(struct page *page, size_t value)
{
    if (!page->status) {
        page->status = ica_buffer_printf(page->out, page->err, "%zu", value);
    }
}

/* "1 image", "12 images" */
static void count(struct page *page, size_t value, const char *one, const char *several)
{
    number(page, value);
    html(page, value == 1 ? one : several);
}

static const char *base_name(const char *id)
{
    const char *slash = strrchr(id, '/');
    return slash && slash[1] ? slash + 1 : id;
}

static void image(struct page *page, size_t i)
{
    const struct ica_result_image *image = &page->result->images[i];
    if (image->thumbnail.size == 0) {
        return;
    }
    html(page, "<img loading=\"lazy\" decoding=\"async\" alt=\"");
    text(page, base_name(image->id));
    html(page, "\" title=\"");
    text(page, image->id);
    html(page, "\" src=\"");
    if (!page->status) {
        page->status = ica_html_append_jpeg(page->out, &image->thumbnail, page->err);
    }
    html(page, "\">");
}

/* An image with its name below, in a grid of all images. */
static void captioned(struct page *page, size_t i)
{
    html(page, "<figure><div class=\"frame\">");
    image(page, i);
    html(page, "</div><figcaption><bdi>");
    text(page, base_name(page->result->images[i].id));
    html(page, "</bdi></figcaption></figure>\n");
}

static void cover(struct page *page, const struct ica_cluster *cluster)
{
    size_t n = cluster->n_members < COVER_IMAGES ? cluster->n_members : COVER_IMAGES;
    html(page, "<div class=\"cover n");
    number(page, n);
    html(page, "\">");
    for (size_t m = 0; m < n; m++) {
        html(page, "<figure>");
        image(page, cluster->members[m]);
        html(page, "</figure>\n");
    }
    html(page, "</div>");
}

/* The description, or the number of a group that has none. */
static void group_name(struct page *page, size_t c)
{
    const char *description = page->result->descriptions[c].text;
    if (*description) {
        text(page, description);
        return;
    }
    html(page, "Group ");
    number(page, c);
}

static void evidence(struct page *page, const struct ica_description *description)
{
    for (size_t i = 0; i < description->n_evidence && i < EVIDENCE_SHOWN; i++) {
        html(page, i ? ", " : " \xC2\xB7 ");
        text(page, description->evidence[i].concept);
        html(page, "\xC2\xA0");
        number(page, (size_t)(description->evidence[i].weight * 100 + 0.5));
        html(page, "%");
    }
}

static void group(struct page *page, size_t c)
{
    const struct ica_cluster *cluster = &page->result->clustering.clusters[c];
    html(page, "<section id=\"g");
    number(page, c);
    html(page, "\"><div>");
    cover(page, cluster);
    html(page, "<div class=\"title\"><h2>");
    group_name(page, c);
    html(page, "</h2><p>");
    count(page, cluster->n_members, " image", " images");
    evidence(page, &page->result->descriptions[c]);
    html(page, "</p></div></div>\n");
    if (cluster->n_members > COVER_IMAGES) {
        html(page, "<details><summary>");
        count(page, cluster->n_members - COVER_IMAGES, " more", " more");
        html(page, "</summary><div class=\"all\">\n");
        for (size_t m = COVER_IMAGES; m < cluster->n_members && !page->status; m++) {
            captioned(page, cluster->members[m]);
        }
        html(page, "</div></details>");
    }
    html(page, "</section>\n");
}

static void unclustered(struct page *page)
{
    if (page->n_alone == 0) {
        return;
    }
    html(page, "<section class=\"wide\" id=\"none\"><div class=\"title\"><h2>In no group</h2><p>");
    count(page, page->n_alone, " image", " images");
    html(page, " unlike the others</p></div><div class=\"all\">\n");
    for (size_t c = page->n_groups; c < page->result->clustering.n_clusters; c++) {
        const struct ica_cluster *cluster = &page->result->clustering.clusters[c];
        for (size_t m = 0; m < cluster->n_members && !page->status; m++) {
            captioned(page, cluster->members[m]);
        }
    }
    html(page, "</div></section>\n");
}

static void errors(struct page *page)
{
    const struct ica_result *result = page->result;
    if (result->n_errors == 0) {
        return;
    }
    html(page, "<section class=\"wide\"><div class=\"title\"><h2>");
    count(page, result->n_errors, " file", " files");
    html(page, " could not be read</h2></div><ul>\n");
    for (size_t e = 0; e < result->n_errors && !page->status; e++) {
        html(page, "<li><bdi>");
        text(page, result->errors[e].id);
        html(page, "</bdi>: ");
        text(page, result->errors[e].reason);
        html(page, "</li>\n");
    }
    html(page, "</ul></section>\n");
}

/* "30 images in 5 groups" */
static void summary(struct page *page)
{
    count(page, page->result->n_images, " image", " images");
    html(page, " in ");
    count(page, page->n_groups, " group", " groups");
}

static void navigation(struct page *page)
{
    if (page->n_groups < 2 || page->n_groups > MAX_NAV_ENTRIES) {
        return;
    }
    html(page, "<nav>\n");
    for (size_t c = 0; c < page->n_groups; c++) {
        html(page, "<a href=\"#g");
        number(page, c);
        html(page, "\">");
        group_name(page, c);
        html(page, " <b>");
        number(page, page->result->clustering.clusters[c].n_members);
        html(page, "</b></a>\n");
    }
    html(page, "</nav>\n");
}

static void top(struct page *page)
{
    html(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
               "img-src data:; style-src 'unsafe-inline'\">\n"
               "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
               "<title>");
    summary(page);
    html(page, "</title>\n<style>\n");
    html(page, ica_gallery_style);
    html(page, "</style>\n</head>\n<body>\n<header><h1>");
    summary(page);
    html(page, "</h1><p>");
    text(page, page->result->clustering.reason);
    html(page, "</p>\n");
    navigation(page);
    html(page, "</header>\n<main>\n");
}

static void bottom(struct page *page)
{
    const struct ica_result *result = page->result;
    html(page, "</main>\n<footer><p>Image Cluster AI, model ");
    text(page, result->model.name);
    html(page, "@");
    text(page, result->model.version);
    html(page, ", strategy ");
    text(page, result->clustering.strategy);
    html(page, ", descriptions: ");
    text(page, result->describer);
    html(page, "</p></footer>\n</body>\n</html>\n");
}

static enum ica_status write_gallery(const struct ica_result *result,
                                     const struct ica_report_options *options,
                                     struct ica_buffer *out, struct ica_error *err)
{
    (void)options;
    struct page page = {.result = result, .out = out, .err = err};
    const struct ica_clustering *clustering = &result->clustering;
    while (page.n_groups < clustering->n_clusters &&
           !clustering->clusters[page.n_groups].unclustered) {
        page.n_groups++;
    }
    for (size_t c = page.n_groups; c < clustering->n_clusters; c++) {
        page.n_alone += clustering->clusters[c].n_members;
    }
    top(&page);
    for (size_t c = 0; c < page.n_groups && !page.status; c++) {
        group(&page, c);
    }
    unclustered(&page);
    errors(&page);
    bottom(&page);
    return page.status;
}

const struct ica_report ica_gallery_report = {
    .name = "html",
    .write = write_gallery,
};
