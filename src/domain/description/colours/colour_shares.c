/* SPDX-License-Identifier: Apache-2.0 */
/* Naming the colours of a picture's subject.
 *
 * 1. The picture is cut into square cells of a few pixels; a cell's colour is its mean. So texture
 *    and noise (denim, knitwear, JPEG) give the colour that a person sees.
 * 2. Subject or background? No segmentation, but two old observations of salient-object detection
 *    (Wei et al., "Geodesic saliency using background priors", ECCV 2012): the subject is near the
 *    centre, and what fills the border is background. Cells are weighted by a bump around the
 *    centre; a coarse histogram (8 levels per channel) of the border tells how much of each colour
 *    is background, and cells of such a colour lose that part of their weight. When nothing is left
 *    (a white shirt on a white bed), the centre alone decides.
 * 3. A cell's colour is converted to OKLab (Ottosson, 2020), whose lightness, chroma and hue are
 *    close to perception, and named by a rule: little chroma is black, grey or white by lightness;
 *    else a sector of the hue circle, of which some have other names when light, dark or dull
 *    (light red is pink, dark orange is brown).
 *
 * Only sampling, multiplication and three cube roots per cell: about 0.2 ms for 260 x 260
 * pixels. */
#include "domain/description/colours/colour_shares.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define CELLS_PER_SIDE     36 /* at most */
#define LEVEL_SHIFT        5  /* 8 bits per channel -> 3 */
#define N_BINS             512
#define BORDER_PART        0.10  /* of a side */
#define CENTRE_SPREAD      0.28  /* standard deviation of the centre bump, in sides */
#define LEAST_CHROMA       0.022 /* below, everything is black, grey or white */
#define DEGREES_PER_RADIAN 57.29577951308232
#define MIN_SUBJECT        0.06 /* of the centre's weight; less is no subject but leftovers */

struct cell {
    uint8_t rgb[3];
    uint16_t bin;
    float weight;
};

struct grid {
    struct cell cells[CELLS_PER_SIDE * CELLS_PER_SIDE];
    size_t n;
    double border[N_BINS]; /* share of the border's cells */
    double centre[N_BINS]; /* share of the centre's weight */
};

const char *ica_colour_term_text(enum ica_colour_term term)
{
#define ICA_COLOUR_TEXT(name, text) text,
    static const char *const texts[] = {ICA_COLOUR_MAP(ICA_COLOUR_TEXT)};
#undef ICA_COLOUR_TEXT
    return (unsigned)term < ICA_COLOUR_COUNT ? texts[term] : "";
}

struct lch {
    double lightness; /* 0 black to 1 white */
    double chroma;    /* 0 grey to about 0.32 */
    double hue;       /* degrees, [0, 360]; 0 when there is next to no chroma */
};

/* Names of chromatic colours; the first row that holds decides. Boundaries lie half-way between the
 * usual examples of the terms (CSS colours and the like). */
