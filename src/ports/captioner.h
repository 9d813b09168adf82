/* SPDX-License-Identifier: Apache-2.0 */
/* Port: captioner. Says in a sentence what a picture shows. Thread-safe: one call at a time has the
 * model, the others wait their turn. */
#ifndef ICA_PORTS_CAPTIONER_H
#define ICA_PORTS_CAPTIONER_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/caption/caption.h"
#include "domain/image/pixels.h"
#include "domain/image/resize.h"

struct ica_captioner;

struct ica_captioner_ops {
    const char *name; /* lower case: "blip" */

    /* Fill `out` with one caption for each of the `n` pictures, RGB of the model's size and at most
     * max_pictures of them (the wrapper below has checked that, ICA_EINVALID). `n_beams` is 1
     * (greedy) to ICA_MAX_BEAMS. `monitor` hears of the stage "describing" after each picture, with
     * `n` as the total, and while the call waits and words are found. All or nothing.
     * ICA_ECANCELLED, ICA_EMODEL (the model cannot be used), ICA_ENOTFOUND (its files are gone),
     * ICA_EINVALID (they are damaged), ICA_ENOMEM. */
    enum ica_status (*caption)(struct ica_captioner *self, size_t n,
                               const struct ica_pixels pictures[], size_t n_beams,
                               const struct ica_monitor *monitor, struct ica_caption out[],
                               struct ica_error *err);

    /* Releases everything, `self` included; no call may be in progress. */
    void (*destroy)(struct ica_captioner *self);
};

/* Constant after open. */
struct ica_captioner {
    const struct ica_captioner_ops *ops;
    struct ica_crop crop; /* resize rule; a picture is crop.size x crop.size */
    size_t max_pictures;  /* of one call; as many at once are the fastest */
};

static inline enum ica_status ica_captioner_caption(struct ica_captioner *self, size_t n,
                                                    const struct ica_pixels pictures[],
                                                    size_t n_beams,
                                                    const struct ica_monitor *monitor,
                                                    struct ica_caption out[], struct ica_error *err)
{
    if (n == 0 || n > self->max_pictures || n_beams == 0 || n_beams > ICA_MAX_BEAMS) {
        return ica_error_set(err, ICA_EINVALID,
                             "The captioning model takes 1 to %zu pictures and 1 to %d beams.",
                             self->max_pictures, ICA_MAX_BEAMS);
    }
    for (size_t i = 0; i < n; i++) {
        if (pictures[i].width != self->crop.size || pictures[i].height != self->crop.size ||
            pictures[i].layout != ICA_PIXELS_RGB) {
            return ica_error_set(err, ICA_EINVALID,
                                 "The captioning model takes RGB pictures of %u x %u.",
                                 self->crop.size, self->crop.size);
        }
    }
    return self->ops->caption(self, n, pictures, n_beams, monitor, out, err);
}

static inline void ica_captioner_destroy(struct ica_captioner *self)
{
    if (self) {
        self->ops->destroy(self);
    }
}

#endif
