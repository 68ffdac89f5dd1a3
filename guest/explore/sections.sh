#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# sections.sh TEXT FROM TO: an object with its code in section TEXT, and its data,
# per-CPU data and initcalls where the explorer finds them.
set -e
text=$1 from=$2 to=$3
set --
for section in $(objdump -h "$from" | sed -n 's/^ *[0-9][0-9]* \(\.[^ ]*\) .*/\1/p' | sort -u); do
	case $section in
	.data..percpu*) set -- "$@" --rename-section "$section=kernel_percpu" ;;
	.bss*) set -- "$@" --set-section-flags "$section=alloc,load,contents,data"
		set -- "$@" --rename-section "$section=kernel_data,alloc,load,contents,data" ;;
	.data.rel.ro* | .debug* | .comment) ;;
	.data*) set -- "$@" --rename-section "$section=kernel_data,alloc,load,contents,data" ;;
	# gcc puts KCSAN's constructors in .text.startup.
	.text* | .init.text | .exit.text) set -- "$@" --rename-section "$section=$text" ;;
	.initcall*) set -- "$@" --rename-section "$section=kernel_initcall" ;;
	.exitcall*) set -- "$@" --rename-section "$section=kernel_exitcall" ;;
	esac
done
# Services copy by libc's functions, since nobody checks what they touch.
if [ "$text" != service_text ]; then
	for name in memcpy memset memmove strcmp strncmp strlen snprintf; do
		set -- "$@" --redefine-sym "$name=kernel_$name"
	done
fi
objcopy "$@" "$from" "$to"
