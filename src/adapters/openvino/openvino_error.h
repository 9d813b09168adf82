/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ICA_ADAPTERS_OPENVINO_OPENVINO_ERROR_H
#define ICA_ADAPTERS_OPENVINO_OPENVINO_ERROR_H

#include <openvino/c/openvino.h>

#include "base/error.h"

/* Log OpenVINO's own text (which stays its property) and tell the caller what it means: "WHAT
 * failed". Returns ICA_EMODEL. */
enum ica_status ica_openvino_error(struct ica_error *err, const char *what, ov_status_e code);

#endif
