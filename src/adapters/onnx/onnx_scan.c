/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/onnx/onnx_scan.h"

#include <stdbool.h>
#include <string.h>
#include <sys/types.h>

#include "base/text.h"

#define MAX_DEPTH       48 /* graphs in attributes of nodes in graphs ... */
#define MAX_IR_VERSION  1000
#define MAX_KEY         32
#define SCRATCH_BYTES   4096
#define DATA_EXTERNAL   1 /* TensorProto.DataLocation.EXTERNAL */
#define MAX_VARINT_BITS 64

/* The messages that lead to tensors, and OTHER, which is skipped. */
enum message {
    OTHER,
    MODEL,
    OPSET,
    GRAPH,
    NODE,
    ATTRIBUTE,
    TENSOR,
    SPARSE_TENSOR,
    FUNCTION,
    ENTRY
};

enum wire { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

static const struct {
    enum message in;
    uint64_t field;
    enum message is;
} children[] = {
    {MODEL, 7, GRAPH},
    {MODEL, 8, OPSET},
    {MODEL, 25, FUNCTION},
    {GRAPH, 1, NODE},
    {GRAPH, 5, TENSOR},
    {GRAPH, 15, SPARSE_TENSOR},
    {FUNCTION, 7, NODE},
    {NODE, 5, ATTRIBUTE},
    {ATTRIBUTE, 5, TENSOR},
    {ATTRIBUTE, 6, GRAPH},
    {ATTRIBUTE, 10, TENSOR},
    {ATTRIBUTE, 11, GRAPH},
    {ATTRIBUTE, 22, SPARSE_TENSOR},
    {ATTRIBUTE, 23, SPARSE_TENSOR},
    {SPARSE_TENSOR, 1, TENSOR},
    {SPARSE_TENSOR, 2, TENSOR},
    {TENSOR, 13, ENTRY},
};

/* What is known of the tensor or the opset that is being read. */
struct notes {
    bool is_external;
    char location[ICA_MAX_ONNX_LOCATION];
    uint64_t offset;
    uint64_t length;
    char key[MAX_KEY];
    char value[ICA_MAX_ONNX_LOCATION];
    char domain[MAX_KEY];
    uint64_t version;
};

struct scan {
    FILE *file;
    uint64_t position;
    struct ica_onnx_summary *out;
    struct notes notes;
    bool has_graph;
    struct ica_error *err;
};

struct field {
    uint64_t number;
    enum wire wire;
    uint64_t value; /* of a varint */
    uint64_t end;   /* of bytes: where they end */
};

static enum ica_status damaged(struct scan *scan)
{
    if (ferror(scan->file)) {
        return ica_error_set(scan->err, ICA_EIO, "It cannot be read.");
    }
    if (!scan->has_graph && !scan->out->ir_version) {
        return ica_error_set(scan->err, ICA_EMODEL, "This is no ONNX graph.");
    }
    return ica_error_set(scan->err, ICA_EMODEL,
                         "The ONNX graph is damaged or cut off near byte %llu.",
                         (unsigned long long)scan->position);
}

static bool read_varint(struct scan *scan, uint64_t end, uint64_t *out)
{
    *out = 0;
    for (unsigned shift = 0; shift < MAX_VARINT_BITS && scan->position < end; shift += 7) {
        int byte = getc(scan->file);
        if (byte == EOF) {
            return false;
        }
        scan->position++;
        *out |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) {
            return true;
        }
    }
    return false;
}

/* Go to `end`. What is large is jumped over: the end of the file was checked before. */
static bool skip_to(struct scan *scan, uint64_t end)
{
    char scratch[SCRATCH_BYTES];
    uint64_t left = end - scan->position;
    scan->position = end;
    if (left > sizeof scratch) {
        return fseeko(scan->file, (off_t)end, SEEK_SET) == 0;
    }
    return fread(scratch, 1, (size_t)left, scan->file) == left;
}

/* The bytes up to `end` as a text; "" if they do not fit or are no text. */
static bool read_text(struct scan *scan, uint64_t end, char *out, size_t size)
{
    uint64_t length = end - scan->position;
    out[0] = 0;
    if (length >= size) {
        return skip_to(scan, end);
    }
    if (fread(out, 1, (size_t)length, scan->file) != length) {
        return false;
    }
    out[length] = 0;
    scan->position = end;
    if (memchr(out, 0, (size_t)length)) {
        out[0] = 0;
    }
    return true;
}

/* Read a field's head, and the value of a number. */
static bool read_field(struct scan *scan, uint64_t end, struct field *field)
{
    uint64_t tag;
    *field = (struct field){0};
    if (!read_varint(scan, end, &tag)) {
        return false;
    }
    field->number = tag >> 3;
    field->wire = (enum wire)(tag & 7);
    uint64_t size = field->wire == WIRE_64 ? 8 : 4;
    switch (field->wire) {
    case WIRE_VARINT:
        return read_varint(scan, end, &field->value);
    case WIRE_BYTES:
        if (!read_varint(scan, end, &size)) {
            return false;
        }
        break;
    case WIRE_64:
    case WIRE_32:
        break;
    default:
        return false;
    }
    field->end = scan->position + size;
    return size <= end - scan->position;
}

static enum message child_of(enum message message, uint64_t number)
{
    for (size_t i = 0; i < sizeof children / sizeof *children; i++) {
        if (children[i].in == message && children[i].field == number) {
            return children[i].is;
        }
    }
    return OTHER;
}

/* ---- What is learnt ---------------------------------------------------------------------------
 */

