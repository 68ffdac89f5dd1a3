// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { patchMailOf } from '../../inputs/series/patchmail.ts'
import { cleanDeep } from '../../lib/text/deep.ts'
import type { CellResult, RunResult } from '../../model/results.ts'
import { kcidbErrors } from '../../testing/kcidb.ts'
import { aCell, aCrash, aFinding, anExploration, aReport, aRun, aSplat } from '../../testing/runs.ts'
import { NO_CONTEXT } from '../context.ts'
import type { Report } from '../model.ts'
import { patchsetHash } from './checkouts.ts'
import { kcidbReport } from './kcidb.ts'

interface Kcidb {
  readonly checkouts: readonly Readonly<Record<string, unknown>>[]
  readonly builds: readonly Readonly<Record<string, unknown>>[]
  readonly tests: readonly Readonly<Record<string, unknown>>[]
  readonly issues: readonly Readonly<Record<string, unknown>>[]
  readonly incidents: readonly Readonly<Record<string, unknown>>[]
}

const published = { ...NO_CONTEXT, origin: 'myci', baseUrl: 'https://ci.example.org/results/' }
const read = (report: Report, context = NO_CONTEXT): Kcidb => {
  const text = kcidbReport(report, context)
  expect(kcidbErrors(text)).toBe('')
  return JSON.parse(text)
}
const ofCells = (...cells: readonly CellResult[]): Kcidb => read(aReport(aRun({ cells: [...cells] })))
const sum = (text: string): string => createHash('sha256').update(text).digest('hex')

test('a default run is two checkouts, two builds, and a test for each boot and lane', () => {
  const { checkouts, builds, tests, issues, incidents } = read(aReport())
  expect(checkouts).toHaveLength(2)
  expect(builds.map(({ checkout_id }) => checkout_id)).toEqual(checkouts.map(({ id }) => id))
  expect(tests.map(({ path, status }) => [path, status])).toEqual([
    ['zsharness', 'FAIL'],
    ['zsharness.race', 'DONE'],
    ['zsharness.pump', 'DONE'],
    ['zsharness', 'PASS'],
    ['zsharness.race', 'PASS'],
    ['zsharness.pump', 'PASS'],
  ])
  expect([issues, incidents]).toEqual([[], []])
})

test('boots of one kernel have its build in common, and the boot that built it tells of it', () => {
  const built = { ...aCell().kernel, cached: false, compiled: 700 }
  const { builds, tests } = ofCells(aCell(), aCell({ run: 2, kernel: built }))
  expect(builds).toMatchObject([{ duration: 1, status: 'PASS', misc: { cached: false, compiled: 700 } }])
  expect(new Set(tests.map(({ build_id }) => build_id))).toEqual(new Set([builds[0]!.id]))
})

const verdicts: readonly (readonly [Partial<CellResult>, string])[] = [
  [{ verdict: 'pass' }, 'PASS'],
  [{ verdict: 'fail' }, 'FAIL'],
  [{ verdict: 'error' }, 'MISS'],
  [{ verdict: 'inconclusive' }, 'ERROR'],
  [{ verdict: 'inconclusive', lanes: [] }, 'SKIP'],
]
test.each(verdicts)('a cell that is %o is %s, with its reason', (part, status) => {
  const [first] = ofCells(aCell({ reason: 'because', ...part })).tests
  expect(first).toMatchObject({ status, environment: { comment: 'because' } })
})

test('no lane of a boot that did not pass is a pass', () => {
  for (const verdict of ['fail', 'error', 'inconclusive'] as const)
    expect(JSON.stringify(ofCells(aCell({ verdict })).tests)).not.toContain('PASS')
})

test('a lane fails where a finding showed in it', () => {
  const shown = { in: 'pump' as const, stack: [] }
  const { tests } = ofCells(aCell({ verdict: 'fail', findings: [aFinding({ shown })] }))
  expect(tests.map(({ status }) => status)).toEqual(['FAIL', 'DONE', 'FAIL'])
})

test('a lane that a dead kernel never reached is skipped, and no failure of the harness', () => {
  const evidence = { ...aCell().evidence, lanesRun: ['race' as const] }
  const { tests } = ofCells(aCell({ verdict: 'fail', evidence }))
  expect(tests.map(({ status }) => status)).toEqual(['FAIL', 'DONE', 'SKIP'])
})

