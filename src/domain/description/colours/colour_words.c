/* SPDX-License-Identifier: Apache-2.0 */
/* A colour is said of a cluster where it prevails in the subjects of all members together and at
 * least half of the members show much of it: folds, prints and what lies beside the subject take
 * their part of every photo, so that even six blue shirts are hardly ever more than half blue. Two
 * colours are said where they make up most of most members, together or one each. Grey is what
 * shade makes of white and light of black: it is said only alone, and only where there is much of
 * it. The constants were chosen with the labels that bench/bench_colours.py judges by. */
#include "domain/description/colours/colour_words.h"

#include <math.h>

#define DOMINANT_MEAN    0.35 /* of the whole cluster */
#define DOMINANT_GREY    0.55
#define SHOWN_SHARE      0.25 /* of a subject: what one notices */
#define SHOWN_MEMBERS    0.50
#define SHOWN_LEAST      2 /* members, where there are so many: one of two is not the group */
#define WEAK_SHARE       0.30
#define WEAK_MEMBERS     0.55
#define PAIR_SHARE       0.60 /* of a subject, both colours together */
#define PAIR_MEMBERS     0.75
#define PAIR_LEAST_SHARE 0.25 /* of the whole cluster, the lesser of the two */

static double mean_share(const struct ica_colour_shares *shares, const struct ica_cluster *cluster,
                         size_t term)
{
    double sum = 0;
    for (size_t m = 0; m < cluster->n_members; m++) {
        sum += (double)shares[cluster->members[m]].share[term];
    }
    return sum / (double)cluster->n_members;
}

void ica_colour_means(const struct ica_colour_shares *shares, const struct ica_cluster *cluster,
                      float means[ICA_COLOUR_COUNT])
{
    for (size_t t = 0; t < ICA_COLOUR_COUNT; t++) {
        means[t] = (float)mean_share(shares, cluster, t);
    }
}

/* Part of the members whose shares of `a` and `b` (may be the same) reach `least`. */
static double part_with(const struct ica_colour_shares *shares, const struct ica_cluster *cluster,
                        size_t a, size_t b, double least)
{
    size_t count = 0;
    for (size_t m = 0; m < cluster->n_members; m++) {
        const float *share = shares[cluster->members[m]].share;
        double sum = (double)share[a] + (a == b ? 0.0 : (double)share[b]);
        count += sum >= least;
    }
    return (double)count / (double)cluster->n_members;
}

/* The two greatest colours of the cluster as a whole, and their mean shares. */
static void rank(const struct ica_colour_shares *shares, const struct ica_cluster *cluster,
                 size_t at[2], double best[2])
{
    at[0] = at[1] = 0;
    best[0] = best[1] = -1;
    for (size_t t = 0; t < ICA_COLOUR_COUNT; t++) {
        double mean = mean_share(shares, cluster, t);
        if (mean > best[0]) {
            best[1] = best[0];
            at[1] = at[0];
            best[0] = mean;
            at[0] = t;
        } else if (mean > best[1]) {
            best[1] = mean;
            at[1] = t;
        }
    }
}

void ica_colour_words_choose(const struct ica_colour_shares *shares,
                             const struct ica_cluster *cluster, struct ica_colour_words *words)
{
    *words = (struct ica_colour_words){0};
    size_t at[2];
    double mean[2];
    rank(shares, cluster, at, mean);
    for (size_t i = 0; i < 2; i++) {
        words->terms[i] = (enum ica_colour_term)at[i];
    }
    double least = cluster->n_members > 1 ? SHOWN_LEAST / (double)cluster->n_members : 0;
    double dominant = at[0] == ICA_COLOUR_GREY ? DOMINANT_GREY : DOMINANT_MEAN;
    if (at[0] != ICA_COLOUR_GREY && at[1] != ICA_COLOUR_GREY && mean[1] >= PAIR_LEAST_SHARE &&
        part_with(shares, cluster, at[0], at[1], PAIR_SHARE) >= PAIR_MEMBERS) {
        words->n_terms = 2;
    } else if (mean[0] >= dominant && part_with(shares, cluster, at[0], at[0], SHOWN_SHARE) >=
                                          fmax(SHOWN_MEMBERS, least)) {
        words->n_terms = 1;
    }
}

void ica_colour_words_choose_weakly(const struct ica_colour_shares *shares,
                                    const struct ica_cluster *cluster,
                                    struct ica_colour_words *words)
{
    *words = (struct ica_colour_words){0};
    size_t at[2];
    double mean[2];
    rank(shares, cluster, at, mean);
    words->terms[0] = (enum ica_colour_term)at[0];
    words->n_terms = part_with(shares, cluster, at[0], at[0], WEAK_SHARE) >= WEAK_MEMBERS;
}
