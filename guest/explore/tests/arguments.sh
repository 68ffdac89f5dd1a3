#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# arguments.sh PROGRAM: bad arguments and files end with 2 and say where and what.
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# refuses TEXT ARGUMENTS...
refuses() {
	text=$1
	shift
	"$program" "$@" > "$work/out" 2> "$work/err"
	code=$?
	if [ $code != 2 ] || ! grep -qF -- "$text" "$work/err"; then
		echo "$*: exit $code, $(head -n 1 "$work/err"), not 2 and \"$text\""
		failed=1
	fi
}

printf 'thread:\n\twork\n' > "$work/locked-counter.scn"
printf 'setup:\n\tstore 0 size 64\n' > "$work/no-thread.scn"
printf 'thread:\n\tdance\n' > "$work/dance.scn"
printf 'load 1\n' > "$work/outside.scn"
printf 'thread:\nthread:\nthread:\nthread:\n' > "$work/four.scn"
printf 'thread:\n\toffline cpu of thread 2\n' > "$work/offline.scn"
mkdir "$work/other"
cp "$work/locked-counter.scn" "$work/other/locked-counter.scn"
cp "$work/locked-counter.scn" "$work/.scn"
printf '# %0253dload 1\nthread:\n\twork\n' 0 > "$work/long.scn"
good=$work/locked-counter.scn

refuses 'give --scenario FILE or --generate SIZE'
refuses 'no such option' --nonsense
refuses 'needs a value' --bound
refuses 'give a number from 0 to 64' --scenario "$good" --bound many
refuses 'sync, racy or all' --scenario "$good" --points some
refuses 'sc or tso' --scenario "$good" --memory arm
refuses 'first, scenario or none' --scenario "$good" --stop-at never
refuses 'give I/N' --scenario "$good" --shard 2/2
refuses '"sing" is no operation' --scenario "$good" --touch free,sing
refuses 'No such file' --scenario "$work/missing.scn"
refuses 'no-thread.scn:2: no thread' --scenario "$work/no-thread.scn"
refuses 'dance.scn:2: "dance"' --scenario "$work/dance.scn"
refuses 'outside.scn:1: an operation before' --scenario "$work/outside.scn"
refuses 'four.scn:4: a scenario has at most 3 threads' --scenario "$work/four.scn"
refuses 'offline.scn:2: "offline cpu of thread 2", but there are 1 threads' --scenario "$work/offline.scn"
refuses 'is named locked-counter too' --scenario "$good" --scenario "$work/other/locked-counter.scn"
refuses '.scn: a scenario has the name of its file' --scenario "$work/.scn"
refuses 'long.scn:1: a line has at most' --scenario "$work/long.scn"
refuses 'exactly one --scenario' --generate 1 --replay 1:end
refuses 'a thread is a number' --scenario "$good" --replay x
refuses 'does not fit this scenario' --scenario "$good" --replay '1:1 2:end'

[ $failed = 0 ] && echo "bad arguments are refused"
exit $failed
