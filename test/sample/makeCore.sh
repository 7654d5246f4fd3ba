#!/usr/bin/env bash
# Makes core/settle and core/settle.core.gz again from core/src. Needs musl-gcc, gzip and a kernel that
# writes cores into the working folder (core_pattern "core").
set -eu
cd "$(dirname "$0")"
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
here=$PWD/core
# The program stands alone, so that its core needs no other files; paths in it do not tell where it was made.
musl-gcc -g -O0 -static -fno-pie -no-pie "-ffile-prefix-map=$here=/recon" -Wl,--build-id -o "$build/settle" \
  "$here/src/main/c/settle.c"
cp "$build/settle" "$here/settle"
(
  cd "$build"
  ulimit -c unlimited
  env -i ./settle > /dev/null || true
)
gzip -9 -n -c "$build"/core* > "$here/settle.core.gz"
ls -l "$here"/settle "$here"/settle.core.gz
