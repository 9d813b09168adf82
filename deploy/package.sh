#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# From a checkout to the packages: a .deb and a tar.gz, each with its SHA-256 beside it.
#
#   deploy/package.sh [FOLDER]      FOLDER is build/packages if not given
#
# Run it on the oldest system that the packages are to run on: they need its libraries or newer.
set -euo pipefail
# shellcheck source=tools/common.sh disable=SC2154
source "$(dirname "${BASH_SOURCE[0]}")/../tools/common.sh"

build=$root/build/package
out=${1:-$root/build/packages}
for tool in dpkg-shlibdeps file gzip; do
    command -v "$tool" >/dev/null || die "$tool is missing (packages dpkg-dev, file and gzip)."
done

"$root/tools/setup.sh" run
model=$(sed -n 's/^default_model=//p' "$root/tools/setup.sh")
mkdir -p "$out" "$root/build"
log=$root/build/package.log
say "Building the packages ..."
forget_moved_build "$build"
if ! {
    cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF \
        -DICA_INSTALL_MODELS="$model"
    cmake --build "$build" --target all package_texts
    cpack --config "$build/CPackConfig.cmake" -G "DEB;TGZ" -B "$out"
} >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    die "the packages could not be built (the end of $log is above)."
fi
rm -rf "$out/_CPack_Packages"
ls -l "$out"
