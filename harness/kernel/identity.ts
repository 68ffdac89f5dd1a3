// SPDX-License-Identifier: MIT
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { contentKey, hashFile } from '../lib/files/hash.ts'
import { sh } from '../lib/process/sh.ts'

// Within this process only: between processes, a file may change without a trace in its size and times.
const hashes = new Map<string, Promise<string>>()

const hashOnce = async (path: string): Promise<string> => {
  const { size, mtimeMs, ino, dev } = await stat(path)
  const name = [path, size, mtimeMs, ino, dev].join(' ')
  const known = hashes.get(name) ?? hashFile(path)
  hashes.set(name, known)
  return known
}

// gcc starts the first four, and libc.a is linked into the guest's program. With this variable the dynamic loader
// lists the libraries of a program and does not start it: most of ld and as is in libbfd, most of clang in libLLVM.
const LIST = `
for cc in $1; do
  for part in cc1 collect2 as ld; do echo "program $("$cc" -print-prog-name=$part)"; done
  echo "file $("$cc" -print-file-name=libc.a)"
  echo "program $cc"
done
for name in $2; do echo "program $name"; done
`
const RESOLVE = `
while read -r kind name; do
  if path=$(command -v -- "$name") && [ -f "$path" ]; then :
  elif [ -f "$name" ]; then path=$name
  else echo "missing $name"; continue; fi
  echo "file $path"
  [ $kind = file ] || LD_TRACE_LOADED_OBJECTS=1 "$path" </dev/null
done
`

const fileOf = (line: string): string | undefined =>
  /^file (\/.*)|^[^>]*=> (\/.*) \(0x/.exec(line)?.slice(1).find(Boolean)

// They write code and tables of the kernel, or decide what is written.
const GENERATORS = ['make', 'sh', 'perl', 'awk', 'sed', 'bc', 'flex', 'bison', 'm4', 'openssl', 'gzip', 'pahole']
const BINUTILS = ['as', 'ld', 'ar', 'nm', 'objcopy', 'objdump', 'readelf', 'strip']

/**
 * A hash of the content of the gcc and binutils of each prefix, of the programs that generate code, of `others`, and of
 * the libraries that they load. Version lines alone do not name a compiler: a distribution rebuilds one under the same version.
 */
export const contentOf = async (prefixes: readonly string[], others: readonly string[] = []): Promise<string> => {
  const compilers = prefixes.map((prefix) => `${prefix}gcc`)
  const names = [...prefixes.flatMap((prefix) => BINUTILS.map((name) => prefix + name)), ...GENERATORS, ...others]
  const script = `{ ${LIST} } 2>/dev/null | sort -u | { ${RESOLVE} } 2>/dev/null`
  const { stdout } = await sh({ timeout: '60s' })`sh -c ${script} sh ${compilers.join(' ')} ${names.join(' ')}`
  const lines = stdout.split('\n')
  const files = [...new Set(lines.flatMap((line) => fileOf(line) ?? []))].sort()
  // Where a program is does not matter.
  const hashed = await Promise.all(files.map(async (file) => `${basename(file)} ${await hashOnce(file)}`))
  const missing = lines.filter((line) => line.startsWith('missing ')).map((line) => `missing ${basename(line)}`)
  return contentKey(...[...hashed, ...missing].sort())
}
