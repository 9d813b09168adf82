/* SPDX-License-Identifier: Apache-2.0 */
/* Farthest-first traversal (Gonzalez 1985): O(members x representatives) distances.
 *
 * The farthest of all is often something that hardly belongs. So the outer quarter of the members
 * is left out; only where all within are the same is the rest looked at too. */
#include "domain/clustering/representatives.h"

#include <math.h>

#define OUTER_SHARE 4
#define CHUNK       64

/* gaps[i] = the distance from member i to the nearest chosen one, now that there is one more. */
static void narrow_gaps(const struct ica_distance *distance, const size_t *members, size_t n,
                        size_t added, double *gaps)
{
    double distances[CHUNK];
    for (size_t begin = 0; begin < n; begin += CHUNK) {
        size_t width = n - begin < CHUNK ? n - begin : CHUNK;
        ica_distance_block(distance, &added, 1, members + begin, width, distances);
        for (size_t i = 0; i < width; i++) {
            gaps[begin + i] = fmin(gaps[begin + i], distances[i]);
        }
    }
}

/* Which of the first `n` members has the widest gap. */
static size_t widest_gap(const size_t *members, size_t n, const double *gaps)
{
    size_t widest = 0;
    for (size_t i = 1; i < n; i++) {
        if (gaps[i] > gaps[widest] || (gaps[i] == gaps[widest] && members[i] < members[widest])) {
            widest = i;
        }
    }
    return widest;
}

size_t ica_representatives(const struct ica_distance *distance, const size_t *members, size_t n,
                           double *scratch, size_t chosen[ICA_MAX_REPRESENTATIVES])
{
    size_t n_inner = n > ICA_MAX_REPRESENTATIVES ? n - n / OUTER_SHARE : n;
    size_t n_chosen = 0;
    size_t next = 0;
    for (size_t i = 0; i < n; i++) {
        scratch[i] = HUGE_VAL;
    }
    do {
        chosen[n_chosen++] = members[next];
        if (n_chosen == ICA_MAX_REPRESENTATIVES) {
            break;
        }
        narrow_gaps(distance, members, n, members[next], scratch);
        next = widest_gap(members, n_inner, scratch);
        if (scratch[next] == 0) {
            next = widest_gap(members, n, scratch);
        }
    } while (scratch[next] > 0);
    return n_chosen;
}
