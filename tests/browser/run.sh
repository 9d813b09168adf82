#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs tests of the web client with node's own test runner; ends with 77 (skipped) and one line that
# says why where something is missing.
#
#   run.sh unit FILE...        modules without a page: needs node 18 or newer
#   run.sh browser FILE...     the page in Chromium against the real program, $ICA_TEST_PROGRAM
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export ICA_DRIVER_DIR=${ICA_DRIVER_DIR:-$root/deps/browser}

skip() {
    echo "skipped: $*"
    exit 77
}

find_browser() {
    command -v chromium || command -v chromium-browser || command -v google-chrome
}

kind=$1
shift
command -v node >/dev/null || skip "there is no node"
version=$(node -p 'parseInt(process.versions.node)')
((version >= 18)) || skip "node $version is older than 18"
options=(--test-reporter=spec)
if ((version < 22)); then
    options+=(--experimental-default-type=module) # later ones see by themselves what a module is
fi
if [[ $kind == unit ]]; then
    exec node "${options[@]}" --test "$@"
fi

[[ -d $ICA_DRIVER_DIR/node_modules/playwright-core ]] || skip "no playwright-core (tools/setup.sh test)"
ICA_BROWSER=$(find_browser) || skip "there is no Chromium"
[[ -x ${ICA_TEST_PROGRAM:-} ]] || skip "ICA_TEST_PROGRAM does not name the program"
export ICA_BROWSER
for file; do
    node "${options[@]}" "$file"
done
