/* SPDX-License-Identifier: Apache-2.0 */
/* Port: model store. Keeps the models that the user has brought. What is put in is staged first,
 * out of sight, and shown whole at the end or never; one process writes at a time. Monitors are
 * told of bytes. Used from one thread. */
#ifndef ICA_PORTS_MODEL_STORE_H
#define ICA_PORTS_MODEL_STORE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/model.h"
#include "domain/model_package.h"

/* A model that is being put in; owned by the store. */
struct ica_staging {
    char name[ICA_MAX_MODEL_NAME];
    char *folder; /* where its files are to be; shown as the model's own at the end */
};

enum ica_staging_kind {
    ICA_STAGING_NEW,    /* an empty folder; gone when it is not committed */
    ICA_STAGING_RESUME, /* what an earlier one of this kind has left is still there, and stays */
    ICA_STAGING_PLACED, /* the model's own folder, in which the user has put the files by hand */
};

struct ica_model_store;

struct ica_model_store_ops {
    /* Lock the store until end(), clear away what others have left unfinished, and open a folder
     * for the model. ICA_EBUSY (another process writes to the store), ICA_EINVALID (there is such a
     * model already, or nothing was placed), ICA_EDENIED, ICA_EIO, ICA_ENOMEM. */
    enum ica_status (*begin)(struct ica_model_store *self, const char *name,
                             enum ica_staging_kind kind, struct ica_staging **out,
                             struct ica_error *err);

    /* Copy the file at `path` into the staging under the name that `file` holds, and fill in size
     * and hash. ICA_ENOTFOUND, ICA_EINVALID (no regular file, or the name is taken), ICA_EIO (a
     * full disk is named), ICA_ECANCELLED. */
    enum ica_status (*put)(struct ica_model_store *self, struct ica_staging *staging,
                           const char *path, struct ica_model_file *file,
                           const struct ica_monitor *monitor, struct ica_error *err);

    /* Write the manifest and show the model. ICA_EIO, ICA_ENOMEM. */
    enum ica_status (*commit)(struct ica_model_store *self, struct ica_staging *staging,
                              const struct ica_model *model,
                              const struct ica_model_package *package, struct ica_error *err);

    /* Unlock the store and free `staging`, which may be NULL. */
    void (*end)(struct ica_model_store *self, struct ica_staging *staging);

    /* Fill in size and hash of a file, which may lie anywhere. ICA_ENOTFOUND, ICA_EINVALID,
     * ICA_EIO, ICA_ECANCELLED. */
    enum ica_status (*hash)(struct ica_model_store *self, const char *path,
                            struct ica_model_file *file, const struct ica_monitor *monitor,
                            struct ica_error *err);

    /* Remove the model and all that is left of it. ICA_ENOTFOUND, ICA_EBUSY, ICA_EIO. */
    enum ica_status (*remove)(struct ica_model_store *self, const char *name,
                              struct ica_error *err);

    /* The name that was set last; "" when none was. ICA_EIO. */
    enum ica_status (*load_default)(struct ica_model_store *self, char name[ICA_MAX_MODEL_NAME],
                                    struct ica_error *err);

    /* Keep the name; "" forgets it. ICA_EDENIED, ICA_EIO. */
    enum ica_status (*save_default)(struct ica_model_store *self, const char *name,
                                    struct ica_error *err);

    /* Releases everything, `self` included. */
    void (*destroy)(struct ica_model_store *self);
};

struct ica_model_store {
    const struct ica_model_store_ops *ops;
    const char *folder; /* for people; constant after open */
};

static inline enum ica_status ica_model_store_begin(struct ica_model_store *self, const char *name,
                                                    enum ica_staging_kind kind,
                                                    struct ica_staging **out, struct ica_error *err)
{
    return self->ops->begin(self, name, kind, out, err);
}

static inline enum ica_status ica_model_store_put(struct ica_model_store *self,
                                                  struct ica_staging *staging, const char *path,
                                                  struct ica_model_file *file,
                                                  const struct ica_monitor *monitor,
                                                  struct ica_error *err)
{
    return self->ops->put(self, staging, path, file, monitor, err);
}

static inline enum ica_status ica_model_store_commit(struct ica_model_store *self,
                                                     struct ica_staging *staging,
                                                     const struct ica_model *model,
                                                     const struct ica_model_package *package,
                                                     struct ica_error *err)
{
    return self->ops->commit(self, staging, model, package, err);
}

static inline void ica_model_store_end(struct ica_model_store *self, struct ica_staging *staging)
{
    self->ops->end(self, staging);
}

static inline enum ica_status ica_model_store_hash(struct ica_model_store *self, const char *path,
                                                   struct ica_model_file *file,
                                                   const struct ica_monitor *monitor,
                                                   struct ica_error *err)
{
    return self->ops->hash(self, path, file, monitor, err);
}

static inline enum ica_status ica_model_store_remove(struct ica_model_store *self, const char *name,
                                                     struct ica_error *err)
{
    return self->ops->remove(self, name, err);
}

static inline enum ica_status ica_model_store_load_default(struct ica_model_store *self,
                                                           char name[ICA_MAX_MODEL_NAME],
                                                           struct ica_error *err)
{
    return self->ops->load_default(self, name, err);
}

static inline enum ica_status ica_model_store_save_default(struct ica_model_store *self,
                                                           const char *name, struct ica_error *err)
{
    return self->ops->save_default(self, name, err);
}

static inline void ica_model_store_destroy(struct ica_model_store *self)
{
    if (self) {
        self->ops->destroy(self);
    }
}

#endif
