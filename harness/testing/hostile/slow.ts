// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { packageRoot } from '../../lib/paths.ts'
import { composedBy, literalsIn, type Pump, pumped, pumpsOf } from './pumps.ts'

/** How much longer than on an idle machine something may take. */
export const TIMES = 5

const HEAD = '[    1.000000] BUG: KASAN: use-after-free in foo+0x1/0x2\n[    1.000000] Call Trace:\n'
// As long as a message may get, and as a name.
const MESSAGE = 2_000
const NAME = 370
const REPEATS = 4

const logOf = (pump: Pump): string => {
  const line = pumped(pump, MESSAGE)
  const frame = ` ${pumped(pump, NAME).replace(/\W+$/, '')}+0x10/0x20`
  return `${HEAD}${`${line}\n[    1.000000] ${line}\n${frame}\n`.repeat(REPEATS)}`
}

// 20 KiB, which take 2 ms when nothing is slow.
const MOST_MS = 400 * TIMES

/** Reads lines made from each pattern of the reader (`every`: of a part of them); returns the slow ones. */
export const slowLines = async ({ every }: { readonly every: number }) => {
  const patterns = [...literalsIn(join(packageRoot, 'harness/splat'))]
  let read: (log: string) => unknown = () => undefined
  const composed = await composedBy(async () => {
    const { createSplatReader } = await import('../../splat/index.ts')
    read = (log) => {
      const reader = createSplatReader()
      reader.push(log)
      return reader.end()
    }
  })
  patterns.push(...composed)
  const logs = new Map(patterns.flatMap(pumpsOf).map((pump) => [pumped(pump, NAME), pump]))
  const picked = [...logs.values()].filter((_, index) => index % every === 0)
  const slow: string[] = []
  for (const pump of picked) {
    const started = performance.now()
    read(logOf(pump))
    const took = performance.now() - started
    if (took > MOST_MS) slow.push(`${Math.round(took)} ms: ${JSON.stringify(pump)}`)
  }
  return { slow, lines: picked.length, patterns: patterns.length }
}
