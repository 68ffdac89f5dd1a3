// SPDX-License-Identifier: MIT

import { exists } from '../lib/files/exists.ts'
import { contentKey, hashFile } from '../lib/files/hash.ts'
import { sh } from '../lib/process/sh.ts'

// What links the explorer, beside the compiler and the binutils that a toolchain's version names.
const PROGRAMS = ['gcc', 'lto1', 'lto-wrapper', 'collect2', 'ld']
const FILES = ['libgcc.a', 'libgcc_eh.a', 'libc.a', 'crt1.o', 'crti.o', 'crtn.o', 'crtbeginT.o', 'crtend.o']

const SCRIPT = `
for name in $1; do gcc -print-prog-name=$name; done
for name in $2; do gcc -print-file-name=$name; done
command -v gcc
`

let known: Promise<string> | undefined

const hashNow = async (): Promise<string> => {
  const { stdout } = await sh`sh -c ${SCRIPT} sh ${PROGRAMS.join(' ')} ${FILES.join(' ')}`
  const lines = stdout.split('\n').filter((line) => line !== '')
  const parts = lines.map(async (path) => ((await exists(path)) ? await hashFile(path) : `no ${path}`))
  return contentKey(...(await Promise.all(parts)))
}

/** A hash of the host's gcc: it compiles and links the explorer's own half, whatever compiled the kernel's objects. */
export const hostGcc = (): Promise<string> => {
  known ??= hashNow()
  return known
}
