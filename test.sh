#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds and runs the tests, and ends with one line: N passed, N failed, N skipped.
#
#   ./test.sh                          all presets: debug (gcc), asan and tsan (clang's sanitizers)
#   ./test.sh debug                    one preset, or several
#   ./test.sh asan -R decode           ctest's own options after the presets, here a filter
set -euo pipefail
# shellcheck source=tools/common.sh disable=SC2154
source "$(dirname "${BASH_SOURCE[0]}")/tools/common.sh"

all_presets=(debug asan tsan)
passed=0
failed=0
skipped=0

# attribute NAME FILE: a number from the first <testsuite> of a JUnit report.
attribute() {
    local value
    value=$(grep -m 1 -o "\b$1=\"[0-9]*\"" "$2" | tr -dc 0-9) || true
    echo "${value:-0}"
}

# run_ctest PRESET [ctest options]. The thread sanitizer of older clangs cannot start where the
# kernel randomises more than 28 bits of an address.
run_ctest() {
    local preset=$1 bits command=(ctest --preset "$1" --parallel "$(nproc)")
    shift
    bits=$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 0)
    if [[ $preset == tsan ]] && ((bits > 28)) && setarch --addr-no-randomize true 2>/dev/null; then
        command=(setarch --addr-no-randomize "${command[@]}")
    fi
    (cd "$root" && "${command[@]}" "$@")
}

# run_preset PRESET [ctest options]: a preset that does not build, or that fails without naming a
# test, counts as one failed test.
run_preset() {
    local preset=$1 report=$root/build/$1.junit.xml ok=1 failures=0 others=0 total=0
    shift
    say "== $preset"
    rm -f "$report"
    if ! build_preset "$preset" || ! run_ctest "$preset" --output-junit "$report" "$@"; then
        ok=0
    fi
    if [[ -s $report ]]; then
        total=$(attribute tests "$report")
        failures=$(attribute failures "$report")
        others=$(($(attribute skipped "$report") + $(attribute disabled "$report")))
    fi
    passed=$((passed + total - failures - others))
    if ((!ok && failures == 0)); then
        say "$preset did not run properly."
        failures=1
    fi
    failed=$((failed + failures))
    skipped=$((skipped + others))
}

main() {
    local presets=() preset
    while (($# > 0)) && [[ $1 != -* ]]; do
        if [[ " ${all_presets[*]} " != *" $1 "* ]]; then
            die "there is no test preset $1; there are: ${all_presets[*]}."
        fi
        presets+=("$1")
        shift
    done
    "$root/tools/setup.sh" test
    for preset in "${presets[@]:-${all_presets[@]}}"; do
        run_preset "$preset" "$@"
    done
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    ((failed == 0 && passed > 0))
}

main "$@"
