// SPDX-License-Identifier: MIT
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { CellResult, Found, LaneName } from '../model/results.ts'
import { aCell, aFinding } from '../testing/runs.ts'
import type { BuiltCell } from './builtcell.ts'
import { minimise } from './found.ts'
import { NO_ADDITIONS } from './settings.ts'

interface Boot {
  readonly lane: LaneName
  readonly holds: readonly string[]
  readonly search: boolean
}

const fake = vi.hoisted(() => ({ boots: [] as Boot[], fails: (_boot: Boot): Partial<CellResult> | null => null }))

vi.mock('./cell.ts', () => ({
  STOP_AT_REPORT: 'kasan.fault=panic',
  runCell: async ({ settings }: BuiltCell) => {
    const boot = { lane: settings.lanes[0]!, holds: settings.added.holds, search: settings.added.search }
    fake.boots.push(boot)
    const failed = fake.fails(boot)
    return { cell: aCell(failed ? { verdict: 'fail', findings: [BUG], ...failed } : {}), splats: [] }
  },
}))

const BUG = aFinding({ kind: 'kasan', oracle: 'console', signature: true })
const OTHER = aFinding({ kind: 'kasan', oracle: 'console' })
const FOUND: Found = { lane: 'race', seconds: 4, trial: 9, armed: ['a for 1ms', 'b for 1ms'], minimised: null }

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-found-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const of = async (fails: typeof fake.fails, found: Found | null = FOUND) => {
  fake.boots.length = 0
  fake.fails = fails
  const settings = {
    lanes: ['race'],
    seed: '1',
    durationS: null,
    amplify: true,
    added: { ...NO_ADDITIONS, search: true },
  }
  const inputs = { dir, settings } as unknown as BuiltCell
  const first = { cell: aCell({ verdict: 'fail', findings: [BUG], found }), splats: [] }
  const context = { emit: () => undefined, scope: '', signal: new AbortController().signal, spentOn: () => undefined }
  return (await minimise(inputs, first, context)).cell.found?.minimised
}

test('nothing was found: nothing is booted', async () => {
  expect(await of(() => null, null)).toBeUndefined()
  expect(fake.boots).toEqual([])
})

test('the point that brings it, beside the workload alone', async () => {
  const minimised = await of(({ holds }) => (holds.join().includes('b for') ? {} : null))
  expect(minimised).toMatchObject({ lane: 'race', best: { holds: ['b for 1ms'] }, alone: { boots: 6, failures: 0 } })
})

test('another bug of the same kernel is not this one', async () =>
  expect((await of(({ holds }) => (holds.length > 0 ? { findings: [OTHER] } : null)))?.best).toBeNull())

test('where the workload alone fails, another lane tells which point matters', async () => {
  const minimised = await of(({ lane, holds, search }) => {
    if (lane === 'race') return {}
    if (search) return { found: { ...FOUND, lane, armed: ['c for 1ms'] } }
    return holds.length > 0 ? {} : null
  })
  expect(minimised).toMatchObject({ lane: 'pump', best: { holds: ['c for 1ms'] }, alone: { failures: 0 } })
})

test('where the workload alone fails in every lane, no point is named', async () =>
  expect(await of(() => ({}))).toMatchObject({ lane: 'race', best: null, alone: { failures: 3 } }))

test('a search that finds nothing more is not repeated for ever', async () => {
  expect((await of(({ lane }) => (lane === 'race' ? {} : null)))?.best).toBeNull()
  expect(fake.boots.filter(({ search }) => search).length).toBe(6)
})
