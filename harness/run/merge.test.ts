// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { UsageError } from '../model/errors.ts'
import type { CellResult, RunResult } from '../model/results.ts'
import { aCell, aCrash, aFinding, aHeldPoint, aHold, aModelFailure, anExploration, aRun } from '../testing/runs.ts'
import { confirm } from '../verdict/confirm.ts'
import { pairsOf } from '../verdict/pairs.ts'
import { judgeRun } from '../verdict/run.ts'
import { mergeRuns, withoutShard } from './merge.ts'
import { NO_ADDITIONS } from './settings.ts'

const clean = { arch: 'x86_64', config: 'zpool-off', lanes: ['zram'] } as const
const cells: readonly CellResult[] = [
  aCrash(),
  aCell(),
  aCell({ ...clean, lanes: ['zram'], leg: 'before' }),
  aCell({ ...clean, lanes: ['zram'] }),
  aCrash({ arch: 'arm64' }),
  aCell({ arch: 'arm64' }),
]

const runOf = (some: readonly CellResult[], part: Partial<RunResult> = {}): RunResult => {
  const pairs = [...pairsOf(some)]
  const accelerator = Object.fromEntries(some.map(({ arch, machine }) => [arch, machine]))
  return aRun({ cells: [...some], pairs, accelerator, ...judgeRun(some, pairs), ...part })
}
const shard = (dir: string, some: readonly CellResult[], part: Partial<RunResult> = {}) => ({
  dir,
  run: runOf(some, part),
})

test.each([
  ['whole pairs', [cells.slice(0, 4), cells.slice(4)]],
  ['whole pairs, in reverse order', [cells.slice(4), cells.slice(0, 4)]],
  [
    'the two legs of a pair',
    [
      [cells[0]!, cells[2]!, cells[5]!],
      [cells[1]!, cells[3]!, cells[4]!],
    ],
  ],
  ['single cells', cells.map((cell) => [cell])],
])('shards of %s merge into the run without shards, except for times', (_, parts) => {
  const merged = mergeRuns(
    parts.map((some, index) => shard(`s${index}`, some)),
    'whole',
  )
  const whole = runOf(cells, { id: 'whole' })
  expect({ ...merged, durationMs: 0 }).toEqual({ ...whole, durationMs: 0 })
})

test('boots that the proof needed follow the first one of their kernel', () => {
  const again = aCrash({ run: 2, id: 'x86_64-zpool-on-kasan-before-run2' })
  const plan = { name: 'p', shard: '1/2', cells: cells.map(({ id }) => id), leftOut: {} }
  const parts = [[cells[0]!, cells[1]!, again], cells.slice(2)]
  const merged = mergeRuns(
    parts.map((some, index) => shard(`s${index}`, some, { plan })),
    'x',
  )
  expect(merged.cells.map(({ id }) => id)).toEqual([plan.cells[0], again.id, ...plan.cells.slice(1)])
  expect(merged).toMatchObject({ interrupted: false, notes: [] })
  expect(merged.pairs[0]?.strength).toMatchObject({ shown: 2, boots: 2 })
})

test('one interrupted shard makes the merged run interrupted', () => {
  const merged = mergeRuns([shard('a', cells.slice(0, 2)), shard('b', cells.slice(4), { interrupted: true })], 'x')
  expect(merged).toMatchObject({ interrupted: true, exitCode: 130 })
})

test.each([
  ['the same cell twice', [shard('a', cells), shard('b', cells.slice(0, 1))]],
  ['different seeds', [shard('a', cells.slice(0, 2)), shard('b', cells.slice(4), { seed: '2' })]],
  ['different trees', [shard('a', cells.slice(0, 2)), shard('b', [aCell({ arch: 'arm64', tree: 'v6.2-rc4' })])]],
  ['different confidence', [shard('a', cells.slice(0, 2)), shard('b', cells.slice(4), { confidence: 0.9 })]],
  ['another expected verdict', [shard('a', cells.slice(0, 2)), shard('b', cells.slice(4), { expect: 'clean' })]],
  ['different amplification', [shard('a', cells.slice(0, 2)), shard('b', cells.slice(4), { amplified: false })]],
])('merge rejects %s', (_, shards) => {
  expect(() => mergeRuns(shards, 'x')).toThrow(UsageError)
})

