// SPDX-License-Identifier: MIT
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../../model/errors.ts'
import { aCell, aCrash, aRun } from '../runs.ts'
import type { Family, HostileCase } from './case.ts'
import { call, unsafeIn } from './cli.ts'
import { bentJson, damaged, mutated } from './mutate.ts'
import { randomFrom } from './random.ts'

const FORMATS = ['junit', 'ktap', 'json', 'sarif', 'markdown', 'html']
const good = JSON.stringify(aRun(), null, 2)

const DATA = new Set(['json', 'sarif', 'html', 'junit'])

const runCase = (name: string, make: (dir: string) => void, format: string): HostileCase => ({
  family: 'run.json',
  name: `${name}, ${format}`,
  read: async (dir) => {
    const run = join(dir, 'run')
    mkdirSync(join(run, 'cells'), { recursive: true })
    make(run)
    const args = format === 'merge' ? ['merge', run, '--results', join(dir, 'merged')] : [run, '--format', format]
    const { output, error } = await call(['report', ...args])
    if (error instanceof UsageError && !error.message.includes(run)) return `no place: ${error.message}`
    if (error !== undefined) throw error
    return DATA.has(format) ? undefined : unsafeIn(output)
  },
})

const text =
  (bytes: string | Buffer) =>
  (dir: string): void =>
    writeFileSync(join(dir, 'run.json'), bytes)
const json = (value: unknown) => text(JSON.stringify(value))
const withCell = (part: object) => json({ ...aRun(), cells: [{ ...aCell(), ...part }, aCrash()] })

const HAND: readonly (readonly [name: string, make: (dir: string) => void])[] = [
  ['missing', () => undefined],
  ['empty', text('')],
  ['a link to /dev/zero', (dir) => symlinkSync('/dev/zero', join(dir, 'run.json'))],
  ['a folder', (dir) => mkdirSync(join(dir, 'run.json'))],
  ['deep', text('['.repeat(200_000))],
  ['deep objects', text('{"a":'.repeat(50_000))],
  ['another version', json({ ...aRun(), schemaVersion: 2 })],
  ['a version that is a name of Object', json({ ...aRun(), schemaVersion: 'constructor' })],
  ['an id above', withCell({ id: '../../../../etc' })],
  ['an id that is absolute', withCell({ id: '/etc' })],
  ['an id of dots', withCell({ id: '..' })],
  ['an id with escapes', withCell({ id: '\u001b[31m::error::x' })],
  ['two cells of one id', json({ ...aRun(), cells: [aCell(), aCell()] })],
  ['texts with commands of a CI', json({ ...aRun(), notes: ['x\n::error::forged', '##[error]x'] })],
  ['a series above', withCell({ series: '../../../etc' })],
  [
    'a thousand cells',
    json({ ...aRun(), cells: Array.from({ length: 1_000 }, (_, i) => aCell({ id: `c${i}`, run: i + 1 })) }),
  ],
  ['__proto__', text(good.replace('"x86_64": "tcg"', '"__proto__": "tcg"'))],
  ['times that are none', json({ ...aRun(), startedAt: 'soon', durationMs: -1 })],
  ['a seed of many digits', json({ ...aRun(), seed: '9'.repeat(5_000) })],
]

/** The folders that `report` and `report merge` read. */
export const runCases: Family = (seed) => {
  const random = randomFrom(seed)
  const formats = [...FORMATS, 'merge']
  const bent = Array.from({ length: 36 }, (_, index) =>
    runCase(`mutation ${index}`, json(bentJson(aRun(), random)), formats[index % formats.length]!),
  )
  const cut = Array.from({ length: 14 }, (_, index) => {
    const bytes = index % 2 === 0 ? damaged(Buffer.from(good), random) : mutated(good, random)
    return runCase(`damage ${index}`, text(bytes), formats[index % formats.length]!)
  })
  const hand = HAND.flatMap(([name, make]) => ['markdown', 'merge'].map((format) => runCase(name, make, format)))
  return [...hand, ...bent, ...cut]
}
