/* SPDX-License-Identifier: Apache-2.0 */
/* The gallery: what was found in words, a wall of the groups, the images that belong to none, and
 * the files that could not be read. The page forbids itself every script and every address. */
#include "adapters/gallery/gallery_report.h"

#include "adapters/gallery/page.h"

#define COVER_IMAGES    4
#define EVIDENCE_SHOWN  3
#define MAX_NAV_ENTRIES 80

struct page {
    struct ica_page base;
    const struct ica_result *result;
    size_t n_groups; /* clusters before the unclustered ones */
    size_t n_alone;  /* images in none of them */
};

/* "1 image", "12 images" */
static void count(struct page *page, size_t value, const char *one, const char *several)
{
    ica_page_number(&page->base, value);
    ica_page_html(&page->base, value == 1 ? one : several);
}

static void image(struct page *page, size_t i)
{
    const struct ica_result_image *image = &page->result->images[i];
    ica_page_image(&page->base, image->id, &image->thumbnail);
}

/* An image with its name below, in a grid of all images. */
static void captioned(struct page *page, size_t i)
{
    ica_page_html(&page->base, "<figure><div class=\"frame\">");
    image(page, i);
    ica_page_html(&page->base, "</div><figcaption><bdi>");
    ica_page_text(&page->base, ica_page_base_name(page->result->images[i].id));
    ica_page_html(&page->base, "</bdi></figcaption></figure>\n");
}

static void cover(struct page *page, const struct ica_cluster *cluster)
{
    size_t n = cluster->n_members < COVER_IMAGES ? cluster->n_members : COVER_IMAGES;
    ica_page_html(&page->base, "<div class=\"cover n");
    ica_page_number(&page->base, n);
    ica_page_html(&page->base, "\">");
    for (size_t m = 0; m < n; m++) {
        ica_page_html(&page->base, "<figure>");
        image(page, cluster->members[m]);
        ica_page_html(&page->base, "</figure>\n");
    }
    ica_page_html(&page->base, "</div>");
}

/* The description, or the number of a group that has none. */
static void group_name(struct page *page, size_t c)
{
    const char *description = page->result->descriptions[c].text;
    if (*description) {
        ica_page_text(&page->base, description);
        return;
    }
    ica_page_html(&page->base, "Group ");
    ica_page_number(&page->base, c);
}

static void evidence(struct page *page, const struct ica_description *description)
{
    for (size_t i = 0; i < description->n_evidence && i < EVIDENCE_SHOWN; i++) {
        ica_page_html(&page->base, i ? ", " : " \xC2\xB7 ");
        ica_page_text(&page->base, description->evidence[i].concept);
        ica_page_html(&page->base, "\xC2\xA0");
        ica_page_number(&page->base, (size_t)(description->evidence[i].weight * 100 + 0.5));
        ica_page_html(&page->base, "%");
    }
}

static void group(struct page *page, size_t c)
{
    const struct ica_cluster *cluster = &page->result->clustering.clusters[c];
    ica_page_html(&page->base, "<section id=\"g");
    ica_page_number(&page->base, c);
    ica_page_html(&page->base, "\"><div>");
    cover(page, cluster);
    ica_page_html(&page->base, "<div class=\"title\"><h2>");
    group_name(page, c);
    ica_page_html(&page->base, "</h2><p>");
    count(page, cluster->n_members, " image", " images");
    evidence(page, &page->result->descriptions[c]);
    ica_page_html(&page->base, "</p></div></div>\n");
    if (cluster->n_members > COVER_IMAGES) {
        ica_page_html(&page->base, "<details><summary>");
        count(page, cluster->n_members - COVER_IMAGES, " more", " more");
        ica_page_html(&page->base, "</summary><div class=\"all\">\n");
        for (size_t m = COVER_IMAGES; m < cluster->n_members && !page->base.status; m++) {
            captioned(page, cluster->members[m]);
        }
        ica_page_html(&page->base, "</div></details>");
    }
    ica_page_html(&page->base, "</section>\n");
}

