/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: the multipart parser. The first byte is the size of the chunks; the rest is the
 * body. Checks that events come in order and that all chunk sizes give the same events. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct trace {
    bool in_part;
    uint64_t hash; /* FNV-1a of everything that was told */
};

static void note(struct trace *trace, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        trace->hash = (trace->hash ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001b3);
    }
}

static void check(bool condition)
{
    if (!condition) {
        abort();
    }
}

static enum ica_status part_begin(void *context, const struct ica_multipart_part *part,
                                  struct ica_error *err)
{
    (void)err;
    struct trace *trace = context;
    check(!trace->in_part);
    trace->in_part = true;
    note(trace, "<", 1);
    note(trace, part->field.bytes, part->field.size);
    note(trace, part->file_name.bytes, part->file_name.size);
    return ICA_OK;
}

static enum ica_status part_data(void *context, const uint8_t *bytes, size_t size,
                                 struct ica_error *err)
{
    (void)err;
    struct trace *trace = context;
    check(trace->in_part && size > 0);
    note(trace, bytes, size);
    return ICA_OK;
}

static enum ica_status part_end(void *context, struct ica_error *err)
{
    (void)err;
    struct trace *trace = context;
    check(trace->in_part);
    trace->in_part = false;
    note(trace, ">", 1);
    return ICA_OK;
}

static enum ica_status parse(const uint8_t *data, size_t size, size_t step, struct trace *trace)
{
    static const struct ica_multipart_events events = {part_begin, part_data, part_end};
    static const char content_type[] = "multipart/form-data; boundary=ab";
    const struct ica_slice slice = {content_type, sizeof content_type - 1};
    struct ica_multipart parser;
    enum ica_status status = ica_multipart_init(&parser, slice, &events, trace, NULL);
    for (size_t i = 0; i < size && !status; i += step) {
        status = ica_multipart_feed(&parser, data + i, size - i < step ? size - i : step, NULL);
    }
    if (!status) {
        status = ica_multipart_end(&parser, NULL);
        check(status || !trace->in_part);
    }
    ica_multipart_clear(&parser);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) {
        return 0;
    }
    struct trace whole = {0};
    struct trace split = {0};
    enum ica_status status = parse(data + 1, size - 1, size, &whole);
    check(parse(data + 1, size - 1, (size_t)data[0] + 1, &split) == status);
    check(status || whole.hash == split.hash);
    return 0;
}
