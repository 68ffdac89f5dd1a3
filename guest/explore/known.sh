#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# known.sh OBJECT...: refuses objects of a kernel that need what nothing provides.
# What the host half needs of libc is found by the linker. These may come from there too:
libc='memcmp memcpy memmove memset strcmp strlen strncmp'
set -e
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '%s\n' $libc > "$work/libc"
for object; do
	nm --defined-only "$object" | awk '{ print $NF }'
done | cat - "$work/libc" | sort -u > "$work/has"
for object; do
	case $object in
	*/host/*) ;;
	*) nm -u "$object" | awk '{ print $NF }' ;;
	esac
done | sort -u | grep -v '^__\(start\|stop\)_' > "$work/needs"
missing=$(comm -23 "$work/needs" "$work/has" | tr '\n' ' ')
if [ -n "$missing" ]; then
	echo "cannot explore this kernel: nothing provides $missing" >&2
	exit 1
fi
