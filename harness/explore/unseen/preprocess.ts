// SPDX-License-Identifier: MIT
import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { cmdFile } from '../../kernel/dependents.ts'
import { objectDir } from '../../kernel/layout.ts'
import { runMake } from '../../kernel/make.ts'
import { inTempDir } from '../../lib/files/temp.ts'
import { succeeded } from '../../lib/process/run.ts'
import type { Objects } from '../objects.ts'
import { parseRecord } from '../proof.ts'
import { type Branch, keptBranches, markBranches } from './branches.ts'

/** kbuild's command for an object, as one that only preprocesses another file. Pure. */
export const preprocessCommand = (command: string, source: string): string | undefined => {
  const [, compiler] = /^(.*?) -c -o \S+ \S+/.exec(command) ?? []
  if (compiler === undefined) return undefined
  // Headers beside the source are found as from there.
  return `${compiler.replace(/-Wp,-MMD,\S+/, '')} -E -P -iquote ${dirname(source)} -x c`
}

/** The branches of an explored source, and those that its build kept; undefined when that cannot be told. */
export const branchesOf = async (
  objects: Objects,
  file: string,
  text: string,
  signal: AbortSignal,
): Promise<{ readonly branches: readonly Branch[]; readonly kept: ReadonlySet<number> } | undefined> => {
  const { text: marked, branches } = markBranches(text)
  if (branches.length === 0) return { branches, kept: new Set() }
  const dir = objectDir(objects.dir)
  const object = file.replace(/\.c$/, '.o')
  const record = parseRecord(await readFile(join(dir, cmdFile(object)), 'utf8').catch(() => ''), object)
  const command = record && preprocessCommand(record.command, record.source)
  if (command === undefined) return undefined
  return inTempDir('branches', async (temp) => {
    const copy = join(temp, basename(file))
    await writeFile(copy, marked)
    const output: string[] = []
    const argv = ['/bin/sh', '-c', `cd "$1" && ${command} "$2"`, 'sh', dir, copy]
    const place = { readable: [dirname(dir), temp], writable: [] }
    const { ended } = await runMake(argv, place, { signal, onLine: (line) => output.push(line) })
    return succeeded(ended) ? { branches, kept: keptBranches(output) } : undefined
  })
}
