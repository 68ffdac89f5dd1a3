#!/bin/bash
# SPDX-License-Identifier: MIT
# What a developer's own script does: make in a build folder that it keeps, then QEMU with an initramfs that it keeps.
# Arguments: the source (its build folder is o/), a folder for files, then QEMU's argv.
set -eu
src=$1 work=$2
shift 2
make -s -C "$src" O="$src/o" ARCH=x86_64 -j"$(nproc)" bzImage modules >"$work/make.log" 2>&1
rm -f "$work/swap.img"
truncate -s 512M "$work/swap.img"
"$@" >"$work/console.log" </dev/null
