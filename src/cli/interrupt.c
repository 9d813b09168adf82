/* SPDX-License-Identifier: Apache-2.0 */
/* Ctrl-C. A signal belongs to the process, hence the one global of the command line. */
#include "cli/interrupt.h"

#include <signal.h>

static volatile sig_atomic_t interrupted;

static void note(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

void ica_interrupt_watch(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART | (int)SA_RESETHAND};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

bool ica_interrupted(void)
{
    return interrupted != 0;
}