const inputs = aCell().inputs!
const request = {
  seed: '1',
  durationS: 30,
  amplify: true,
  canary: null,
  seriesPath: null,
  patchFiles: [],
  extraPatchFiles: [],
  llvm: false,
  added: NO_ADDITIONS,
  derives: false,
}
const program = (sha256: string) => ({ name: 'x.c', file: `/${sha256}/x.c`, args: [], sha256 })
const arm = (part: Partial<CellResult>): CellResult[] => [
  aCrash({ arch: 'arm64', ...part }),
  aCell({ arch: 'arm64', ...part }),
]

describe('shards that differ in what they tested', () => {
  const x86 = [aCrash({ request }), aCell({ request })]
  test.each<[string, CellResult[], CellResult[], string]>([
    [
      'a moved ref or an updated package',
      x86,
      arm({ inputs: { ...inputs, treeKey: 'other' } }),
      'the sources of debian:6.1: tree and other',
    ],
    [
      'a pair split over two trees',
      [aCrash()],
      [aCell({ inputs: { ...inputs, treeKey: 'other' } })],
      'the sources of debian:6.1: tree and other',
    ],
    [
      'the patches of a series that was edited',
      x86,
      arm({ inputs: { ...inputs, patches: ['edited'] } }),
      'the patches of zsmalloc-deferred-handles before on debian:6.1: none and edited',
    ],
    [
      'the compiler of an architecture',
      [aCrash({ inputs: { ...inputs, patches: [] } })],
      [aCell({ inputs: { ...inputs, toolchain: 'gcc 13' } })],
      'the compiler for x86_64: gcc 12 and gcc 13',
    ],
    [
      'the configuration of a pair',
      [aCrash()],
      [aCell({ inputs: { ...inputs, options: 'more' } })],
      'the configuration of debian:6.1 zsmalloc-deferred-handles x86_64 zpool-on kasan: zpool-on and more',
    ],
    [
      'hold points on one architecture alone',
      x86,
      arm({ request: { ...request, added: { ...NO_ADDITIONS, holds: ['zs_free for 2ms'] } } }),
      'the hold points of --hold and --amplify: those of the series and zs_free for 2ms',
    ],
    [
      'points that were looked for',
      x86,
      arm({ request: { ...request, added: { ...NO_ADDITIONS, search: true } } }),
      'the hold points of --hold and --amplify: those of the series and points that it looks for',
    ],
    [
      'the workload alone',
      x86,
      arm({ request: { ...request, amplify: false } }),
      'the length of lanes, amplification, canary and LLVM: [30,true,null,false] and [30,false,null,false]',
    ],
    ['the lanes of a pair', [aCrash()], [aCell({ lanes: ['pump'] })], 'the lanes of'],
    ['the accelerator of a pair', [aCrash()], [aCell({ machine: 'kvm' })], 'the accelerator of'],
    ['the length of lanes', x86, arm({ request: { ...request, durationS: 1 } }), 'the length of lanes'],
    [
      'the options that a user adds',
      x86,
      [aCrash({ config: 'zpool-off', request: { ...request, added: { ...NO_ADDITIONS, parameters: ['a=1'] } } })],
      'what --workload, --kconfig, --param, --memory, --disk and --signature add on x86_64',
    ],
    [
      'the program that a user gives',
      [aCrash({ request: { ...request, added: { ...NO_ADDITIONS, workloads: [program('a')] } } })],
      [aCell({ request: { ...request, added: { ...NO_ADDITIONS, workloads: [program('b')] } } })],
      'what --workload',
    ],
    ['the canary', x86, arm({ request: { ...request, canary: 'kasan-uaf' } }), 'the length of lanes'],
  ])('%s: refused, with both shards named', (_, one, other, message) => {
    expect(() => mergeRuns([shard('a', one), shard('b', other)], 'x')).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining(`a and b differ in ${message}`) }),
    )
  })

  test('another zsharness', () => {
    const versions = { zsharness: '0.2.0' }
    expect(() => mergeRuns([shard('a', x86), shard('b', arm({}), { versions })], 'x')).toThrow(
      /zsharness 0.1.0 and 0.2.0/,
    )
  })

  test('what may differ: times, other programs of the host, accelerators of other pairs', () => {
    const versions = { zsharness: '0.1.0', make: 'GNU Make 5' }
    const merged = mergeRuns([shard('a', x86), shard('b', arm({ machine: 'kvm' }), { versions, durationMs: 7 })], 'x')
    expect(merged.verdict).toBe('fixed')
  })

  test('an old run that shares no pair is merged, and the run says what is not verified', () => {
    const old = arm({ inputs: null })
    expect(mergeRuns([shard('a', x86), shard('b', old)], 'x').notes).toEqual([
      'not verified: b does not say what its kernels were made from (an older zsharness)',
    ])
    expect(() => mergeRuns([shard('a', [aCrash()]), shard('b', [aCell({ inputs: null })])], 'x')).toThrow(
      /a share the pair of x86_64-zpool-on-kasan-after, and b does not say/,
    )
  })

  test('a cell that ended in an error says nothing about its sources', () => {
    const error = { verdict: 'error', inputs: null, kernel: { ...aCell().kernel, key: '' } } as const
    const merged = mergeRuns([shard('a', [aCrash()]), shard('b', [aCell(error)])], 'x')
    expect(merged).toMatchObject({ verdict: 'invalid', notes: [] })
  })
})

