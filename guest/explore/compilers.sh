#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# compilers.sh KO KSRC OUT REAL: OUT/cc-plain and OUT/cc-instrumented, which compile
# FILE to OBJECT as the build in KO compiled mm/zsmalloc.o. Plain has no
# instrumentation; instrumented has KCSAN's calls, but no coverage.
set -e
here=$(cd "$(dirname "$0")" && pwd)
ko=$(cd "$1" && pwd)
out=$(cd "$3" && pwd)

command=$(sed -n 's/^\(saved\)\{0,1\}cmd_mm\/zsmalloc\.o := \(.*\) -c -o mm\/zsmalloc\.o .*/\2/p' "$ko/mm/.zsmalloc.o.cmd")
if [ -z "$command" ]; then
	echo "cannot explore this kernel: no command line in $ko/mm/.zsmalloc.o.cmd" >&2
	exit 1
fi
case $command in
*-fsanitize=thread*) ;;
*)
	echo "cannot explore this kernel: mm/zsmalloc.o is not compiled with CONFIG_KCSAN" >&2
	exit 1
	;;
esac

# Dependencies are the Makefile's business. struct-debug-baseonly would hide the models' types.
instrumented=$(echo "$command" | sed 's/-Wp,-MMD,[^ ]*//; s/-fsanitize-coverage=[^ ]*//; s/-femit-struct-debug-baseonly//')
plain=$(echo "$instrumented" | sed 's/-fsanitize=thread//; s/--param tsan[^ ]*//g; s/-D__KCSAN_INSTRUMENT_BARRIERS__//')

# Services define what headers declare, so some warnings are about nothing.
quiet='-Wno-missing-prototypes -Wno-missing-declarations -Wno-unused-function'
includes="-I$here/include -I$here/kernel -I$here/model -I$here/kernel/zswap -DMODEL_IS_REAL=$4"

write() {
	cat > "$out/$1" <<END
#!/bin/sh
# FILE OBJECT
cd $ko && $2 $quiet $includes -c -o "\$2" "\$1" 2> "\$2.messages" && exit 0
first=\$(grep -m 1 'error:' "\$2.messages" || tail -n 1 "\$2.messages")
echo "cannot explore this kernel: its headers do not fit \$(basename "\$1"): \$first" >&2
exit 1
END
	chmod +x "$out/$1"
}

write cc-plain "$plain"
write cc-instrumented "$instrumented"
