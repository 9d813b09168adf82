/* SPDX-License-Identifier: Apache-2.0 */
/* Port: clock. Thread-safe. */
#ifndef ICA_PORTS_CLOCK_H
#define ICA_PORTS_CLOCK_H

struct ica_clock {
    /* Seconds since some fixed moment; never goes back. */
    double (*now_s)(struct ica_clock *self);
};

static inline double ica_clock_now_s(struct ica_clock *self)
{
    return self->now_s(self);
}

#endif