test('names of other objects are names', () => {
  const odd = JSON.parse('{"zsharness": "0.1.0", "__proto__": "1", "toString": "2"}') as Record<string, string>
  const merged = mergeRuns([shard('a', cells.slice(0, 2), { versions: odd }), shard('b', cells.slice(4))], 'x')
  expect(Object.entries(merged.versions)).toContainEqual(['toString', '2'])
  expect(Object.entries(merged.versions)).toContainEqual(['__proto__', '1'])
})

test('the merged command has no flags that differ between shards', () => {
  expect(withoutShard(['zsharness', 'matrix', '--shard', '1/2', '--seed', '7', '--results=x', '--run'])).toEqual([
    'zsharness',
    'matrix',
    '--seed',
    '7',
    '--run',
  ])
})

describe('the signature that programs showed', () => {
  const shown = aFinding({ shown: { in: 'workload', stack: ['zs_free', 'zram_free_page'] } })
  const derives = { ...request, derives: true }
  const exposure = {
    lanes: [{ lane: 'workload' as const, seconds: 1, hits: null, ended: true }],
    failedIn: null,
  }
  const own = (leg: 'before' | 'after', run: number): CellResult =>
    aCell({
      ...{ leg, run, lanes: ['workload'], request: derives, exposure },
      ...(leg === 'before' ? { verdict: 'fail', findings: [shown] } : {}),
    })
  const runs = [1, 2, 3, 4, 5, 6]

  test('is found again where the legs were run apart', () => {
    const merged = mergeRuns(
      [
        shard(
          'a',
          runs.map((run) => own('before', run)),
        ),
        shard(
          'b',
          runs.map((run) => own('after', run)),
        ),
      ],
      'x',
    )
    expect(merged).toMatchObject({ verdict: 'fixed', exitCode: 0, pairs: [{ derived: { title: shown.title } }] })
    expect(merged.cells[0]).toMatchObject({ findings: [{ signature: true }], exposure: { failedIn: 'workload' } })
  })

  test('is not fixed where the other leg shows it', () => {
    const failing = { ...own('after', 1), verdict: 'fail' as const, findings: [shown] }
    const merged = mergeRuns([shard('a', [own('before', 1)]), shard('b', [failing])], 'x')
    expect(merged).toMatchObject({ verdict: 'not-fixed', exitCode: 1 })
  })
})

