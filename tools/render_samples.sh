#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Renders samples/*.jpg from samples/scenes: all of them, or those named (mug-1 clock-3 ...).
# One thread for each picture, so that the same scene always gives the same bytes.
# Needs povray (3.7) and cjpeg (libjpeg-turbo).
set -eu

samples=$(cd "$(dirname "$0")/../samples" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

render() {
    scene=${1%-*}
    if ! (cd "$samples/scenes" && nice -n 10 povray "+I$scene.pov" "+O$work/$1.ppm" "Declare=Shot=${1##*-}" \
        +FP +W640 +H480 -A +WT1 -D) >"$work/log" 2>&1; then
        cat "$work/log" >&2
        return 1
    fi
    cjpeg -quality 82 -optimize -progressive -outfile "$work/$1.jpg" "$work/$1.ppm"
    mv "$work/$1.jpg" "$samples/$1.jpg"
    rm "$work/$1.ppm"
    echo "$1.jpg"
}

if [ $# -eq 0 ]; then
    for scene in "$samples"/scenes/*.pov; do
        name=$(basename "$scene" .pov)
        set -- "$@" "$name-1" "$name-2" "$name-3" "$name-4" "$name-5"
    done
fi
for picture in "$@"; do
    render "$picture"
done