test('a kernel that does not compile is a build that fails, and no test', () => {
  const kernel = { ...aCell().kernel, key: '' }
  const finding = aFinding({ oracle: 'build', title: 'mm/x.c:1: error', bucket: null })
  const { builds, tests } = ofCells(aCell({ verdict: 'fail', kernel, findings: [finding] }))
  expect(builds).toMatchObject([{ status: 'FAIL', log_excerpt: expect.stringContaining('mm/x.c:1: error') }])
  expect(tests).toEqual([])
  expect(ofCells(aCell({ verdict: 'error', kernel }))).toMatchObject({ builds: [{ status: 'MISS' }] })
})

test('a bug is the same issue in every run, and an incident of this one', () => {
  const finding = aFinding({ bucket: 'wild-access:obj_to_location' })
  const cells = [aCrash({ findings: [finding, finding] }), aCell()]
  const [one, other] = ['a', 'b'].map((id) => read(aReport(aRun({ id, cells }))))
  expect(one!.issues.map(({ id }) => id)).toEqual(['zsharness:issue-wild-access_3a_obj_to_location'])
  expect(other!.issues).toEqual(one!.issues)
  expect(one!.incidents).toMatchObject([{ issue_id: one!.issues[0]!.id, test_id: one!.tests[0]!.id, present: true }])
  expect(other!.incidents[0]!.id).not.toBe(one!.incidents[0]!.id)
})

test('a known finding is an issue with its remedy, of the build where it is a warning', () => {
  const finding = aFinding({ known: true, oracle: 'warnings', reason: 'old', remedy: 'take v2' })
  const { issues, incidents, builds } = ofCells(aCell({ findings: [finding] }))
  expect(issues).toMatchObject([{ comment: 'old; take v2' }])
  expect(incidents).toMatchObject([{ build_id: builds[0]!.id }])
})

describe('the hash of a patchset', () => {
  const hash = (...patches: readonly string[]) =>
    patchsetHash({ inputs: { ...aCell().inputs!, patches: [...patches] } })
  const [a, b] = [sum('a'), sum('b')]
  test('is over the sums in order, each with a newline', () => {
    expect(hash(a, b)).toBe(sum(`${a}\n${b}\n`))
    expect(hash(a, b)).not.toBe(hash(b, a))
  })
  test('is empty for none, and missing where one was taken out or is not known', () => {
    expect([hash(), hash(`-${a}`), hash('patch'), patchsetHash({ inputs: null })]).toEqual([
      '',
      undefined,
      undefined,
      undefined,
    ])
  })
  test('is in the checkout', () => {
    const inputs = { ...aCell().inputs!, patches: [a] }
    const { checkouts } = ofCells(aCell({ leg: 'before', inputs: { ...inputs, patches: [] } }), aCell({ inputs }))
    expect(checkouts.map(({ patchset_hash }) => patchset_hash)).toEqual(['', sum(`${a}\n`)])
  })
})

test('the mail of a patch that was applied is named, without brackets', () => {
  const inputs = { ...aCell().inputs!, patches: ['p'] }
  const mail = patchMailOf('Subject: x\nMessage-ID: <1@example.org>\n\n')
  const run = aRun({ cells: [aCell({ leg: 'before', inputs: { ...inputs, patches: [] } }), aCell({ inputs })] })
  const { checkouts } = read(aReport(run, { patches: [{ subject: 'x', text: '', sha256: 'p', mail }] }))
  expect(checkouts.map(({ message_id }) => message_id)).toEqual([undefined, '1@example.org'])
})

test('there is a URL only where a base was given', () => {
  const run = aReport(aRun({ explorations: [anExploration()] }))
  expect(kcidbReport(run, NO_CONTEXT)).not.toContain('://')
  const { builds, tests } = read(run, published)
  const at = `https://ci.example.org/results/${run.run.id}/cells/${aCrash().id}`
  expect(builds[0]).toMatchObject({
    output_files: [{ name: '.config', url: `${at}/.config` }, { url: `${at}/build.log` }],
  })
  expect(tests[0]).toMatchObject({ origin: 'myci', misc: { console_url: `${at}/console.log` } })
})

