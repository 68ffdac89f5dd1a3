// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { keyOfMade, type Made } from '../../bundle/made.ts'
import type { Patch, Series } from '../../inputs/series/model.ts'
import { DEFAULT_TERMS } from '../../verdict/pair.ts'
import { type PairPlan, planPairs } from '../plan/pairs.ts'
import type { RunRequest } from '../request.ts'
import { NO_ADDITIONS } from '../settings.ts'
import { factsOf, fitsStore } from './facts.ts'

const patch = (text: string, part: Partial<Patch> = {}): Patch => ({
  ...{ file: '/here/0001-fix.patch', subject: 'fix', sha256: `sha of ${text}`, text, firstLine: 1, reverse: false },
  ...part,
})

const series = (part: Partial<Series> = {}): Series => ({
  ...{ name: 'toy', dir: '/here/toy', title: 'fix', touches: ['mm/a.c'], requires: [], applicability: [] },
  ...{ signature: [], knownFindings: [], hold: [], settings: {} },
  ...{ patches: [patch('a')], variants: [], bases: new Map() },
  ...part,
})

const place = { tree: 'debian:6.1', series: 'toy', arch: 'x86_64', config: 'zpool-on', profile: 'kasan' } as const
const pairOf = (part: Partial<typeof place & { legs: readonly ('before' | 'after')[] }> = {}): PairPlan =>
  planPairs([{ ...place, legs: ['before', 'after'], ...part }], 1)[0]!

const settings: RunRequest['settings'] = {
  ...{ lanes: [], durationS: null, amplify: true, seed: '1', canary: null, checks: [], jobs: 1 },
  ...{ resultsDir: '/results', cache: '/cache', store: null, patchFiles: [], extraPatchFiles: [], added: NO_ADDITIONS },
}
const gcc = { prefix: '', cc: 'gcc', llvm: false, version: 'gcc 12' }
const program = { name: 'p', args: ['1'], data: new Uint8Array(), sha256: 'p' }

interface Case {
  readonly series?: Series
  readonly extraPatches?: readonly Patch[]
  readonly toolchain?: Partial<typeof gcc>
  readonly settings?: Partial<RunRequest['settings']>
  readonly programs?: RunRequest['resolved']['programs']
  readonly pair?: PairPlan
  readonly tree?: string
  readonly harness?: string
  readonly leg?: Made['leg']
}

const requestOf = (one: Case): RunRequest => ({
  pairs: [one.pair ?? pairOf()],
  resolved: {
    trees: new Map(),
    series: new Map([['toy', { value: one.series ?? series() }]]),
    extraPatches: one.extraPatches ?? [],
    toolchains: new Map([
      ['x86_64', { ...gcc, ...one.toolchain }],
      ['arm64', { ...gcc, ...one.toolchain }],
    ]),
    programs: one.programs ?? new Map(),
  },
  settings: { ...settings, ...one.settings },
  ...{ terms: DEFAULT_TERMS, command: [], planned: null, tolerant: false, compare: async () => null },
})

const keyFor = (one: Case = {}): string => {
  const request = requestOf(one)
  const facts = factsOf(request, request.pairs[0]!, one.tree ?? 'deb 1', one.harness ?? 'code')
  return keyOfMade({ ...facts, leg: one.leg ?? 'before' })
}
const added = (part: Partial<typeof NO_ADDITIONS>): Case => ({ settings: { added: { ...NO_ADDITIONS, ...part } } })

