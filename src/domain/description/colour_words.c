/* SPDX-License-Identifier: Apache-2.0 */
/* A colour is said of a cluster only where one colour, or two together, make up most of the subject
 * in most of the members. One member of another colour does not matter; half of them do. Grey is
 * what shade makes of white and light of black: it is said only alone, and only where it prevails.
 */
#include "domain/description/colour_words.h"

#define DOMINANT_SHARE   0.40 /* of a subject: the colour that one would name */
#define DOMINANT_GREY    0.60
#define MOST_MEMBERS     0.70
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

/* The two greatest colours of the cluster as a whole. */
static void rank(const struct ica_colour_shares *shares, const struct ica_cluster *cluster,
                 size_t *first, size_t *second, double *second_mean)
{
    double best[2] = {-1, -1};
    size_t at[2] = {0, 0};
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
    *first = at[0];
    *second = at[1];
    *second_mean = best[1];
}

void ica_colour_words_choose(const struct ica_colour_shares *shares,
                             const struct ica_cluster *cluster, struct ica_colour_words *words)
{
    *words = (struct ica_colour_words){0};
    size_t a;
    size_t b;
    double b_mean;
    rank(shares, cluster, &a, &b, &b_mean);
    words->terms[0] = (enum ica_colour_term)a;
    double dominant = a == ICA_COLOUR_GREY ? DOMINANT_GREY : DOMINANT_SHARE;
    if (a != ICA_COLOUR_GREY && b != ICA_COLOUR_GREY && b_mean >= PAIR_LEAST_SHARE &&
        part_with(shares, cluster, a, b, PAIR_SHARE) >= PAIR_MEMBERS) {
        words->terms[1] = (enum ica_colour_term)b;
        words->n_terms = 2;
    } else if (part_with(shares, cluster, a, a, dominant) >= MOST_MEMBERS) {
        words->n_terms = 1;
    }
}

void ica_colour_words_choose_weakly(const struct ica_colour_shares *shares,
                                    const struct ica_cluster *cluster,
                                    struct ica_colour_words *words)
{
    *words = (struct ica_colour_words){0};
    size_t a;
    size_t b;
    double b_mean;
    rank(shares, cluster, &a, &b, &b_mean);
    words->terms[0] = (enum ica_colour_term)a;
    words->n_terms = part_with(shares, cluster, a, a, WEAK_SHARE) >= WEAK_MEMBERS;
}
