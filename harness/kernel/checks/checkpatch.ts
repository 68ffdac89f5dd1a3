// SPDX-License-Identifier: MIT
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { inTempDir } from '../../lib/files/temp.ts'
import { describeEnd } from '../../lib/process/run.ts'
import { HostError, InterruptedError } from '../../model/errors.ts'
import { sourceDir } from '../layout.ts'
import { runMake } from '../make.ts'
import type { Diagnostic } from '../output.ts'
import type { Check } from './check.ts'

const LINE = /^([^\s:]+):(\d+): (ERROR|WARNING):(\w+): (.*)$/

/** One line of `checkpatch.pl --terse --showfile --show-types`; undefined unless it is about a line of a file. */
export const parseCheckpatch = (line: string): Diagnostic | undefined => {
  const match = LINE.exec(line)
  if (!match) return undefined
  const [, file, number, , type, message] = match
  return { severity: 'warning', file: file!, line: Number(number), column: null, message: message!, option: type! }
}

const FLAGS = ['--no-tree', '--terse', '--showfile', '--show-types', '--no-summary']
// It exits with 1 when it found something.
const EXPECTED = [0, 1]

// The script is the tree's own.
const checkFile = async (script: string, patch: string, signal: AbortSignal): Promise<readonly Diagnostic[]> => {
  const found: Diagnostic[] = []
  const place = { readable: [dirname(dirname(script)), dirname(patch)], writable: [] }
  const { ended, tail } = await runMake(['perl', script, ...FLAGS, patch], place, {
    cwd: dirname(patch),
    signal,
    onLine: (line) => {
      const diagnostic = parseCheckpatch(line)
      if (diagnostic) found.push(diagnostic)
    },
  })
  if (ended.by === 'abort') throw new InterruptedError()
  if (ended.by !== 'exit' || !EXPECTED.includes(ended.code))
    throw new HostError(
      `checkpatch.pl ${describeEnd(ended)}: ${tail.at(-1) ?? 'it printed nothing'}`,
      `run it by hand (perl ${script}), or leave out --checks checkpatch`,
    )
  return found
}

/** The kernel's own style checker over the patches; the one that comes with the tree. */
export const checkpatch: Check = {
  name: 'checkpatch',
  needs: { program: 'perl', package: 'perl' },
  diagnose: async ({ kernel, patches }, { signal }) => {
    const script = join(sourceDir(kernel.dir), 'scripts/checkpatch.pl')
    return inTempDir('checkpatch', async (dir) => {
      const found: Diagnostic[] = []
      for (const [index, { text }] of patches.entries()) {
        const patch = join(dir, `${index}.patch`)
        await writeFile(patch, text)
        found.push(...(await checkFile(script, patch, signal)))
      }
      return found
    })
  },
}
