// SPDX-License-Identifier: MIT
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProcess } from '../../lib/process/run.ts'
import { HostError, InterruptedError } from '../../model/errors.ts'
import { sourceDir } from '../layout.ts'
import type { Diagnostic } from '../output.ts'
import type { Check } from './check.ts'

const LINE = /^([^\s:]+):(\d+): (ERROR|WARNING):(\w+): (.*)$/

/** One line of `checkpatch.pl --terse --showfile --show-types`; undefined for what is about no file, such as a mail's own text. */
export const parseCheckpatch = (line: string): Diagnostic | undefined => {
  const match = LINE.exec(line)
  if (!match) return undefined
  const [, file, number, , type, message] = match
  return { severity: 'warning', file: file!, line: Number(number), column: null, message: message!, option: type! }
}

const FLAGS = ['--no-tree', '--terse', '--showfile', '--show-types', '--no-summary']
// It exits with 1 when it has something to say.
const MEANT = [0, 1]

/** The kernel's own style checker over the patches; the one that comes with the tree. */
export const checkpatch: Check = {
  name: 'checkpatch',
  needs: { program: 'perl', package: 'perl' },
  diagnose: async ({ kernel, patches }, { signal }) => {
    const dir = await mkdtemp(join(tmpdir(), 'zsharness-checkpatch-'))
    const found: Diagnostic[] = []
    try {
      for (const [index, { text }] of patches.entries()) {
        const file = join(dir, `${index}.patch`)
        await writeFile(file, text)
        const argv = ['perl', join(sourceDir(kernel.dir), 'scripts/checkpatch.pl'), ...FLAGS, file]
        const { ended, tail } = await runProcess(argv, { cwd: dir, signal })
        if (ended.by === 'abort') throw new InterruptedError()
        if (ended.by !== 'exit' || !MEANT.includes(ended.code))
          throw new HostError(`checkpatch.pl: ${tail.at(-1) ?? 'failed'}`, 'leave out --checks checkpatch')
        found.push(...tail.flatMap((line) => parseCheckpatch(line) ?? []))
      }
      return found
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  },
}
