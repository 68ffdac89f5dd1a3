#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs the program twice, the first time on a disk that becomes full. In a mount namespace of its own: `unshare -rm`.
# $1: the folder of the fault; $2: what is on the disk, c, r or t (cache, results, TMPDIR); $3: the size of the disk in
# KiB beyond what it holds, at once or as soon as the file $1/full exists; $4: now or later; then the command.
set -u
dir=$1 what=$2 room=$3 when=$4
shift 4
disk=$dir/$what
mkdir -p "$disk" "$dir/$what.aside"
cp -a "$disk/." "$dir/$what.aside"
mount -t tmpfs -o size=6g full "$disk" || exit 99
cp -a "$dir/$what.aside/." "$disk"
# A run at the end of the disk must not find it fuller than it was.
fill() { mount -o "remount,size=$(($(df -k --output=used "$disk" | tail -1) + room))k" "$disk"; }
if [ "$when" = now ]; then fill; else
	(while [ ! -e "$dir/full" ]; do sleep 0.005; done; [ -e "$dir/over" ] || fill) & filler=$!
fi
"$@" --results "$dir/r" > "$dir/first.out" 2>&1
echo $? > "$dir/first.code"
touch "$dir/over" "$dir/full"
[ "$when" = now ] || wait $filler
sleep 0.3
ls -A "$dir/t" > "$dir/first.tmp"
for kind in trees sources builds guests downloads; do ls -A "$dir/c/$kind" 2> /dev/null | sed "s,^,$kind/,"; done > "$dir/first.cache"
[ "$what" = r ] && cp -a "$dir/r" "$dir/first.results" 2> /dev/null
mount -o remount,size=6g "$disk"
"$@" --results "$dir/r2" > "$dir/next.out" 2>&1
echo $? > "$dir/next.code"
ls -A "$dir/t" > "$dir/next.tmp"
for kind in trees sources builds guests downloads; do ls -A "$dir/c/$kind" 2> /dev/null | sed "s,^,$kind/,"; done > "$dir/next.cache"
