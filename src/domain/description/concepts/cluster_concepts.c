/* SPDX-License-Identifier: Apache-2.0 */
/* From class probabilities to what may be said about a cluster.
 *
 * Pooling. Networks trained with label smoothing leave some probability on every class; raising
 * each member's probabilities to the power 1.5 and scaling them to sum 1 again takes it off; what
 * is below chance is left out. The evidence of the cluster is the mean over its members: whatever
 * one odd member shows can move it by 1/n at most (a product of probabilities would give each
 * member a veto). A concept's support is the evidence of all classes below it, so it grows towards
 * the root of the tree.
 *
 * Choice. Naming trades being specific against being right. As in Deng et al., "Hedging your bets"
 * (CVPR 2012), the concept with the greatest reward x support wins, where the reward falls from
 * fine to vague and, a little, with the number of classes. A floor on the support, per level and
 * higher for small clusters (one photo is weak evidence), keeps thin or spread evidence from being
 * named: most things in the world are in none of the classes, and a wrong word is worse than a
 * vague one. Rewards and floors were fitted on two sets of photos with bench/bench_descriptions.c.
 *
 * Mixed clusters. When no basic concept has most of the support, members are asked one by one: a
 * member votes for a concept that holds half of its own evidence. Greedy set cover over these votes
 * finds up to three concepts; they are said if they cover three quarters of the members. Evidence
 * that is spread within each member ("cannon or tractor?") gets no votes and stays vague.
 *
 * One pass over n x classes numbers; all sums run in member order, which content determines. */
#include "domain/description/concepts/cluster_concepts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define SMALL_CLUSTER_DOUBT  0.88  /* how far a single photo's floor is moved towards 1 */
#define REWARD_PER_BIT       0.015 /* for log2(all classes / classes of the concept) */
#define SURE_SUPPORT         0.70  /* of a basic concept: then the cluster is not mixed */
#define MIN_MIXED_MEMBERS    4
#define MIN_MIXED_SHARE      0.20 /* of the members, for each concept of a mixed cluster */
#define MIN_MIXED_COVER      0.75 /* of the members, for all of them */
#define MIN_VOTE             0.5  /* of a member's evidence */
#define MAX_VOTERS           128  /* members that are asked, evenly spaced */
#define MAX_VOTED_CONCEPTS   24
#define MIN_VOTED_SUPPORT    0.12
#define MIN_CANDIDATE_WEIGHT 0.02

static const struct {
    double reward;
    double floor;
} rules[] = {
    [ICA_CONCEPT_FINE] = {1.20, 0.65},
    [ICA_CONCEPT_BASIC] = {1.00, 0.30},
    [ICA_CONCEPT_BROAD] = {0.58, 0.26},
    [ICA_CONCEPT_VAGUE] = {0.25, 0.32},
};

enum ica_status ica_concept_pool_init(struct ica_concept_pool *pool,
                                      const struct ica_taxonomy *taxonomy, struct ica_error *err)
{
    pool->taxonomy = taxonomy;
    pool->evidence = ica_array_new(taxonomy->n_classes, sizeof *pool->evidence);
    pool->support = ica_array_new(taxonomy->n_concepts, sizeof *pool->support);
    pool->strong = ica_array_new(taxonomy->n_classes + 1, sizeof *pool->strong);
    pool->shares = ica_array_new(taxonomy->n_classes, sizeof *pool->shares);
    if (!pool->evidence || !pool->support || !pool->strong || !pool->shares) {
        ica_concept_pool_clear(pool);
        return ica_error_nomem(err, "the concepts of a cluster");
    }
    return ICA_OK;
}

void ica_concept_pool_clear(struct ica_concept_pool *pool)
{
    free(pool->evidence);
    free(pool->support);
    free(pool->strong);
    free(pool->shares);
    *pool = (struct ica_concept_pool){0};
}

static const float *row_of(const struct ica_features *features, size_t row)
{
    return features->probabilities + row * features->n_classes;
}

/* Sharpen one member: its classes go to pool->strong, their shares, which sum to 1, to
 * pool->shares. Returns how many. Most classes are below chance and drop out without a branch. */