test('an exploration of any shard is evidence of the pairs of all, from a folder of its own', () => {
  const [on, off] = [
    anExploration({ failures: [aModelFailure()] }),
    anExploration({ name: 'zpool-off', config: 'zpool-off' }),
  ]
  const merged = mergeRuns(
    [shard('s0', cells.slice(0, 4), { explorations: [on, off] }), shard('s1', cells.slice(4))],
    'whole',
  )
  expect(merged.explorations.map(({ path }) => path)).toEqual(['explore/zpool-on', 'explore/zpool-off'])
  expect(merged.explorations[0]!.failures[0]!.schedule).toBe('explore/zpool-on/after/failure-1.schedule.json')
  expect(merged.pairs.map(({ arch, config, explored }) => [arch, config, explored?.name])).toEqual([
    ['x86_64', 'zpool-on', 'zpool-on'],
    ['x86_64', 'zpool-off', 'zpool-off'],
    ['arm64', 'zpool-on', 'zpool-on'],
  ])
  const alone = mergeRuns([shard('s0', cells, { explorations: [on] })], 'whole')
  expect(alone.explorations).toEqual([on])
})

describe('of two answers about one code', () => {
  const explored = anExploration()
  const failing = anExploration({ status: 'inconclusive', failures: [aModelFailure()] })
  const cut = anExploration({ status: 'inconclusive', bound: 0 })
  const merged = (first: typeof explored, second: typeof explored) =>
    mergeRuns(
      [
        shard('s0', cells.slice(0, 2), { explorations: [first] }),
        shard('s1', cells.slice(4), { explorations: [second] }),
      ],
      'whole',
    ).explorations
  test.each([
    ['a failure of the patched kernel is never lost', explored, failing, failing],
    ['a whole one counts more than one that was cut off', cut, explored, explored],
    ['any counts more than none', anExploration({ status: 'not-explored', path: null }), cut, cut],
  ])('%s', (_, one, other, kept) => {
    expect(merged(one, other)).toEqual([kept])
    expect(merged(other, one)).toEqual([kept])
  })
})

describe('the schedule of a run in parts', () => {
  const text = 'zs_free for 50ms'
  const schedule = {
    ...{ file: '/s.json', leg: 'before', scenario: 'a', symptom: 'bug', stack: ['zs_free'], bySignature: true },
    holds: [{ thread: 1, choices: [{ text, why: '' }] }],
  } as const
  const asked = { ...request, added: { ...NO_ADDITIONS, schedule: structuredClone(schedule) as never } }
  const held = { holds: aHold({ from: 'schedule', armed: [{ text, lanes: [], override: false, sweep: false }] }) }
  const shown = aFinding({ signature: true, known: false, shown: { in: 'race', stack: ['zs_free'] } })
  const evidence = { ...aCell().evidence, holds: [aHeldPoint({ point: 'zs_free', held: 3 })] }
  const before = aCrash({ ...held, request: asked, findings: [shown], evidence })
  const after = aCell({ ...held, request: asked })
  const alone = (cell: CellResult) => shard(cell.id, [cell], { schedule: confirm(schedule as never, [cell]) })

  test('is confirmed by whatever shard confirms it', () => {
    for (const parts of [
      [alone(before), alone(after)],
      [alone(after), alone(before)],
    ])
      expect(mergeRuns(parts, 'whole').schedule).toMatchObject({ confirmed: true })
  })

  test('another schedule of the same scenario is another test', () => {
    const others = { ...schedule, holds: [{ thread: 1, choices: [{ text: 'zs_malloc for 50ms', why: '' }] }] }
    const other = aCell({
      ...{ ...held, arch: 'arm64' },
      request: { ...request, added: { ...NO_ADDITIONS, schedule: others as never } },
    })
    expect(() => mergeRuns([alone(before), alone(other)], 'whole')).toThrow(/differ in the hold points/)
  })
})
