// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { CellResult, Finding } from '../model/results.ts'
import { aCell, aCrash, aFinding } from '../testing/runs.ts'
import { judgePair } from './pair.ts'
import { pairsOf } from './pairs.ts'
import { judgeRun } from './run.ts'

const own = aFinding({ signature: true })
const other = aFinding({ kind: 'bug', title: 'another bug' })
const wrong = (lane: Finding['lane']): Finding =>
  aFinding({ oracle: 'data', kind: 'lost-data', title: 'a page came back wrong', lane })
const leak = (lane: Finding['lane']): Finding =>
  aFinding({ oracle: 'balance', kind: 'handle-leak', title: 'handles are left', lane })
const left = (lane: Finding['lane']): Finding =>
  aFinding({ oracle: 'state', kind: 'swap-cache', title: 'pages are left in the swap cache', lane })
const warning = aFinding({ oracle: 'warnings', kind: 'warning', title: 'unused', file: 'mm/zsmalloc.c' })

const unbuilt = { kernel: { version: '', key: '', cached: false, compiled: 0, sandbox: null } }
const unbooted: Partial<CellResult> = { evidence: { ...aCell().evidence, cpusOnline: 0 }, exposure: null }
const unpatched = (part: Partial<CellResult> = {}) => aCell({ leg: 'before', ...part })
const fails = (...findings: Finding[]): Partial<CellResult> => ({ verdict: 'fail', reason: 'boom', findings })
const neverBuilt = unpatched({ ...unbooted, ...unbuilt, ...fails(aFinding({ oracle: 'build', kind: 'build' })) })
const hostFailed = unpatched({ ...unbooted, ...unbuilt, verdict: 'error', reason: 'disk full' })
const killed = unpatched({ verdict: 'error', reason: 'QEMU was killed' })
const neverBooted = unpatched({ ...unbooted, verdict: 'inconclusive', reason: 'no lane' })

describe('a pair', () => {
  test.each<[string, string, CellResult[], CellResult[]]>([
    ['fixed', 'a crash at the first hit, 912 clean hits', [aCrash()], [aCell()]],
    ['not-demonstrated', 'a crash in one of 913 hits', [unpatched(), aCrash({ run: 2 })], [aCell(), aCell({ run: 2 })]],
    ['not-fixed', 'the same bug', [aCrash()], [aCell(fails(own))]],
    ['not-fixed', 'the same bug, not shown before', [unpatched()], [aCell(fails(own, other))]],
    ['regression', 'another bug', [aCrash()], [aCell(fails(other))]],
    ['regression', 'a bug of a clean kernel', [unpatched()], [aCell(fails(other))]],
    ['regression', 'a new warning', [unpatched(unbooted)], [aCell(fails(warning))]],
    ['regression', 'no build any more', [unpatched()], [aCell(fails(aFinding({ oracle: 'build', kind: 'build' })))]],
    ['invalid', 'a bug of both', [unpatched(fails(other))], [aCell(fails(other))]],
    ['not-demonstrated', 'two clean kernels', [unpatched()], [aCell()]],
    ['not-demonstrated', 'another bug before', [unpatched(fails(other))], [aCell()]],
    ['not-demonstrated', 'nothing exercised before', [unpatched({ verdict: 'inconclusive' })], [aCell()]],
    ['invalid', 'nothing exercised after', [aCrash()], [aCell({ verdict: 'inconclusive' })]],
    ['invalid', 'no before', [hostFailed], [aCell()]],
    ['invalid', 'no after', [aCrash()], [aCell({ verdict: 'error' })]],
    ['invalid', 'no boot before', [], [aCell()]],
    ['invalid', 'a failure, before was not built', [neverBuilt], [aCell(fails(other))]],
    ['invalid', 'a failure, the host failed before', [hostFailed], [aCell(fails(other))]],
    ['invalid', 'a failure, the host ended the boot before', [killed], [aCell(fails(other))]],
    ['invalid', 'a failure, before was not booted', [neverBooted], [aCell(fails(other))]],
    [
      'regression',
      'a failure, before ran in its second boot',
      [hostFailed, unpatched({ run: 2 })],
      [aCell(fails(other))],
    ],
    ['regression', 'a generic title in another lane', [unpatched(fails(wrong('race')))], [aCell(fails(wrong('pump')))]],
    [
      'invalid',
      'a leak that both leave, first seen in another lane',
      [unpatched(fails(leak('race')))],
      [aCell(fails(leak('pump')))],
    ],
    [
      'invalid',
      'a state that both leave, first seen in another lane',
      [unpatched(fails(left('race')))],
      [aCell(fails(left('pump')))],
    ],
    ['invalid', 'a generic title in the same lane', [unpatched(fails(wrong('race')))], [aCell(fails(wrong('race')))]],
    [
      'regression',
      'a generic title in another file',
      [unpatched(fails({ ...other, file: 'mm/a.c', line: 1 }))],
      [aCell(fails({ ...other, file: 'mm/b.c', line: 1 }))],
    ],
    [
      'invalid',
      'the same place on another line',
      [unpatched(fails({ ...other, file: 'mm/a.c', line: 1 }))],
      [aCell(fails({ ...other, file: 'mm/a.c', line: 7 }))],
    ],
    [
      'regression',
      'the same words of another oracle',
      [unpatched(fails(aFinding({ oracle: 'balance', kind: 'leak', title: 'lost' })))],
      [aCell(fails(aFinding({ oracle: 'data', kind: 'leak', title: 'lost' })))],
    ],
  ])('is %s: %s', (verdict, _, ...legs) => {
    expect(judgePair(...legs).verdict).toBe(verdict)
  })

  test('whose before leg did not run leaves the failure of after to the run', () => {
    for (const one of [neverBuilt, hostFailed, killed, neverBooted]) {
      const cells = [one, aCell(fails(other))]
      const pairs = pairsOf(cells)
      expect(pairs).toMatchObject([{ verdict: 'invalid' }])
      if (one !== killed) expect(judgeRun(cells, pairs)).toEqual({ verdict: 'fail', exitCode: 1 })
    }
    expect(judgeRun([killed, aCell(fails(other))], pairsOf([killed, aCell(fails(other))])).exitCode).toBe(1)
  })

  test('of one leg is none: the cell has its verdict', () => {
    const cells = [aCell(fails(other))]
    expect(pairsOf(cells)).toEqual([])
    expect(judgeRun(cells, [])).toEqual({ verdict: 'fail', exitCode: 1 })
  })
})