static const struct {
    double hue_below;
    double min_lightness;
    double min_chroma;
    enum ica_colour_term term;
} rules[] = {
    {10, 0.52, 0.000, ICA_COLOUR_PINK},    {18, 0.60, 0.000, ICA_COLOUR_PINK},
    {18, 0.00, 0.045, ICA_COLOUR_RED},     {18, 0.00, 0.000, ICA_COLOUR_BROWN},
    {36, 0.70, 0.000, ICA_COLOUR_PINK},    {36, 0.00, 0.130, ICA_COLOUR_RED},
    {36, 0.58, 0.000, ICA_COLOUR_PINK},    {30, 0.00, 0.055, ICA_COLOUR_RED},
    {36, 0.00, 0.090, ICA_COLOUR_RED},     {36, 0.00, 0.000, ICA_COLOUR_BROWN},
    {80, 0.65, 0.135, ICA_COLOUR_ORANGE},  {80, 0.90, 0.000, ICA_COLOUR_WHITE},
    {80, 0.00, 0.000, ICA_COLOUR_BROWN},   {86, 0.70, 0.100, ICA_COLOUR_YELLOW},
    {86, 0.90, 0.000, ICA_COLOUR_WHITE},   {86, 0.00, 0.000, ICA_COLOUR_BROWN},
    {113, 0.64, 0.085, ICA_COLOUR_YELLOW}, {113, 0.88, 0.000, ICA_COLOUR_WHITE},
    {97, 0.00, 0.000, ICA_COLOUR_BROWN},   {113, 0.00, 0.070, ICA_COLOUR_GREEN},
    {113, 0.00, 0.000, ICA_COLOUR_BROWN},  {192, 0.00, 0.000, ICA_COLOUR_GREEN},
    {205, 0.60, 0.000, ICA_COLOUR_BLUE},   {205, 0.00, 0.000, ICA_COLOUR_GREEN},
    {289, 0.00, 0.000, ICA_COLOUR_BLUE},   {315, 0.00, 0.000, ICA_COLOUR_PURPLE},
    {338, 0.68, 0.000, ICA_COLOUR_PINK},   {338, 0.00, 0.000, ICA_COLOUR_PURPLE},
    {361, 0.45, 0.120, ICA_COLOUR_PINK},   {361, 0.60, 0.000, ICA_COLOUR_PINK},
    {361, 0.00, 0.000, ICA_COLOUR_PURPLE},
};

/* A float's precision is plenty, and twice as fast. */
static double cube_root(double x)
{
    return (double)cbrtf((float)x);
}