const DECIDES: Readonly<Record<string, Case>> = {
  'the tree': { tree: 'deb 2' },
  zsharness: { harness: 'other code' },
  'the leg': { leg: 'after' },
  'the legs': { pair: pairOf({ legs: ['before'] }) },
  'the architecture': { pair: pairOf({ arch: 'arm64' as 'x86_64' }) },
  'the config': { pair: pairOf({ config: 'zpool-off' as 'zpool-on' }) },
  'the profile': { pair: pairOf({ profile: 'plain' as 'kasan' }) },
  'a patch': { series: series({ patches: [patch('b')] }) },
  'the direction of a patch': { series: series({ patches: [patch('a', { reverse: true })] }) },
  'the order of patches': { series: series({ patches: [patch('b'), patch('a')] }) },
  'one more patch': { series: series({ patches: [patch('a'), patch('b')] }) },
  'a variant': {
    series: series({
      variants: [{ versions: '>=6.2', patches: [patch('b')], touches: [], knownFindings: [], hold: [] }],
    }),
  },
  'a base': { series: series({ bases: new Map([['base', series({ name: 'base' })]]) }) },
  'a patch of a base': {
    series: series({ bases: new Map([['base', series({ name: 'base', patches: [patch('b')] })]]) }),
  },
  'the signature': { series: series({ signature: [{ families: ['oops'], stack: ['f'], note: 'n' }] as never }) },
  'a known finding': { series: series({ knownFindings: [{ id: 'x' }] as never }) },
  'the applicability': { series: series({ applicability: [{ versions: '>=6.1', state: 'applies' }] as never }) },
  'the touched files': { series: series({ touches: ['mm/b.c'] }) },
  "the series' hold points": { series: series({ hold: ['f for 1ms'] }) },
  "the series' settings": { series: series({ settings: { options: ['CONFIG_X=y'] } }) },
  'an extra patch': { extraPatches: [patch('b')] },
  'the compiler': { toolchain: { version: 'gcc 13' } },
  'the prefix': { toolchain: { prefix: 'x86_64-linux-gnu-' } },
  llvm: { toolchain: { llvm: true } },
  'a fragment': added({ kconfig: [{ file: '/here/f', text: 'CONFIG_Y=y\n' }] }),
  'another fragment': added({ kconfig: [{ file: '/here/f', text: 'CONFIG_Y=n\n' }] }),
  'a parameter': added({ parameters: ['quiet'] }),
  memory: added({ memoryMiB: 1024 }),
  'a disk': added({ diskMiB: 64 }),
  'hold points': added({ holds: ['f for 1ms'] }),
  'the time of programs': added({ workloadS: 31 }),
  'processes of programs': added({ workloadProcs: 2 }),
  'a signature of the user': added({ signature: ['f'] }),
  'a program': { programs: new Map([['x86_64', [program]]]) },
  'another program': { programs: new Map([['x86_64', [{ ...program, sha256: 'q' }]]]) },
  'arguments of a program': { programs: new Map([['x86_64', [{ ...program, args: ['2'] }]]]) },
  amplify: { settings: { amplify: false } },
  'a canary': { settings: { canary: 'leaked-handle' } },
  lanes: { settings: { lanes: ['race'] } },
}

test.each(Object.entries(DECIDES))('%s decides the key', (name, one) => {
  const others = Object.entries(DECIDES).filter(([other]) => other !== name)
  expect(keyFor(one)).not.toBe(keyFor())
  expect(others.map(([, other]) => keyFor(other))).not.toContain(keyFor(one))
})

const SAME: Readonly<Record<string, Case>> = {
  'the same': {},
  'the seed': { settings: { seed: '9' } },
  'the duration': { settings: { durationS: 3 } },
  'compilers at once': { settings: { jobs: 9 } },
  folders: { settings: { cache: '/other', resultsDir: '/other', patchFiles: ['/x'], extraPatchFiles: ['/y'] } },
  'the store': { settings: { store: { kind: 'folder', dir: '/s', shown: '/s' } } },
  'the name of the tree': { pair: pairOf({ tree: 'debian:6.1=6.1.192-1' as 'debian:6.1' }) },
  'the folder of the series': {
    series: series({ dir: '/there', patches: [patch('a', { file: '/b/0001-fix.patch' })] }),
  },
  'the path of a compiler': { toolchain: { cc: '/usr/bin/gcc' } },
  'runs of a pair': { pair: planPairs([{ ...place, legs: ['before', 'after'] }], 5)[0]! },
}

test.each(Object.entries(SAME))('%s does not decide it', (_, one) => {
  expect(keyFor(one)).toBe(keyFor())
})

test('the path of a fragment does not decide it', () => {
  const at = (file: string) => keyFor(added({ kconfig: [{ file, text: 'CONFIG_Y=y\n' }] }))
  expect(at('/here/f')).toBe(at('/there/f'))
})

test.each<[string, Partial<RunRequest>, boolean]>([
  ['a usual run', {}, true],
  ['code checks', { settings: { ...settings, checks: ['sparse'] } }, false],
  ['a search', { settings: { ...settings, added: { ...NO_ADDITIONS, search: true } } }, false],
  ['a debugger', { settings: { ...settings, debug: {} as never } }, false],
  ['a schedule', { settings: { ...settings, added: { ...NO_ADDITIONS, schedule: {} as never } } }, false],
  ['--watch', { onTree: () => undefined }, false],
  ['bundles of the user', { bundled: { origin: 'files', all: [], of: () => undefined } }, false],
])('%s: %j', (_, part, fits) => {
  expect(fitsStore({ ...requestOf({}), ...part })).toBe(fits)
})
