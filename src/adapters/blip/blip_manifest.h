/* SPDX-License-Identifier: Apache-2.0 */
/* What tools/export_blip.py says of the model that it wrote, in blip.json beside the files. */
#ifndef ICA_ADAPTERS_BLIP_BLIP_MANIFEST_H
#define ICA_ADAPTERS_BLIP_BLIP_MANIFEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/sha256.h"
#include "domain/caption/generation.h"

#define ICA_BLIP_MANIFEST            "blip.json"
#define ICA_MAX_BLIP_MANIFEST_BYTES  65536
#define ICA_MAX_BLIP_SPECIAL_TOKENS  256
#define ICA_MAX_BLIP_LAYERS          48
#define ICA_MAX_BLIP_HEADS           64
#define ICA_MAX_BLIP_HEAD_SIZE       256
#define ICA_MAX_BLIP_PATCHES         16385
#define ICA_MAX_BLIP_SIDE            2048
#define ICA_MAX_BLIP_FILE_BYTES      ((size_t)8 << 30)
#define ICA_MAX_BLIP_VOCABULARY_FILE ((size_t)16 << 20)

enum ica_blip_file {
    ICA_BLIP_VISION,
    ICA_BLIP_VISION_WEIGHTS,
    ICA_BLIP_DECODER,
    ICA_BLIP_DECODER_WEIGHTS,
    ICA_BLIP_VOCABULARY,
    ICA_BLIP_FILES,
};

struct ica_blip_manifest {
    char name[64];
    struct {
        char *path; /* owned */
        size_t size_bytes;
        char sha256[ICA_SHA256_TEXT_SIZE];
    } files[ICA_BLIP_FILES];
    size_t side;       /* of a picture */
    size_t n_patches;  /* rows of keys and values that cross-attention sees */
    size_t n_layers;   /* of the decoder */
    size_t n_heads;    /* of its attention */
    size_t head_size;  /* numbers per head */
    size_t n_tokens;   /* of the vocabulary */
    size_t max_length; /* tokens per caption, the first and the last included */
    uint32_t begin;
    uint32_t end;
    uint32_t special[ICA_MAX_BLIP_SPECIAL_TOKENS]; /* tokens that are no text */
    size_t n_special;
};

/* Read `folder`/blip.json into the all-zero `*manifest` and see that the other files are there in
 * the sizes that it gives; they are not opened. ICA_ENOTFOUND (a file is missing), ICA_EINVALID (a
 * member of the manifest or the size of a file is wrong; the message names it), ICA_ENOMEM.
 * `*manifest` is empty then. */
enum ica_status ica_blip_manifest_read(struct ica_blip_manifest *manifest, const char *folder,
                                       struct ica_error *err) ICA_MUST_CHECK;

/* See that the content of a file is the one that the manifest means, and append it to `content`
 * unless that is NULL. ICA_ENOTFOUND, ICA_EINVALID, ICA_ETOOLARGE (for `content`), ICA_ENOMEM. */
enum ica_status ica_blip_manifest_verify(const struct ica_blip_manifest *manifest,
                                         enum ica_blip_file file, struct ica_buffer *content,
                                         struct ica_error *err) ICA_MUST_CHECK;

void ica_blip_manifest_clear(struct ica_blip_manifest *manifest);

#endif
