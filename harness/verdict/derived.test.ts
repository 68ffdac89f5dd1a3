// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { CellResult, Finding } from '../model/results.ts'
import { NO_ADDITIONS } from '../run/settings.ts'
import { aCell, aFinding } from '../testing/runs.ts'
import { derivedFrom, isDerived, markDerived, withDerived } from './derived.ts'
import { pairsOf } from './pairs.ts'

const STACK = ['zs_free', 'zram_free_page', 'zram_slot_free_notify']
const crash = (part: Partial<Finding> = {}): Finding =>
  aFinding({ title: 'BUG: null-ptr-deref in zs_free', shown: { in: 'workload', stack: STACK }, ...part })
const host = crash({ kind: 'rcu-stall', title: 'a stall of a busy host', shown: null })
const known = crash({ title: 'a known report', known: true })
const ofBuild = aFinding({ oracle: 'build', kind: 'build', title: 'does not build' })
const warning = aFinding({ oracle: 'warnings', kind: 'warning', title: 'unused' })
const inBoot = crash({ title: 'a bug of every boot', shown: { in: 'boot', stack: ['start_kernel', 'x'] } })
const inPump = crash({ title: 'a bug of the base', shown: { in: 'pump', stack: ['zswap_x', 'zswap_y'] } })
const silent = aFinding({
  oracle: 'liveness',
  kind: 'no-output',
  title: 'the guest fell silent',
  lane: 'workload',
  shown: { in: 'workload', stack: [] },
})

const request = {
  ...{
    seed: '1',
    durationS: null,
    amplify: true,
    canary: null,
    seriesPath: null,
    patchFiles: [],
    extraPatchFiles: [],
    llvm: false,
  },
  added: NO_ADDITIONS,
  derives: true,
}
const failing = (findings: readonly Finding[]): Partial<CellResult> =>
  findings.length === 0 ? {} : { verdict: 'fail', reason: findings[0]!.title, findings: [...findings] }

/** A boot of the programs that ended by itself, or died in them. */
const boot = (leg: 'before' | 'after', findings: readonly Finding[] = [], part: Partial<CellResult> = {}): CellResult =>
  aCell({
    leg,
    lanes: ['workload'],
    request,
    exposure: {
      lanes: [{ lane: 'workload', seconds: 1, hits: null, ...(findings.length === 0 ? { ended: true } : {}) }],
      failedIn: null,
    },
    ...failing(findings),
    ...part,
  })
const times = (count: number, leg: 'before' | 'after', ...findings: Finding[]): CellResult[] =>
  Array.from({ length: count }, (_, index) => boot(leg, findings, { run: index + 1 }))

describe('the signature', () => {
  test.each<[string, CellResult[], string | null]>([
    ['is the first own finding of the before leg', [boot('before', [crash(), silent])], crash().title],
    ['is never that of the after leg', [boot('before'), boot('after', [crash()])], null],
    ['is not a known finding', [boot('before', [known])], null],
    ['is not a known finding before another', [boot('before', [known, crash()])], crash().title],
    ['is not what the host explains', [boot('before', [host])], null],
    ['is not what the host explains, before another', [boot('before', [host, crash()])], crash().title],
    ['is not of the build', [boot('before', [ofBuild, warning])], null],
    ['is not of a boot without the programs', [boot('before', [inBoot])], null],
    ['is not of a lane of our own', [boot('before', [inPump])], null],
    ['may be silence', [boot('before', [silent])], silent.title],
    ['is not of a cell that the host failed', [boot('before', [crash()], { verdict: 'error' })], null],
    ['is that of the first boot', [boot('before', [silent], { run: 2 }), boot('before', [crash()])], crash().title],
    ['is that of the first boot that failed', [boot('before'), boot('before', [crash()], { run: 2 })], crash().title],
    [
      'is none where the series has one',
      [boot('before', [crash()], { request: { ...request, derives: false } })],
      null,
    ],
    ['is none in an older run', [boot('before', [crash()], { request: null })], null],
  ])('%s', (_, cells, title) => expect(derivedFrom(cells)?.title ?? null).toBe(title))

  test('records the cell, the report and its stack', () => {
    const [cell] = [boot('before', [crash()])]
    expect(derivedFrom([cell!])).toEqual({
      oracle: 'console',
      kind: 'oops',
      title: crash().title,
      stack: STACK,
      bucket: null,
      cell: cell!.id,
    })
  })
})

