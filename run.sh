#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# From a fresh checkout to the running program: set up, build what changed, start.
#
#   ./run.sh                   serve the API on port 8001 and the web client on port 8082
#   ./run.sh cluster DIR       any command of the program; see ./run.sh --help
set -euo pipefail
# shellcheck source=tools/common.sh disable=SC2154
source "$(dirname "${BASH_SOURCE[0]}")/tools/common.sh"

"$root/tools/setup.sh" run
build_preset release || die "the program could not be built; the messages above say why."

if (($# == 0)); then
    set -- serve
fi
exec "$root/build/release/bin/image-cluster-ai" "$@"
