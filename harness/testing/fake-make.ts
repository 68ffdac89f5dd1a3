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
  name=$(basename "$c" .c)
  option=$(sed -n 's,^// if ,,p' "$c")
  if [ -n "$option" ] && ! grep -qx "$option=y" .config; then continue; fi
  list="$list $name.o"
  deps=$c
  for h in $(sed -n 's,^#include "\\(.*\\)",\\1,p' "$c"); do deps="$deps ../mm/../include/$h"; done
  again=
  for dep in $deps; do if [ ! -e mm/$name.o ] || [ "$dep" -nt mm/$name.o ]; then again=1; fi; done
  if [ -z "$again" ]; then continue; fi
  echo "  CC      mm/$name.o"
  for dep in $deps; do
    at=$(echo "$dep" | sed 's,mm/../include,include,')
    grep -nE '^// (WARN|FAIL) ' "$dep" | sed "s,^\\([0-9]*\\):// WARN \\(.*\\),$at:\\1:1: warning: \\2 [-Wtoy],; s,^\\([0-9]*\\):// FAIL \\(.*\\),$at:\\1:1: error: \\2,"
    if grep -q '^// FAIL ' "$dep"; then echo "make[1]: *** [mm/$name.o] Error 1"; exit 2; fi
  done
  cat $deps >mm/$name.o
  printf 'cmd_mm/%s.o := cc\\n\\nsource_mm/%s.o := %s\\n\\ndeps_mm/%s.o := \\\\\\n' $name $name "$c" $name >mm/.$name.o.cmd
  for dep in $deps; do printf '  %s \\\\\\n' "$dep" >>mm/.$name.o.cmd; done
done
echo "cmd_mm/built-in.a := printf \\"mm/%s \\" $list | xargs ar" >mm/.built-in.a.cmd
for object in $list; do cat mm/$object; done >arch/x86/boot/bzImage
`

/** Puts it into `bin`, for a PATH that begins with it. */
export const installFakeMake = async (bin: string): Promise<void> => {
  await mkdir(bin, { recursive: true })
  await writeFile(join(bin, 'make'), SCRIPT, { mode: 0o755 })
}
