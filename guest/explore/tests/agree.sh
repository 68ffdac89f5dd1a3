#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# agree.sh EXPLORER: on small scenarios of a kernel, searches that must reach the same
# number of end states do: with and without the state cache, and, without a bound,
# with switches at racy words only and at every access.
explorer=$1
scenarios=$(dirname "$0")/../scenarios
failed=0

# ends SCENARIO FLAGS...
ends() {
	name=$1
	shift
	"$explorer" --scenario "$scenarios/$name.scn" --budget-ms 50000 "$@" | grep '"type":"scenario"' | tail -n 1 |
		sed 's/.*"ends":\([0-9]*\).*"complete":\([a-z]*\).*/\1 \2/'
}

# same WHAT FIRST SECOND
same() {
	case $2 in
	*' true') [ "$2" = "$3" ] && return ;;
	esac
	echo "$1: $2, $3"
	failed=1
}

for name in shrink-free load-migrate shrink-huge-free free-migrate shrink-fails-allocation-free; do
	for points in sync racy; do
		same "$name $points" "$(ends $name --points $points)" "$(ends $name --points $points --no-state-cache)"
	done
done
for name in shrink-free shrink-huge-free load-migrate; do
	same "$name without a bound" "$(ends $name --bound none)" "$(ends $name --bound none --points all)"
done

[ $failed = 0 ] && echo "searches agree"
exit $failed
