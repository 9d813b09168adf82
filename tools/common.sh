# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What run.sh, test.sh and tools/setup.sh share. To be sourced; everything it says goes to stderr,
# so that standard output stays the program's own.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() {
    printf '%s\n' "$*" >&2
}

die() {
    printf '\nCannot go on: %s\n' "$1" >&2
    shift
    if (($# > 0)); then
        printf '%s\n' "$@" >&2
    fi
    exit 1
}

# show_build: of ninja's output keep what a person wants to see; on a terminal progress is one line.
show_build() {
    local terminal=0
    if [[ -t 2 ]]; then
        terminal=1
    fi
    awk -v terminal="$terminal" '
        /^ninja: no work to do/ { next }
        /^ninja: Entering directory/ { next }
        /^\[[0-9]+\/[0-9]+\]/ {
            if (terminal) { printf "\r\033[K%.78s", $0; open = 1; fflush() }
            next
        }
        { if (open) { printf "\r\033[K"; open = 0 } print; fflush() }
        END { if (open) { printf "\r\033[K" } }
    ' >&2
}

# forget_moved_build DIR: a build folder remembers its absolute path; start afresh after a move.
forget_moved_build() {
    local cache=$1/CMakeCache.txt
    if [[ -f $cache ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
        say "The project was moved: configuring $(basename "$1") afresh."
        rm -rf "$1"
    fi
}

# configure PRESET: let cmake speak only if it fails.
configure() {
    local log=$root/build/$1.configure.log
    if ! cmake --preset "$1" >"$log" 2>&1; then
        cat "$log" >&2
        return 1
    fi
}

# build_preset PRESET: configure once, then compile what changed. Concurrent callers wait in line.
build_preset() {
    local preset=$1 folder=$root/build/$1
    mkdir -p "$root/build"
    (
        flock 9
        cd "$root" || exit 1
        forget_moved_build "$folder"
        if [[ ! -f $folder/build.ninja ]]; then
            say "Building ($preset) ..."
            configure "$preset" || exit 1
        fi
        cmake --build --preset "$preset" 2>&1 9>&- | show_build
    ) 9>"$root/build/.lock"
}