describe('the chance of luck', () => {
  const boots = (n: number, make: (part: Partial<CellResult>) => CellResult): CellResult[] =>
    Array.from({ length: n }, (_, index) => make({ run: index + 1 }))
  const old = { exposure: null }

  test('keeps one crash in ten boots and one clean boot from fixed', () => {
    const nine = boots(9, (part) => unpatched({ ...part, ...old }))
    const judged = judgePair([aCrash({ ...old, run: 10 }), ...nine], [aCell(old)])
    expect(judged.verdict).toBe('not-demonstrated')
    expect(judged.reason).toMatch(
      /the clean exposure of the after leg could be luck: .*chance of luck .*; boot more with --runs$/,
    )
    expect(judged.strength).toMatchObject({ shown: 1, boots: 10, passed: 1, confidence: 0.99 })
    expect(judged.strength!.luck).toBeGreaterThan(0.3)
  })

  test('decides by the confidence that is asked for', () => {
    const [crashes, clean] = [boots(3, aCrash), boots(1, aCell)]
    const { luck } = judgePair(crashes, clean).strength!
    const verdictAt = (confidence: number) => judgePair(crashes, clean, { confidence, expect: 'fixed' }).verdict
    expect(verdictAt(1 - luck * 1.01)).toBe('fixed')
    expect(verdictAt(1 - luck * 0.99)).toBe('not-demonstrated')
  })

  test('is in the reason, with rate and exposure', () => {
    expect(judgePair([aCrash()], [aCell()]).reason).toBe(
      'before fails in 1 of 1 boot with general protection fault in obj_to_location; after passes in 1 of 1 boot; without the patch 1 failure in 1 hit of lane race, a rate of at least 1 % of hits at 99 % confidence; with it 912 hits without a failure; chance of luck 0.22 %',
    )
  })
})

describe('expected to be clean', () => {
  const terms = { confidence: 0.99, expect: 'clean' } as const
  const known = aFinding({ oracle: 'warnings', kind: 'warning', known: true })
  test.each<[string, CellResult[], CellResult[]]>([
    ['clean', [unpatched()], [aCell()]],
    ['clean', [unpatched()], [aCell({ findings: [known] })]],
    ['fixed', [aCrash()], [aCell()]],
    ['not-demonstrated', [unpatched(fails(other))], [aCell()]],
    ['not-demonstrated', [unpatched({ verdict: 'inconclusive' })], [aCell()]],
    ['regression', [unpatched()], [aCell(fails(other))]],
    ['invalid', [unpatched()], [aCell({ verdict: 'inconclusive' })]],
  ])('a pair is %s', (verdict, ...legs) => expect(judgePair(...legs, terms).verdict).toBe(verdict))

  test('the run exits with 0, also where no lane can meet the bug', () => {
    const off = { config: 'zpool-off', lanes: ['zram' as const], exposure: { lanes: [], failedIn: null } }
    const cells = [unpatched(off), aCell(off)]
    const pairs = pairsOf(cells, terms)
    expect(pairs).toMatchObject([{ verdict: 'clean' }])
    expect(judgeRun(cells, pairs)).toEqual({ verdict: 'clean', exitCode: 0 })
    expect(pairsOf(cells)).toEqual([])
    // A series may name such a lane: then its bug can show in it.
    const met = { ...off, exposure: { lanes: [{ lane: 'zram' as const, seconds: 5, hits: null }], failedIn: null } }
    expect(pairsOf([unpatched(met), aCell(met)])).toMatchObject([{ verdict: 'not-demonstrated' }])
  })
})
