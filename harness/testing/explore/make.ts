// SPDX-License-Identifier: MIT
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeStub } from './stub.ts'

/**
 * A make for toy trees: it configures, compiles the objects that are asked for by their times, and records and prints what
 * kbuild does; `// FAIL text` in a source is an error. With OUT= it links the explorer: it copies the stand-in.
 */
const SCRIPT = `#!/bin/sh
bin=$(dirname "$0")
goal= objects= out= model= parts=
for arg; do case $arg in
  O=*) o=\${arg#O=} ;;
  OUT=*) out=\${arg#OUT=} ;;
  MODEL=*) model=\${arg#MODEL=} ;;
  allnoconfig) goal=config ;;
  parts) parts=1 ;;
  mm/*.o) objects="$objects $arg" ;;
esac; done
if [ -n "$out" ]; then
  if [ -e "$bin/stub/refuse" ]; then cat "$bin/stub/refuse" >&2; exit 2; fi
  if [ -z "$model" ] && [ -e "$bin/stub/refuse.real" ]; then cat "$bin/stub/refuse.real" >&2; exit 2; fi
  [ -z "$parts" ] || { echo services >"$out/services" && exit 0; }
  cp "$bin"/stub/* "$out" && exit 0
fi
cd "$o" || exit 2
if [ "$goal" = config ]; then
  grep -vxFf ../mm/Kconfig "$KCONFIG_ALLCONFIG" >.config
  [ -s ../mm/Kconfig ] || cp "$KCONFIG_ALLCONFIG" .config
  exit 0
fi
mkdir -p mm
for object in $objects; do
  name=\${object#mm/}; name=\${name%.o}
  source=../mm/$name.c
  [ -e "$object" ] && [ ! "$source" -nt "$object" ] && continue
  echo "  CC      $object"
  if grep -n '// FAIL' $source >/dev/null; then
    echo "$source:1:1: error: $(sed -n 's,// FAIL ,,p' $source)"; echo "make: *** [$object] Error 1"; exit 2
  fi
  flags='-fsanitize=thread -fsanitize-coverage=trace-pc'; [ ! -e "$bin/stub/plain" ] || flags=
  cp $source $object
  printf 'cmd_%s := cc %s -c\\n\\nsource_%s := %s\\n\\ndeps_%s := \\\\\\n  %s \\\\\\n' $object "$flags" $object $source $object $source >mm/.$name.o.cmd
done
`

/**
 * Puts it, and what the explorer is to say, into `bin`, for a PATH that begins with it. There no sandbox starts: each has
 * dozens of processes, and the tests of the kernel tier explore in one.
 */
export const installExploreMake = async (
  bin: string,
  lines: Readonly<Record<string, readonly (string | object)[]>>,
): Promise<void> => {
  await rm(join(bin, 'stub'), { recursive: true, force: true })
  await mkdir(bin, { recursive: true })
  await writeFile(join(bin, 'make'), SCRIPT, { mode: 0o755 })
  for (const sandbox of ['bwrap', 'unshare'])
    await writeFile(join(bin, sandbox), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  await writeStub(join(bin, 'stub'), lines)
}