static struct lch to_lch(const double linear[256], const uint8_t rgb[3])
{
    double r = linear[rgb[0]];
    double g = linear[rgb[1]];
    double b = linear[rgb[2]];
    double l = cube_root(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    double m = cube_root(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    double s = cube_root(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    double a_axis = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s;
    double b_axis = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s;
    double chroma = sqrt(a_axis * a_axis + b_axis * b_axis);
    double hue = chroma < LEAST_CHROMA ? 0 : atan2(b_axis, a_axis) * DEGREES_PER_RADIAN;
    return (struct lch){
        .lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        .chroma = chroma,
        .hue = hue < 0 ? hue + 360 : hue,
    };
}

/* How much chroma makes a colour. Lamp light tints white and grey things towards yellow, so warm
 * hues must be stronger; denim and navy are dull but blue to everybody. In the dark, sensors see
 * hues that people do not. */
static double least_chroma(const struct lch *c)
{
    double least = 0.030;
    if (c->hue > 20 && c->hue < 113) {
        least = 0.042;
    } else if (c->hue > 235 && c->hue < 290 && c->lightness < 0.70) {
        least = LEAST_CHROMA;
    }
    return c->lightness < 0.25 ? least + 0.012 : least;
}

static enum ica_colour_term name_colour(const double linear[256], const uint8_t rgb[3])
{
    struct lch c = to_lch(linear, rgb);
    if (c.chroma < least_chroma(&c) || c.lightness < 0.16) {
        return c.lightness < 0.39   ? ICA_COLOUR_BLACK
               : c.lightness < 0.78 ? ICA_COLOUR_GREY
                                    : ICA_COLOUR_WHITE;
    }
    size_t i = 0;
    while (c.hue >= rules[i].hue_below || c.lightness < rules[i].min_lightness ||
           c.chroma < rules[i].min_chroma) {
        i++; /* the last row holds for every hue */
    }
    return rules[i].term;
}

/* sRGB's transfer curve. */
static void fill_linear(double linear[256])
{
    for (size_t i = 0; i < 256; i++) {
        double x = (double)i / 255.0;
        linear[i] = x <= 0.04045 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4);
    }
}

/* Mean colour of the pixels [x0, x1) x [y0, y1); of every other row where there are many. */
static void average(const struct ica_pixels *pixels, size_t x0, size_t x1, size_t y0, size_t y1,
                    uint8_t rgb[3])
{
    uint64_t sum[3] = {0};
    uint64_t count = 0;
    size_t step = y1 - y0 >= 4 ? 2 : 1;
    for (size_t y = y0; y < y1; y += step) {
        const uint8_t *p = ica_pixels_row(pixels, (uint32_t)y) + x0 * 3;
        for (size_t x = x0; x < x1; x++, p += 3) {
            sum[0] += p[0];
            sum[1] += p[1];
            sum[2] += p[2];
        }
        count += x1 - x0;
    }
    for (size_t i = 0; i < 3; i++) {
        rgb[i] = (uint8_t)((sum[i] + count / 2) / count);
    }
}

static void cut_into_cells(const struct ica_pixels *pixels, struct grid *grid)
{
    size_t columns = pixels->width < CELLS_PER_SIDE ? pixels->width : CELLS_PER_SIDE;
    size_t rows = pixels->height < CELLS_PER_SIDE ? pixels->height : CELLS_PER_SIDE;
    double bump[CELLS_PER_SIDE];
    for (size_t x = 0; x < columns; x++) {
        double d = (((double)x + 0.5) / (double)columns - 0.5) / CENTRE_SPREAD;
        bump[x] = exp(-0.5 * d * d);
    }
    double n_border = 0;
    double total = 0;
    for (size_t y = 0; y < rows; y++) {
        double v = ((double)y + 0.5) / (double)rows - 0.5;
        double row_weight = exp(-0.5 * v * v / (CENTRE_SPREAD * CENTRE_SPREAD));
        for (size_t x = 0; x < columns; x++) {
            struct cell *cell = &grid->cells[grid->n++];
            average(pixels, x * pixels->width / columns, (x + 1) * pixels->width / columns,
                    y * pixels->height / rows, (y + 1) * pixels->height / rows, cell->rgb);
            cell->bin =
                (uint16_t)((cell->rgb[0] >> LEVEL_SHIFT) << 6 | (cell->rgb[1] >> LEVEL_SHIFT) << 3 |
                           cell->rgb[2] >> LEVEL_SHIFT);
            cell->weight = (float)(bump[x] * row_weight);
            grid->centre[cell->bin] += (double)cell->weight;
            total += (double)cell->weight;
            double u = ((double)x + 0.5) / (double)columns - 0.5;
            if (fabs(u) > 0.5 - BORDER_PART || fabs(v) > 0.5 - BORDER_PART) {
                grid->border[cell->bin] += 1;
                n_border += 1;
            }
        }
    }
    for (size_t i = 0; i < N_BINS; i++) {
        grid->centre[i] /= total;
        grid->border[i] /= n_border;
    }
}

/* What is left of each colour's weight without the background; returns how much in all. */
static double subject_parts(const struct grid *grid, float part[N_BINS])
{
    double left = 0;
    for (size_t i = 0; i < N_BINS; i++) {
        part[i] = 0;
        if (grid->centre[i] > grid->border[i]) {
            part[i] = (float)((grid->centre[i] - grid->border[i]) / grid->centre[i]);
            left += grid->centre[i] - grid->border[i];
        }
    }
    return left;
}

void ica_colour_shares_measure(const struct ica_pixels *pixels, struct ica_colour_shares *shares)
{
    *shares = (struct ica_colour_shares){0};
    if (!pixels->samples || pixels->width == 0 || pixels->height == 0 ||
        pixels->layout != ICA_PIXELS_RGB) {
        return;
    }
    struct grid grid;
    grid.n = 0;
    memset(grid.border, 0, sizeof grid.border);
    memset(grid.centre, 0, sizeof grid.centre);
    cut_into_cells(pixels, &grid);
    float part[N_BINS];
    bool subject = subject_parts(&grid, part) >= MIN_SUBJECT;
    double linear[256];
    fill_linear(linear);
    double sums[ICA_COLOUR_COUNT] = {0};
    double total = 0;
    for (size_t i = 0; i < grid.n; i++) {
        const struct cell *cell = &grid.cells[i];
        double weight = (double)(subject ? cell->weight * part[cell->bin] : cell->weight);
        if (weight > 0) {
            sums[name_colour(linear, cell->rgb)] += weight;
            total += weight;
        }
    }
    for (size_t i = 0; i < ICA_COLOUR_COUNT; i++) {
        shares->share[i] = (float)(sums[i] / total);
    }
}
