/* SPDX-License-Identifier: Apache-2.0 */
/* The engine. A graph is compiled for as many streams as runs may be under way at once: a run each
 * is as fast as batches of 4 to 16 on the processors measured (bench/README.md), needs less memory,
 * and makes a result depend on its own input alone. */
#include "adapters/openvino/openvino_inference.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/openvino/openvino_error.h"
#include "adapters/openvino/openvino_graph.h"
#include "adapters/openvino/openvino_network.h"

#define MAX_PROPERTIES 6

struct openvino_inference {
    struct ica_inference base;
    ov_core_t *core;
};

/* ---- Devices ----------------------------------------------------------------------------------
 */

/* OpenVINO says "CPU" and "GPU.1"; people "cpu" and "gpu.1". */
static void copy_case(char *out, size_t size, const char *name, int (*change)(int))
{
    size_t i = 0;
    for (; name[i] && i + 1 < size; i++) {
        out[i] = (char)change((unsigned char)name[i]);
    }
    out[i] = 0;
}

static enum ica_status devices(struct ica_inference *self, struct ica_device list[],
                               size_t *n_devices, struct ica_error *err)
{
    const struct openvino_inference *engine = (const struct openvino_inference *)self;
    ov_available_devices_t found = {0};
    *n_devices = 0;
    ov_status_e code = ov_core_get_available_devices(engine->core, &found);
    if (code != OK) {
        (void)ica_openvino_error(err, "looking for devices", code);
        return ica_error_set(err, ICA_EUNAVAILABLE, "The engine cannot tell its devices.");
    }
    for (size_t i = 0; i < found.size && *n_devices < ICA_MAX_DEVICES; i++) {
        struct ica_device *device = &list[(*n_devices)++];
        char *title = NULL;
        copy_case(device->name, sizeof device->name, found.devices[i], tolower);
        code = ov_core_get_property(engine->core, found.devices[i], "FULL_DEVICE_NAME", &title);
        (void)snprintf(device->title, sizeof device->title, "%s", code == OK ? title : "");
        if (code == OK) {
            ov_free(title);
        }
    }
    ov_available_devices_free(&found);
    return ICA_OK;
}

/* OpenVINO's name of the device that `wanted` names; "auto" is a graphics processor where one is,
 * else the processor. */
static enum ica_status choose_device(struct ica_inference *self, const char *wanted,
                                     char out[sizeof((struct ica_device *)0)->name],
                                     struct ica_error *err)
{
    struct ica_device list[ICA_MAX_DEVICES];
    size_t n = 0;
    char names[256] = "";
    size_t used = 0;
    enum ica_status status = devices(self, list, &n, err);
    bool is_auto = strcmp(wanted, "auto") == 0;
    const char *found = is_auto ? "cpu" : NULL;
    for (size_t i = 0; i < n; i++) {
        bool is_first_gpu = strcmp(list[i].name, "gpu.0") == 0 || strcmp(list[i].name, "gpu") == 0;
        if ((is_auto || strcmp(wanted, "gpu") == 0) ? is_first_gpu
                                                    : strcmp(list[i].name, wanted) == 0) {
            found = list[i].name;
        }
        int length =
            snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", list[i].name);
        used += length > 0 && used + (size_t)length < sizeof names ? (size_t)length : 0;
    }
    if (!status && !found) {
        return ica_error_set(err, ICA_EINVALID, "There is no device \"%.40s\" here; there is: %s.",
                             wanted, names);
    }
    if (!status) {
        copy_case(out, sizeof list->name, found, toupper);
    }
    return status;
}

/* ---- Graphs -----------------------------------------------------------------------------------
 */

static enum ica_status check_file(const char *path, struct ica_error *err)
{
    return access(path, R_OK) == 0
               ? ICA_OK
               : ica_error_set(err, ICA_ENOTFOUND, "The model's file %s is missing.", path);
}

