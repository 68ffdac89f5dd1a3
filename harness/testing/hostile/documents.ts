// SPDX-License-Identifier: MIT
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { loadPlan } from '../../inputs/plans/load.ts'
import { loadSeries } from '../../inputs/series/load.ts'
import { paths } from '../../lib/paths.ts'
import { narrowed, placesOf, productsOf } from '../../run/plan/select.ts'
import { loadSet } from '../../selftest/plan.ts'
import type { Family, HostileCase } from './case.ts'
import { damaged, mutated } from './mutate.ts'
import { randomFrom } from './random.ts'

const SERIES = 'zsmalloc-deferred-handles'
const PLAN_NAMES = { configs: ['zpool-on', 'zpool-off'], profiles: ['kasan'], series: [SERIES], corpus: [] }

/** A kind of YAML document: a good one, where it lies, and its reader. */
interface Kind {
  readonly family: string
  readonly good: string
  readonly file: string
  /** Files that must lie beside it, from the folder of this name. */
  readonly beside?: readonly [from: string, to: string]
  readonly read: (dir: string, path: string) => Promise<unknown>
}

const KINDS: readonly Kind[] = [
  {
    family: 'series.yaml',
    good: readFileSync(join(paths.patches, SERIES, 'series.yaml'), 'utf8'),
    file: 'patches/x/series.yaml',
    beside: [join(paths.patches, SERIES), 'patches/x'],
    read: (dir) => loadSeries('x', join(dir, 'patches')),
  },
  {
    family: 'plans',
    good: readFileSync(join(paths.plans, 'nightly.yaml'), 'utf8'),
    file: 'plan.yaml',
    read: async (_, path) => {
      const plan = await loadPlan(path, PLAN_NAMES)
      return placesOf(narrowed(productsOf(plan), {}), plan.exclude)
    },
  },
  {
    family: 'selftest.yaml',
    good: readFileSync(join(paths.patches, 'selftest/selftest.yaml'), 'utf8'),
    file: 'selftest/selftest.yaml',
    beside: [join(paths.patches, 'selftest'), 'selftest'],
    read: (dir) => loadSet(join(dir, 'selftest')),
  },
]

const BOMB = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((key, i) => `${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`).join('\n')}\n`
const HAND: readonly (readonly [name: string, text: string | Buffer])[] = [
  ['empty', ''],
  ['a scalar', 'x\n'],
  ['null', '~\n'],
  ['two documents', '---\na: 1\n---\nb: 2\n'],
  ['an alias bomb', BOMB],
  ['an alias to itself', 'title: &a [*a]\n'],
  ['an unknown alias', 'title: *nothing\n'],
  ['a merge bomb', 'a: &a {x: 1}\nb: {<<: [*a,*a,*a], <<: *a}\n'],
  ['a tag of code', 'title: !!js/function "() => 1"\n'],
  ['a binary tag', 'title: !!binary "////"\n'],
  ['flow to the depth of 50,000', `title: ${'['.repeat(50_000)}\n`],
  ['blocks to the depth of 5,000', `${'- '.repeat(5_000)}x\n`],
  ['maps to the depth of 3,000', Array.from({ length: 3_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ['30,000 keys', Array.from({ length: 30_000 }, (_, i) => `k${i}: 1`).join('\n')],
  ['one key 30,000 times', 'title: x\n'.repeat(30_000)],
  ['__proto__', '__proto__: {title: x}\nconstructor: {prototype: 1}\n'],
  ['a key that is a map', '? {a: 1}\n: 2\n'],
  ['a line of 3 MiB', `title: ${'x'.repeat(3 << 20)}\n`],
  ['more than the limit', `title: ${'x'.repeat(5 << 20)}\n`],
  ['escapes', 'title: "\\e[31m\\n::error::x"\nevil: "\\x9b"\n\u001b[2J: 1\n'],
  ['a directive', '%YAML 9.9\n---\ntitle: x\n'],
  ['tabs', '\ttitle: x\n'],
  ['not UTF-8', Buffer.from([0x74, 0x3a, 0x20, 0xff, 0xfe, 0x0a])],
  ['UTF-16', Buffer.from('\ufefftitle: x\n', 'utf16le')],
  ['NUL', 'title: \0\n'],
]

const hostile = ({ family, file, beside, read }: Kind, name: string, text: string | Buffer): HostileCase => ({
  family,
  name,
  place: file.split('/').at(-1)!,
  read: async (dir) => {
    if (beside) cpSync(beside[0], join(dir, beside[1]), { recursive: true })
    mkdirSync(dirname(join(dir, file)), { recursive: true })
    writeFileSync(join(dir, file), text)
    await read(dir, join(dir, file))
    return undefined
  },
})

/** series.yaml, plans and selftest.yaml. */
export const documentCases: Family = (seed) => {
  const random = randomFrom(seed)
  return KINDS.flatMap((kind) => [
    ...HAND.map(([name, text]) => hostile(kind, name, text)),
    ...Array.from({ length: 20 }, (_, index) =>
      hostile(
        kind,
        `mutation ${index}`,
        index % 5 === 0 ? damaged(Buffer.from(kind.good), random) : mutated(kind.good, random),
      ),
    ),
  ])
}