test('a long log is cut, and not inside a character', () => {
  const lines = ['x'.repeat(16_383), '𝄞'.repeat(9_000)]
  const cell = aCrash()
  const cells = [{ cell, splats: [aSplat({ lines })], records: [], consoleTail: [], coverage: null }]
  const { tests } = read(aReport(aRun({ cells: [cell] }), { cells }))
  expect(String(tests[0]!.log_excerpt)).toHaveLength(16_384)
  const { tests: odd } = read(
    aReport(aRun({ cells: [cell] }), { cells: [{ ...cells[0]!, splats: [aSplat({ lines: [`y${lines[1]}`] })] }] }),
  )
  expect(String(odd[0]!.log_excerpt)).toHaveLength(16_383)
})

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom('\0', '', 'null', ':', '/', '"', '\ud800', 'a\0b', 'x'.repeat(40_000)),
)

describe('whatever text a run has', { timeout: 60_000 }, () => {
  const hostile = (text: string, isNull: boolean): Report => {
    const none = <T>(value: T): T | null => (isNull ? null : value)
    const finding = aFinding({
      title: text,
      detail: text,
      kind: text,
      bucket: none(text),
      reason: none(text),
      known: isNull,
    })
    const part = { tree: text, series: text, config: text, machine: text, reason: text, inputs: none(aCell().inputs) }
    const cells = [
      aCrash({ ...part, id: `x-${text.replaceAll(/[/\0]/g, '')}-before`, findings: [finding] }),
      aCell(part),
    ]
    const run: RunResult = aRun({ id: text, cells, explorations: isNull ? [] : [anExploration({ path: null })] })
    const splat = aSplat({ title: text, lines: [text] })
    return cleanDeep(
      aReport(run, {
        cells: cells.map((cell) => ({ cell, splats: [splat], records: [], consoleTail: [], coverage: null })),
      }),
    )
  }
  const each = (check: (report: Report) => void): void =>
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, isNull) => check(hostile(text, isNull))),
      { numRuns: 60 },
    )

  test('it fits the schema, without null and without NUL', () => {
    each((report) => {
      for (const context of [NO_CONTEXT, published]) expect(kcidbErrors(kcidbReport(report, context))).toBe('')
    })
  })

  test('its ids are the same each time, each once, and name what is there', () => {
    each((report) => {
      const [one, again] = [read(report), read(report)]
      expect(one).toEqual(again)
      const ids = Object.values(one).flatMap((all) => (Array.isArray(all) ? all.map(({ id }) => id) : []))
      expect(new Set(ids).size).toBe(ids.length)
      for (const { checkout_id } of one.builds) expect(ids).toContain(checkout_id)
      for (const { build_id } of one.tests) expect(ids).toContain(build_id)
      for (const { issue_id, test_id, build_id } of one.incidents) {
        expect(ids).toContain(issue_id)
        expect(ids).toContain(test_id ?? build_id)
      }
    })
  })
})

test('the schema refuses what KCIDB refuses', () => {
  const good = JSON.parse(kcidbReport(aReport(), NO_CONTEXT))
  const errors = (change: (value: typeof good) => void): string => {
    const value = structuredClone(good)
    change(value)
    return kcidbErrors(JSON.stringify(value))
  }
  expect(errors(() => undefined)).toBe('')
  expect(
    errors((value) => {
      value.tests[0]._own = 1
    }),
  ).toBe('')
  for (const change of [
    (value: typeof good) => {
      value.tests[0].comment = 'x'
    },
    (value: typeof good) => {
      value.tests[0].path = 'a b'
    },
    (value: typeof good) => {
      value.tests[0].misc.x = null
    },
    (value: typeof good) => {
      value.builds[0].log_excerpt = 'x'.repeat(16_385)
    },
    (value: typeof good) => {
      value.builds[0].command = 'a\0'
    },
    (value: typeof good) => {
      value.checkouts[0].patchset_hash = 'abc'
    },
    (value: typeof good) => {
      value.checkouts[0].origin = 'My-CI'
    },
    (value: typeof good) => {
      delete value.tests[0].build_id
    },
    (value: typeof good) => {
      value.version.minor = 4
    },
    (value: typeof good) => {
      value.more = []
    },
  ])
    expect(errors(change)).not.toBe('')
})