static enum ica_status inspect(struct ica_inference *self, const char *path,
                               struct ica_graph_info *out, struct ica_error *err)
{
    const struct openvino_inference *engine = (const struct openvino_inference *)self;
    ov_model_t *model = NULL;
    enum ica_status status = check_file(path, err);
    if (status) {
        return status;
    }
    if (ov_core_read_model(engine->core, path, NULL, &model) != OK) {
        return ica_openvino_graph_error(path, err);
    }
    status = ica_openvino_graph_read(model, out, err);
    ov_model_free(model);
    return status;
}

/* What is not asked for is left to OpenVINO: it takes bfloat16 where the processor computes in it,
 * and to ask for it elsewhere would emulate it at a third of the speed. */
static size_t list_properties(const struct ica_network_config *config, bool is_cpu,
                              char numbers[2][24], ov_property_t list[MAX_PROPERTIES])
{
    size_t n = 0;
    (void)snprintf(numbers[0], sizeof numbers[0], "%zu", config->n_streams);
    (void)snprintf(numbers[1], sizeof numbers[1], "%zu", config->n_threads);
    list[n++] = (ov_property_t){"NUM_STREAMS", numbers[0]};
    list[n++] =
        (ov_property_t){"PERFORMANCE_HINT", config->n_streams > 1 ? "THROUGHPUT" : "LATENCY"};
    if (is_cpu) {
        list[n++] = (ov_property_t){"INFERENCE_NUM_THREADS", numbers[1]};
        list[n++] = (ov_property_t){"ENABLE_CPU_PINNING", "NO"};
    }
    if (config->cache_dir) {
        list[n++] = (ov_property_t){"CACHE_DIR", config->cache_dir};
    }
    if (config->precision != ICA_PRECISION_AUTO) {
        bool is_f32 = config->precision == ICA_PRECISION_F32;
        list[n++] = (ov_property_t){"INFERENCE_PRECISION_HINT", is_f32 ? "f32" : "bf16"};
    }
    return n;
}

static enum ica_status open_network(struct ica_inference *self,
                                    const struct ica_network_config *config,
                                    struct ica_network **out, struct ica_error *err)
{
    struct openvino_inference *engine = (struct openvino_inference *)self;
    char device[sizeof((struct ica_device *)0)->name];
    char numbers[2][24];
    ov_property_t properties[MAX_PROPERTIES];
    ov_compiled_model_t *compiled = NULL;
    *out = NULL;
    enum ica_status status = check_file(config->graph_path, err);
    if (!status) {
        status = choose_device(self, config->device, device, err);
    }
    if (status) {
        return status;
    }
    size_t n = list_properties(config, strcmp(device, "CPU") == 0, numbers, properties);
    ov_status_e code = ov_core_compile_model_from_file_props(engine->core, config->graph_path,
                                                             device, n, properties, &compiled);
    return code == OK ? ica_openvino_network_open(out, compiled, config->n_streams, err)
                      : ica_openvino_error(err, "compiling the model", code);
}

static void destroy(struct ica_inference *self)
{
    struct openvino_inference *engine = (struct openvino_inference *)self;
    ov_core_free(engine->core);
    free(engine);
}

static const struct ica_inference_ops openvino_ops = {
    .name = "openvino",
    .devices = devices,
    .inspect = inspect,
    .open = open_network,
    .destroy = destroy,
};

enum ica_status ica_openvino_inference_open(struct ica_inference **out, struct ica_error *err)
{
    struct openvino_inference *engine = calloc(1, sizeof *engine);
    *out = NULL;
    if (!engine) {
        return ica_error_nomem(err, "the engine");
    }
    engine->base.ops = &openvino_ops;
    ov_status_e code = ov_core_create(&engine->core);
    if (code != OK) {
        free(engine);
        return ica_openvino_error(err, "starting OpenVINO", code);
    }
    *out = &engine->base;
    return ICA_OK;
}
