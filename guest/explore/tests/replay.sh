#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# replay.sh PROGRAM: what is found is found again by its schedule, and not by another;
# two runs print the same.
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

replays() {
	printf 'thread:\n\twork\nthread:\n\twork\n' > "$work/$1.scn"
	"$program" --scenario "$work/$1.scn" $2 > "$work/out"
	"$program" --scenario "$work/$1.scn" $2 > "$work/again"
	schedule=$(sed -n 's/.*"schedule":"\([^"]*\)".*/\1/p' "$work/out")
	symptom=$(sed -n 's/.*\("symptom":{[^}]*}\).*/\1/p' "$work/out")
	"$program" --scenario "$work/$1.scn" --replay "$schedule" $2 > "$work/replayed"
	grep -qF "$symptom" "$work/replayed" || { echo "$1: \"$schedule\" does not show $symptom"; failed=1; }
	"$program" --scenario "$work/$1.scn" --replay '1:end 2:end' > "$work/other"
	grep -q '"failed":false' "$work/other" || { echo "$1: another schedule fails too"; failed=1; }
	"$program" --scenario "$work/$1.scn" --replay '1:9999 2:end' > "$work/odd" 2>&1
	[ $? = 2 ] || { echo "$1: a schedule that does not fit is taken"; failed=1; }
	sed 's/"ms":[0-9.]*//' "$work/out" > "$work/a"
	sed 's/"ms":[0-9.]*//' "$work/again" > "$work/b"
	cmp -s "$work/a" "$work/b" || { echo "$1: two runs differ"; failed=1; }
}

replays lock-order
replays store-buffer '--memory tso'
replays lost-update
replays unpaired-reference
replays double-free
replays aba

[ $failed = 0 ] && echo "schedules replay"
exit $failed
