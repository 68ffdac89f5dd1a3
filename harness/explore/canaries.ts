// SPDX-License-Identifier: MIT
import { GROUPED, runMake } from '../kernel/make.ts'
import { inTempDir } from '../lib/files/temp.ts'
import { describeEnd, succeeded } from '../lib/process/run.ts'
import { HostError, InterruptedError } from '../model/errors.ts'
import { explorerSources } from './explorer.ts'

/** A small program with a known fault, or with none, on the explorer's own scheduler. */
export interface ExplorerCanary {
  readonly name: string
  readonly memory: string
  /** What the explorer said of it. */
  readonly did: string
  readonly behaves: boolean
}

const LINE = /^canary (\S+) \((\w+)\): (.+)$/
const WRONG = /, not \S+$| without$/

/** The canaries in the output of canaries/run.sh; one with several faults is listed once. */
export const parseCanaries = (lines: readonly string[]): readonly ExplorerCanary[] => {
  const found = new Map<string, ExplorerCanary>()
  for (const line of lines) {
    const [, name, memory, did] = LINE.exec(line) ?? []
    if (name === undefined) continue
    const known = found.get(`${name} ${memory}`)
    if (!known) found.set(`${name} ${memory}`, { name, memory: memory!, did: did!, behaves: !WRONG.test(did!) })
  }
  return [...found.values()]
}

const LIMIT_MS = 10 * 60_000

/**
 * Builds the explorer's own half with sanitizers, and runs its tests and canaries. Throws a HostError when that cannot be
 * built or does not end; canaries that do not behave are a result.
 */
export const runCanaries = (
  options: { readonly jobs: number; readonly logFile: string; readonly signal: AbortSignal },
  sources = explorerSources,
): Promise<{ readonly canaries: readonly ExplorerCanary[]; readonly passed: boolean }> =>
  inTempDir('canaries', async (dir) => {
    const { jobs, logFile, signal } = options
    const lines: string[] = []
    const argv = ['make', '-C', sources, `-j${jobs}`, GROUPED, `OUT=${dir}`, 'check']
    const place = { readable: [sources], writable: [dir] }
    const { ended } = await runMake(argv, place, {
      ...{ signal, logFile, deadlineMs: LIMIT_MS },
      onLine: (line) => lines.push(line),
    })
    if (signal.aborted) throw new InterruptedError()
    const canaries = parseCanaries(lines)
    if (canaries.length === 0)
      throw new HostError(`the explorer's own tests ${describeEnd(ended)} before its canaries`, `read ${logFile}`)
    return { canaries, passed: succeeded(ended) }
  })
