/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/openvino/openvino_error.h"

#include "base/log.h"

enum ica_status ica_openvino_error(struct ica_error *err, const char *what, ov_status_e code)
{
    const char *detail = ov_get_last_err_msg();
    ica_log(ICA_LOG_ERROR, "openvino", "%s failed (%d): %s", what, (int)code, detail ? detail : "");
    return ica_error_set(err, ICA_EMODEL, "The model cannot be used: %s failed (OpenVINO code %d).",
                         what, (int)code);
}
