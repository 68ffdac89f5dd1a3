// SPDX-License-Identifier: MIT
import { basename, join } from 'node:path'
import { objectDir } from '../kernel/layout.ts'
import { readSectionsBut } from '../lib/elf.ts'
import { contentKey, sha256Of } from '../lib/files/hash.ts'
import { inTempDir } from '../lib/files/temp.ts'
import { HostError } from '../model/errors.ts'
import { runTool } from '../splat/symbols/addr2line.ts'
import type { Objects } from './objects.ts'

// Of a line that moved, debug information and this table tell. It stays in the copy: 7.3 has symbols in it.
const LINES = ['__bug_table', '.rela__bug_table']

const codeHash = (object: string): Promise<string> =>
  inTempDir('code', async (dir) => {
    const copy = join(dir, basename(object))
    const { ok, why } = await runTool(['objcopy', '--strip-debug', object, copy])
    if (!ok) throw new HostError(`cannot strip ${object}: objcopy ${why}`, 'run: apt-get install binutils')
    return contentKey(...readSectionsBut(copy, LINES).map(([name, bytes]) => `${name} ${sha256Of(bytes)}`))
  })

/** Whether these objects have the same code and data, wherever the lines of their source are. */
export const haveSameCode = async (one: Objects, other: Objects): Promise<boolean> => {
  const names = Object.keys(one.meta.objects)
  if (names.join() !== Object.keys(other.meta.objects).join()) return false
  for (const name of names) {
    if (one.meta.objects[name] === other.meta.objects[name]) continue
    const [first, second] = await Promise.all([one, other].map(({ dir }) => codeHash(join(objectDir(dir), name))))
    if (first !== second) return false
  }
  return true
}
