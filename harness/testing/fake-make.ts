// SPDX-License-Identifier: MIT
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A make for toy trees of mm/*.c: it compiles by times as make does, and records and prints what kbuild does.
 * `// if CONFIG_X` limits a file to kernels with that option, `// WARN text` is a warning, `// FAIL text` an error, and
 * `#include "x.h"` reads include/x.h. `/bin/sh ../do.sh` runs in the build folder if the tree has do.sh.
 */
const SCRIPT = `#!/bin/sh
goal=all
for arg; do case $arg in O=*) o=\${arg#O=} ;; allnoconfig) goal=config ;; esac; done
cd "$o" || exit 2
if [ $goal = config ]; then
  echo configured
  if grep -n broken ../mm/Kconfig; then echo "mm/Kconfig:$(grep -n broken ../mm/Kconfig | cut -d: -f1): syntax error"; exit 1; fi
  grep -vxFf ../mm/Kconfig "$KCONFIG_ALLCONFIG" >.config; :
  exit 0
fi
if [ -e ../do.sh ]; then . ../do.sh; fi
ln -sfn .. source
mkdir -p mm arch/x86/boot
list=
for c in ../mm/*.c; do
  name=\${c##*/}
  name=\${name%.c}
  deps=$c
  skipped=
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
    '// if '*) grep -qx "\${line#// if }=y" .config || skipped=1 ;;
    '#include "'*) line=\${line#*\\"}; deps="$deps ../mm/../include/\${line%\\"*}" ;;
    esac
  done <"$c"
  if [ -n "$skipped" ]; then continue; fi
  list="$list $name.o"
  again=
  for dep in $deps; do if [ ! -e mm/$name.o ] || [ "$dep" -nt mm/$name.o ]; then again=1; fi; done
  if [ -z "$again" ]; then continue; fi
  echo "  CC      mm/$name.o"
  for dep in $deps; do
    case $dep in ../mm/../include/*) at=../include/\${dep#../mm/../include/} ;; *) at=$dep ;; esac
    nth=0
    failed=
    while IFS= read -r line || [ -n "$line" ]; do
      nth=$((nth + 1))
      case $line in
      '// WARN '*) echo "$at:$nth:1: warning: \${line#// WARN } [-Wtoy]" ;;
      '// FAIL '*) echo "$at:$nth:1: error: \${line#// FAIL }"; failed=1 ;;
      esac
    done <"$dep"
    if [ -n "$failed" ]; then echo "make[1]: *** [mm/$name.o] Error 1"; exit 2; fi
  done
  cat $deps >mm/$name.o
  printf 'cmd_mm/%s.o := cc\\n\\nsource_mm/%s.o := %s\\n\\ndeps_mm/%s.o := \\\\\\n' $name $name "$c" $name >mm/.$name.o.cmd
  printf '  %s \\\\\\n' $deps >>mm/.$name.o.cmd
done
echo "cmd_mm/built-in.a := printf \\"mm/%s \\" $list | xargs ar" >mm/.built-in.a.cmd
for object in $list; do cat mm/$object; done >arch/x86/boot/bzImage
`

/** Puts it into `bin`, for a PATH that begins with it. */
export const installFakeMake = async (bin: string): Promise<void> => {
  await mkdir(bin, { recursive: true })
  await writeFile(join(bin, 'make'), SCRIPT, { mode: 0o755 })
}
