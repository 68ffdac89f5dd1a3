#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# run.sh PROGRAM: each canary must be caught as the table says, with and without
# the state cache, and both searches must reach the same number of end states.
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0 total=0

# run NAME THREADS FLAGS...: the symptom of the failure, or "silent"; then the end states
run() {
	name=$1 threads=$2
	shift 2
	{ i=0; while [ $i -lt "$threads" ]; do printf 'thread:\n\twork\n'; i=$((i + 1)); done; } > "$work/$name.scn"
	"$program" --scenario "$work/$name.scn" "$@" > "$work/out" 2> "$work/err" || {
		echo "exit $? $(head -n 1 "$work/err")"
		return
	}
	symptom=$(sed -n 's/.*"symptom":{"kind":"\([^"]*\)".*/\1/p' "$work/out")
	complete=$(grep '"type":"scenario"' "$work/out" | tail -n 1 | sed 's/.*"complete":\([a-z]*\).*/\1/')
	[ -n "$symptom" ] || [ "$complete" = true ] || symptom=incomplete
	echo "${symptom:-silent}"
}

ends() {
	grep '"type":"scenario"' "$work/out" | tail -n 1 | sed 's/.*"ends":\([0-9]*\).*/\1/'
}

wrong() {
	echo "canary $1: $2"
	failed=1 behaves=
}

# expect NAME THREADS MEMORY SYMPTOM: in one line, what it did
expect() {
	behaves=1
	total=$((total + 1))
	for flags in '' --no-state-cache '--states 2'; do
		got=$(run "$1" "$2" --memory "$3" --bound 3 $flags)
		[ "$got" = "$4" ] || wrong "$1 ($3)" "${flags:+with $flags }$got, not $4"
	done
	# What does not end takes seconds each time.
	case $4 in no-end) ;; *) expect_same_ends "$@" ;; esac
	[ -z "$behaves" ] || echo "canary $1 ($3): $4"
}

expect_same_ends() {
	# With failing schedules counted, not stopped at: the same ends.
	run "$1" "$2" --memory "$3" --bound 3 --stop-at none > "$work/ignored"
	with=$(ends)
	run "$1" "$2" --memory "$3" --bound 3 --stop-at none --no-state-cache > "$work/ignored"
	without=$(ends)
	[ "$with" = "$without" ] || wrong "$1 ($3)" "$with end states with the cache, $without without"
}

expect lost-unlock 2 sc left-over
expect lock-order 2 sc deadlock
expect locked-counter 2 sc silent
expect lost-update 2 sc data
expect sleep-in-atomic 1 sc sleep-in-atomic
expect unseen-read 2 sc data
expect unpaired-reference 2 sc use-after-free
expect paired-reference 2 sc silent
expect double-free 2 sc double-free
expect aba 2 sc data
expect store-buffer 2 sc silent
expect store-buffer 2 tso data
expect store-buffer-fenced 2 tso silent
expect message 2 tso silent
expect message-by-bit 2 tso silent
expect message-by-atomic 2 tso silent
expect store-buffer-by-atomic 2 sc silent
expect store-buffer-by-atomic 2 tso data
expect allocation-order 2 sc silent
expect endless-alone 1 sc no-end
expect endless-uninstrumented 1 sc no-end
expect endless-spin 2 sc no-end
expect long-loop 2 sc silent
expect rcu-reader 3 sc silent
expect rcu-reader 2 tso silent
expect rcu-late 2 sc use-after-free
expect preempt-reader 2 sc silent
expect first-round 2 tso data
expect overwritten-store 2 tso silent
expect locked-counter 2 tso silent
expect lost-update 2 tso data

[ $failed = 0 ] && echo "$total canaries behave"
exit $failed