describe('a finding is the same bug', () => {
  const signature = derivedFrom([boot('before', [crash()])])!
  test.each<[string, Finding, boolean]>([
    ['with the same title', crash({ shown: { in: 'workload', stack: ['other'] } }), true],
    ['with the same stack in another report', crash({ kind: 'kasan', title: 'KASAN: use-after-free' }), true],
    ['with the same stack in another lane', crash({ shown: { in: 'pump', stack: STACK } }), true],
    ['not with a title of another report', crash({ kind: 'warning', shown: { in: 'workload', stack: [] } }), false],
    ['not where it is known', crash({ known: true }), false],
    ['not where the host explains it', crash({ shown: null }), false],
    [
      'not with a stack that begins elsewhere',
      crash({ title: 'x', shown: { in: 'workload', stack: ['a', ...STACK] } }),
      false,
    ],
    ['not of another oracle', crash({ oracle: 'liveness' }), false],
  ])('%s', (_, finding, same) => expect(isDerived(finding, signature)).toBe(same))

  test('never by one function alone', () => {
    const short = { ...signature, stack: ['zs_free'] }
    expect(isDerived(crash({ title: 'another', shown: { in: 'workload', stack: STACK } }), short)).toBe(false)
  })
})

describe('a pair by programs and patch alone', () => {
  test.each<[string, string, CellResult[], CellResult[]]>([
    ['fixed', 'dies in each of six boots, and in none of six', times(6, 'before', crash()), times(6, 'after')],
    ['not-demonstrated', 'dies once, and not once', times(1, 'before', crash()), times(1, 'after')],
    ['not-fixed', 'dies of the same', times(1, 'before', crash()), times(1, 'after', crash())],
    [
      'not-fixed',
      'dies of the same in other words',
      times(1, 'before', crash()),
      times(1, 'after', crash({ kind: 'kasan', title: 'KASAN: use-after-free in zs_free' })),
    ],
    [
      'regression',
      'dies of something else',
      times(5, 'before', crash()),
      times(1, 'after', crash({ title: 'other', shown: { in: 'workload', stack: ['a', 'b'] } })),
    ],
    ['regression', 'only dies with the patch', times(1, 'before'), times(1, 'after', crash())],
    ['not-demonstrated', 'never dies', times(5, 'before'), times(5, 'after')],
    ['not-demonstrated', 'dies of a known finding', times(5, 'before', known), times(5, 'after')],
    ['not-demonstrated', 'dies in every boot before the programs', times(5, 'before', inBoot), times(5, 'after')],
    ['not-demonstrated', 'only seems to hang on a busy host', times(5, 'before', host), times(5, 'after')],
    ['invalid', 'dies of a bug of the base in both', times(1, 'before', inPump), times(1, 'after', inPump)],
    [
      'invalid',
      'had no after leg that ran its programs',
      times(5, 'before', crash()),
      [boot('after', [], { verdict: 'inconclusive' })],
    ],
    ['invalid', 'had a host failure', times(5, 'before', crash()), [boot('after', [], { verdict: 'error' })]],
  ])('is %s: it %s', (verdict, _, before, after) => {
    expect(pairsOf([...before, ...after])).toMatchObject([{ verdict }])
  })

  test('names the signature, and where it came from', () => {
    const [pair] = pairsOf([...times(5, 'before', crash()), ...times(5, 'after')])
    expect(pair).toMatchObject({ derived: { title: crash().title, cell: 'x86_64-zpool-on-kasan-before' } })
    expect(pair?.strength).toMatchObject({ shown: 5, boots: 5, passed: 5 })
    expect(pair?.reason).toContain('5 failures in 5 boots of lane workload')
  })

  test('counts seconds when the programs run until they are stopped', () => {
    const stopped = (run: number) =>
      boot('after', [], {
        run,
        exposure: { lanes: [{ lane: 'workload', seconds: 30, hits: null, ended: false }], failedIn: null },
      })
    const [pair] = pairsOf([...times(2, 'before', crash()), stopped(1), stopped(2)])
    expect(pair).toMatchObject({ verdict: 'fixed' })
    expect(pair?.strength?.exposure[0]).toMatchObject({ unit: 'seconds', failures: 2, before: 2, after: 60 })
  })

  test('two runs that are not of one kernel have a signature each', () => {
    const other = { config: 'zpool-off' }
    const cells = [boot('before', [crash()]), boot('after'), boot('before', [silent], other), boot('after', [], other)]
    expect(pairsOf(cells).map(({ derived }) => derived?.title)).toEqual([crash().title, silent.title])
    expect(markDerived(cells).map(({ findings }) => findings.map(({ signature }) => signature))).toEqual([
      [true],
      [],
      [true],
      [],
    ])
  })
})

describe('marking', () => {
  const cells = [...times(2, 'before', crash()), ...times(1, 'after', crash())]
  test('says where the bug showed, and is the same when it is done again', () => {
    const once = withDerived(cells)
    expect(once.map(({ exposure }) => exposure?.failedIn)).toEqual(['workload', 'workload', 'workload'])
    expect(withDerived(once)).toEqual(once)
    expect(markDerived(cells)).toEqual(once)
  })

  test('forgets a signature that an earlier boot replaces', () => {
    const later = [boot('before', [silent], { run: 2 })]
    const first = boot('before', [crash()])
    expect(withDerived(withDerived(later).concat(first))[0]?.findings[0]?.signature).toBe(false)
  })

  test('leaves the cells of a series with a signature as they are', () => {
    const own = [aCell({ findings: [aFinding({ signature: true })], verdict: 'fail' })]
    expect(withDerived(own)).toBe(own)
  })
})
