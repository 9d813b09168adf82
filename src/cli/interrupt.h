/* SPDX-License-Identifier: Apache-2.0 */
/* Ctrl-C: the first asks the work to end cleanly, the second ends the process at once. */
#ifndef ICA_CLI_INTERRUPT_H
#define ICA_CLI_INTERRUPT_H

#include <stdbool.h>

/* Take over SIGINT and SIGTERM. */
void ica_interrupt_watch(void);

/* Whether one of them came. */
bool ica_interrupted(void);

#endif