static void unclustered(struct page *page)
{
    if (page->n_alone == 0) {
        return;
    }
    ica_page_html(
        &page->base,
        "<section class=\"wide\" id=\"none\"><div class=\"title\"><h2>In no group</h2><p>");
    count(page, page->n_alone, " image", " images");
    ica_page_html(&page->base, " unlike the others</p></div><div class=\"all\">\n");
    for (size_t c = page->n_groups; c < page->result->clustering.n_clusters; c++) {
        const struct ica_cluster *cluster = &page->result->clustering.clusters[c];
        for (size_t m = 0; m < cluster->n_members && !page->base.status; m++) {
            captioned(page, cluster->members[m]);
        }
    }
    ica_page_html(&page->base, "</div></section>\n");
}

static void errors(struct page *page)
{
    const struct ica_result *result = page->result;
    if (result->n_errors == 0) {
        return;
    }
    ica_page_html(&page->base, "<section class=\"wide\"><div class=\"title\"><h2>");
    count(page, result->n_errors, " file", " files");
    ica_page_html(&page->base, " could not be read</h2></div><ul>\n");
    for (size_t e = 0; e < result->n_errors && !page->base.status; e++) {
        ica_page_html(&page->base, "<li><bdi>");
        ica_page_text(&page->base, result->errors[e].id);
        ica_page_html(&page->base, "</bdi>: ");
        ica_page_text(&page->base, result->errors[e].reason);
        ica_page_html(&page->base, "</li>\n");
    }
    ica_page_html(&page->base, "</ul></section>\n");
}

/* "30 images in 5 groups" */
static void summary(struct page *page)
{
    count(page, page->result->n_images, " image", " images");
    ica_page_html(&page->base, " in ");
    count(page, page->n_groups, " group", " groups");
}

static void navigation(struct page *page)
{
    if (page->n_groups < 2 || page->n_groups > MAX_NAV_ENTRIES) {
        return;
    }
    ica_page_html(&page->base, "<nav>\n");
    for (size_t c = 0; c < page->n_groups; c++) {
        ica_page_html(&page->base, "<a href=\"#g");
        ica_page_number(&page->base, c);
        ica_page_html(&page->base, "\">");
        group_name(page, c);
        ica_page_html(&page->base, " <b>");
        ica_page_number(&page->base, page->result->clustering.clusters[c].n_members);
        ica_page_html(&page->base, "</b></a>\n");
    }
    ica_page_html(&page->base, "</nav>\n");
}

static void top(struct page *page)
{
    ica_page_begin(&page->base);
    summary(page);
    ica_page_head(&page->base);
    summary(page);
    ica_page_html(&page->base, "</h1><p>");
    ica_page_text(&page->base, page->result->clustering.reason);
    ica_page_html(&page->base, "</p>\n");
    navigation(page);
    ica_page_html(&page->base, "</header>\n<main>\n");
}

static void bottom(struct page *page)
{
    const struct ica_result *result = page->result;
    ica_page_foot(&page->base, &result->model);
    ica_page_html(&page->base, ", strategy ");
    ica_page_text(&page->base, result->clustering.strategy);
    ica_page_html(&page->base, ", descriptions: ");
    ica_page_text(&page->base, result->describer);
    ica_page_end(&page->base);
}

static enum ica_status write_gallery(const struct ica_result *result,
                                     const struct ica_report_options *options,
                                     struct ica_buffer *out, struct ica_error *err)
{
    (void)options;
    struct page page = {.base = {.out = out, .err = err}, .result = result};
    const struct ica_clustering *clustering = &result->clustering;
    while (page.n_groups < clustering->n_clusters &&
           !clustering->clusters[page.n_groups].unclustered) {
        page.n_groups++;
    }
    for (size_t c = page.n_groups; c < clustering->n_clusters; c++) {
        page.n_alone += clustering->clusters[c].n_members;
    }
    top(&page);
    for (size_t c = 0; c < page.n_groups && !page.base.status; c++) {
        group(&page, c);
    }
    unclustered(&page);
    errors(&page);
    bottom(&page);
    return page.base.status;
}

const struct ica_report ica_gallery_report = {
    .name = "html",
    .write = write_gallery,
};