static size_t sharpen(struct ica_concept_pool *pool, const float *probabilities)
{
    size_t n_classes = pool->taxonomy->n_classes;
    float chance = 1.0F / (float)n_classes;
    size_t n = 0;
    for (size_t c = 0; c < n_classes; c++) {
        pool->strong[n] = (uint16_t)c;
        n += probabilities[c] >= chance;
    }
    float sum = 0;
    float rest = 1;
    for (size_t k = 0; k < n; k++) {
        float p = probabilities[pool->strong[k]];
        pool->shares[k] = p * sqrtf(p);
        sum += pool->shares[k];
        rest -= p;
    }
    if (rest > 0 && n < n_classes) { /* the others, as if they were equally probable */
        sum += rest * sqrtf(rest / (float)(n_classes - n));
    }
    for (size_t k = 0; k < n; k++) {
        pool->shares[k] /= sum;
    }
    return n;
}

static double sum_over(const struct ica_concept *concept, const double *values)
{
    double sum = 0;
    for (size_t i = 0; i < concept->n_classes; i++) {
        sum += values[concept->classes[i]];
    }
    return sum;
}

static void pool_evidence(struct ica_concept_pool *pool, const struct ica_features *features,
                          const struct ica_cluster *cluster)
{
    memset(pool->evidence, 0, features->n_classes * sizeof *pool->evidence);
    for (size_t m = 0; m < cluster->n_members; m++) {
        size_t n = sharpen(pool, row_of(features, cluster->members[m]));
        for (size_t k = 0; k < n; k++) {
            pool->evidence[pool->strong[k]] += (double)pool->shares[k];
        }
    }
    for (size_t i = 0; i < pool->taxonomy->n_concepts; i++) {
        double share =
            sum_over(&pool->taxonomy->concepts[i], pool->evidence) / (double)cluster->n_members;
        pool->support[i] = share < 1 ? share : 1;
    }
}

static double usefulness(const struct ica_concept_pool *pool, size_t i)
{
    const struct ica_concept *concept = &pool->taxonomy->concepts[i];
    double bits = log2((double)pool->taxonomy->n_classes / (double)concept->n_classes);
    return pool->support[i] * (rules[concept->level].reward + REWARD_PER_BIT * bits);
}

static bool is_supported(const struct ica_concept_pool *pool, size_t i, size_t n_members)
{
    double floor = rules[pool->taxonomy->concepts[i].level].floor;
    double n = (double)n_members;
    return pool->support[i] >= floor + (1 - floor) * SMALL_CLUSTER_DOUBT / (n * sqrt(n));
}

static void collect_candidates(const struct ica_concept_pool *pool,
                               struct ica_cluster_concepts *out)
{
    double weights[ICA_MAX_CONCEPT_CANDIDATES];
    for (size_t i = 0; i < pool->taxonomy->n_concepts; i++) {
        double weight = usefulness(pool, i);
        if (weight < MIN_CANDIDATE_WEIGHT) {
            continue;
        }
        size_t at = out->n_candidates;
        if (at < ICA_MAX_CONCEPT_CANDIDATES) {
            out->n_candidates++;
        } else if (weight > weights[at - 1]) {
            at--;
        } else {
            continue;
        }
        for (; at > 0 && weight > weights[at - 1]; at--) {
            weights[at] = weights[at - 1];
            out->candidates[at] = out->candidates[at - 1];
        }
        weights[at] = weight;
        out->candidates[at] = (struct ica_concept_candidate){
            .concept = (uint32_t)i,
            .support = (float)pool->support[i],
        };
    }
}

static void choose_one(const struct ica_concept_pool *pool, size_t n_members,
                       struct ica_cluster_concepts *out)
{
    double best = 0;
    for (size_t i = 0; i < pool->taxonomy->n_concepts; i++) {
        double weight = usefulness(pool, i);
        if (weight > best && is_supported(pool, i, n_members)) {
            best = weight;
            out->chosen[0] = (uint32_t)i;
            out->n_chosen = 1;
            out->support = pool->support[i];
        }
    }
}

/* The members' votes for the concepts of a mixed cluster. */
struct poll {
    uint32_t concepts[MAX_VOTED_CONCEPTS];
    size_t n_concepts;
    size_t n_voters;
    bool votes[MAX_VOTED_CONCEPTS][MAX_VOTERS];
};

