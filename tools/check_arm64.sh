#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Cross-compiles for arm64 what needs no third-party library: base, domain, ports, application and the
# adapters of our own. Needs gcc-aarch64-linux-gnu. The whole program is built by ./run.sh on such a machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

compiler=${CC:-aarch64-linux-gnu-gcc}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

count=0
for source in src/base/*.c src/domain/*.c src/domain/*/*.c src/domain/*/*/*.c src/application/*.c \
              src/adapters/{memory,threads,system_clock,bmp,concepts,csv,local_decoder,gallery}/*.c; do
    [[ $source == *_avx*.c ]] && continue # kernels of other processors
    "$compiler" -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
                -ffp-contract=off -include src/base/banned.h -Isrc -c "$source" -o "$out/object.o"
    count=$((count + 1))
done
echo "$count sources compile for arm64"