static void note_number(struct scan *scan, enum message message, const struct field *field)
{
    if (message == MODEL && field->number == 1) {
        scan->out->ir_version = field->value;
    } else if (message == OPSET && field->number == 2) {
        scan->notes.version = field->value;
    } else if (message == TENSOR && field->number == 14) {
        scan->notes.is_external = field->value == DATA_EXTERNAL;
    }
}

/* Where the bytes of a field are to be kept as a text; NULL: nowhere. */
static char *text_place(struct scan *scan, enum message message, uint64_t number, size_t *size)
{
    struct notes *notes = &scan->notes;
    *size = message == ENTRY && number == 2 ? sizeof notes->value : MAX_KEY;
    if (message == ENTRY && number == 1) {
        return notes->key;
    }
    if (message == ENTRY && number == 2) {
        return notes->value;
    }
    return message == OPSET && number == 1 ? notes->domain : NULL;
}

/* A member of a tensor's external data is complete. */
static enum ica_status end_entry(struct scan *scan)
{
    struct notes *notes = &scan->notes;
    uint64_t *number = strcmp(notes->key, "offset") == 0   ? &notes->offset
                       : strcmp(notes->key, "length") == 0 ? &notes->length
                                                           : NULL;
    if (strcmp(notes->key, "location") == 0) {
        memcpy(notes->location, notes->value, sizeof notes->location);
        if (!notes->value[0]) {
            return ica_error_set(scan->err, ICA_EMODEL,
                                 "The ONNX graph names a file of weights by what is no name.");
        }
    } else if (number && !ica_text_parse_uint(notes->value, 0, UINT64_MAX >> 2, number)) {
        return ica_error_set(scan->err, ICA_EMODEL,
                             "The ONNX graph gives \"%.40s\" as %s of data in another file.",
                             notes->value, notes->key);
    }
    return ICA_OK;
}

static enum ica_status end_tensor(struct scan *scan)
{
    const struct notes *notes = &scan->notes;
    struct ica_onnx_summary *out = scan->out;
    if (!notes->is_external) {
        return ICA_OK;
    }
    if (!notes->location[0]) {
        return ica_error_set(scan->err, ICA_EMODEL,
                             "The ONNX graph keeps weights in another file, but does not name it.");
    }
    size_t i = 0;
    while (i < out->n_files && strcmp(out->files[i].location, notes->location) != 0) {
        i++;
    }
    if (i == ICA_MAX_ONNX_FILES) {
        return ica_error_set(scan->err, ICA_ETOOLARGE,
                             "The ONNX graph keeps its weights in more than %d files.",
                             ICA_MAX_ONNX_FILES);
    }
    if (i == out->n_files) {
        out->n_files++;
        memcpy(out->files[i].location, notes->location, sizeof notes->location);
    }
    uint64_t end = notes->offset + notes->length;
    out->files[i].min_bytes = out->files[i].min_bytes > end ? out->files[i].min_bytes : end;
    return ICA_OK;
}

static void begin_message(struct scan *scan, enum message message)
{
    if (message == TENSOR || message == OPSET) {
        scan->notes = (struct notes){0};
    } else if (message == ENTRY) {
        scan->notes.key[0] = 0;
        scan->notes.value[0] = 0;
    }
    scan->has_graph = scan->has_graph || message == GRAPH;
}

static enum ica_status end_message(struct scan *scan, enum message message)
{
    const struct notes *notes = &scan->notes;
    bool is_default = !notes->domain[0] || strcmp(notes->domain, "ai.onnx") == 0;
    if (message == OPSET && is_default) {
        scan->out->opset = notes->version;
    }
    if (message == ENTRY) {
        return end_entry(scan);
    }
    return message == TENSOR ? end_tensor(scan) : ICA_OK;
}

/* ---- Walking ----------------------------------------------------------------------------------
 */

/* Read the fields up to `end`. The depth is bounded, so this may call itself. */
static enum ica_status scan_message(struct scan *scan, enum message message, uint64_t end,
                                    unsigned depth)
{
    enum ica_status status = ICA_OK;
    if (depth > MAX_DEPTH) {
        return ica_error_set(scan->err, ICA_ETOOLARGE, "The ONNX graph is nested too deep.");
    }
    begin_message(scan, message);
    while (scan->position < end && !status) {
        struct field field;
        size_t size;
        if (!read_field(scan, end, &field)) {
            return damaged(scan);
        }
        enum message child = field.wire == WIRE_BYTES ? child_of(message, field.number) : OTHER;
        char *place = text_place(scan, message, field.number, &size);
        if (field.wire == WIRE_VARINT) {
            note_number(scan, message, &field);
        } else if (child != OTHER) {
            status = scan_message(scan, child, field.end, depth + 1);
        } else if (place && field.wire == WIRE_BYTES) {
            status = read_text(scan, field.end, place, size) ? ICA_OK : damaged(scan);
        } else {
            status = skip_to(scan, field.end) ? ICA_OK : damaged(scan);
        }
    }
    return status ? status : end_message(scan, message);
}

enum ica_status ica_onnx_scan(FILE *file, uint64_t size, struct ica_onnx_summary *out,
                              struct ica_error *err)
{
    *out = (struct ica_onnx_summary){0};
    struct scan scan = {.file = file, .out = out, .err = err};
    if (size > INT64_MAX) {
        return ica_error_set(err, ICA_ETOOLARGE, "The file is too large.");
    }
    enum ica_status status = scan_message(&scan, MODEL, size, 0);
    bool is_model = scan.has_graph && out->ir_version > 0 && out->ir_version <= MAX_IR_VERSION;
    if (!status && !is_model) {
        return ica_error_set(err, ICA_EMODEL, "This is no ONNX graph.");
    }
    return status;
}