/* Uses pool->evidence for the evidence of one member after another. */
static void ask_members(struct ica_concept_pool *pool, const struct ica_features *features,
                        const struct ica_cluster *cluster, struct poll *poll)
{
    poll->n_voters = cluster->n_members < MAX_VOTERS ? cluster->n_members : MAX_VOTERS;
    for (size_t v = 0; v < poll->n_voters; v++) {
        size_t row = cluster->members[v * cluster->n_members / poll->n_voters];
        size_t n = sharpen(pool, row_of(features, row));
        memset(pool->evidence, 0, features->n_classes * sizeof *pool->evidence);
        for (size_t k = 0; k < n; k++) {
            pool->evidence[pool->strong[k]] = (double)pool->shares[k];
        }
        for (size_t k = 0; k < poll->n_concepts; k++) {
            const struct ica_concept *concept = &pool->taxonomy->concepts[poll->concepts[k]];
            poll->votes[k][v] = sum_over(concept, pool->evidence) >= MIN_VOTE;
        }
    }
}

/* Choose the concept with the most votes of voters not yet `covered`, disjoint from those chosen;
 * of equals the one with fewer classes. Returns its votes, and marks the voters. */
static size_t cover_more(const struct ica_taxonomy *taxonomy, const struct poll *poll,
                         bool covered[MAX_VOTERS], struct ica_cluster_concepts *picks)
{
    size_t best = 0;
    size_t best_votes = 0;
    for (size_t k = 0; k < poll->n_concepts; k++) {
        const struct ica_concept *concept = &taxonomy->concepts[poll->concepts[k]];
        bool taken = false;
        for (size_t i = 0; i < picks->n_chosen; i++) {
            taken |= ica_concept_overlaps(concept, &taxonomy->concepts[picks->chosen[i]]);
        }
        size_t votes = 0;
        for (size_t v = 0; v < poll->n_voters; v++) {
            votes += poll->votes[k][v] && !covered[v];
        }
        if (!taken && (votes > best_votes ||
                       (votes == best_votes && votes > 0 &&
                        concept->n_classes < taxonomy->concepts[poll->concepts[best]].n_classes))) {
            best = k;
            best_votes = votes;
        }
    }
    if (best_votes > 1 && (double)best_votes >= MIN_MIXED_SHARE * (double)poll->n_voters) {
        picks->chosen[picks->n_chosen++] = poll->concepts[best];
        for (size_t v = 0; v < poll->n_voters; v++) {
            covered[v] |= poll->votes[best][v];
        }
        return best_votes;
    }
    return 0;
}

/* Replace the choice of a cluster that is honestly mixed. */
static void choose_several(struct ica_concept_pool *pool, const struct ica_features *features,
                           const struct ica_cluster *cluster, struct ica_cluster_concepts *out)
{
    struct poll poll;
    poll.n_concepts = 0;
    for (size_t i = 0; i < pool->taxonomy->n_concepts && poll.n_concepts < MAX_VOTED_CONCEPTS;
         i++) {
        if (pool->taxonomy->concepts[i].level == ICA_CONCEPT_BASIC &&
            pool->support[i] >= MIN_VOTED_SUPPORT) {
            poll.concepts[poll.n_concepts++] = (uint32_t)i;
        }
    }
    ask_members(pool, features, cluster, &poll);
    bool covered[MAX_VOTERS] = {false};
    struct ica_cluster_concepts picks = {0};
    size_t n_covered = 0;
    size_t more = 1;
    while (picks.n_chosen < ICA_MAX_CHOSEN_CONCEPTS && more > 0) {
        more = cover_more(pool->taxonomy, &poll, covered, &picks);
        n_covered += more;
    }
    if (picks.n_chosen < 2 || (double)n_covered < MIN_MIXED_COVER * (double)poll.n_voters) {
        return;
    }
    out->n_chosen = picks.n_chosen;
    out->support = 0;
    for (size_t i = 0; i < picks.n_chosen; i++) {
        out->chosen[i] = picks.chosen[i];
        out->support += pool->support[picks.chosen[i]];
    }
    out->support = out->support < 1 ? out->support : 1;
}

void ica_concept_pool_weigh(struct ica_concept_pool *pool, const struct ica_features *features,
                            const struct ica_cluster *cluster, struct ica_cluster_concepts *out)
{
    *out = (struct ica_cluster_concepts){0};
    pool_evidence(pool, features, cluster);
    collect_candidates(pool, out);
    choose_one(pool, cluster->n_members, out);
    bool sure = out->n_chosen == 1 &&
                pool->taxonomy->concepts[out->chosen[0]].level <= ICA_CONCEPT_BASIC &&
                out->support >= SURE_SUPPORT;
    if (!sure && cluster->n_members >= MIN_MIXED_MEMBERS) {
        choose_several(pool, features, cluster, out);
    }
}
