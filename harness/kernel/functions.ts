// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HostError } from '../model/errors.ts'

// Compilers append what they made of it: .isra.0, .constprop.0, .llvm.123.
const SYMBOL = /^[0-9a-f]+ [tTwW] ([^\s.]+)(?:\.\S+)?$/

/** Which of these functions the kernel built in this folder has, by its System.map. One that was inlined everywhere is not there. */
export const functionsIn = async (objects: string, wanted: ReadonlySet<string>): Promise<ReadonlySet<string>> => {
  const path = join(objects, 'System.map')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    throw new HostError(
      `${path} is missing: the build in the cache is damaged`,
      'remove it with zsharness clean, and run again',
    )
  })
  return new Set(
    text
      .split('\n')
      .flatMap((line) => SYMBOL.exec(line)?.[1] ?? [])
      .filter((name) => wanted.has(name)),
  )
}
