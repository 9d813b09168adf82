/* SPDX-License-Identifier: Apache-2.0 */
/* Translation table of the status codes. */
#include "base/status.h"

static const struct {
    const char *text;
    int http;
    int exit;
} table[] = {
#define ICA_STATUS_ROW(code, text, http, exit) [ICA_##code] = {text, http, exit},
    ICA_STATUS_MAP(ICA_STATUS_ROW)
#undef ICA_STATUS_ROW
};

const char *ica_status_text(enum ica_status status)
{
    return status < ICA_STATUS_COUNT ? table[status].text : "unknown status";
}

int ica_status_http(enum ica_status status)
{
    return status < ICA_STATUS_COUNT ? table[status].http : 500;
}

int ica_status_exit(enum ica_status status)
{
    return status < ICA_STATUS_COUNT ? table[status].exit : 1;
}
