/* SPDX-License-Identifier: Apache-2.0 */
/* The stages that a monitor hears of (base/parallel.h), in their order. */
#ifndef ICA_DOMAIN_STAGES_H
#define ICA_DOMAIN_STAGES_H

#define ICA_STAGE_EMBEDDING  "embedding"  /* done: images */
#define ICA_STAGE_CLUSTERING "clustering" /* done: steps of the strategy */
#define ICA_STAGE_DESCRIBING "describing" /* done: clusters */

#endif
