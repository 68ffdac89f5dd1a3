// SPDX-License-Identifier: MIT
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HostError, InterruptedError, UsageError } from '../model/errors.ts'
import { endLine, failureLine, planLine, scenarioLine } from '../testing/explore/lines.ts'
import { writeStub } from '../testing/explore/stub.ts'
import { reachedBy } from './frontier.ts'
import { type Enough, replay, type SearchPlan, search, searchArgs } from './search.ts'

// The explorer is a shell script here: see testing/explore/stub.ts.

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-search-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const PLAN: SearchPlan = {
  scenarios: [],
  generate: 1,
  bound: 2,
  memory: 'sc',
  points: 'racy',
  seed: 1,
  budgetMs: 5_000,
}

const run = async (
  lines: Parameters<typeof writeStub>[1],
  enough: Enough = 'first',
  shards = 1,
  signal = new AbortController().signal,
) => search(PLAN, enough, shards, { program: await writeStub(dir, lines), signal })

test('the arguments are those of the protocol', () =>
  expect(searchArgs({ ...PLAN, scenarios: ['/a.scn'], bound: null }, 'first', 1, 2).join(' ')).toBe(
    '--scenario /a.scn --generate 1 --bound none --memory sc --points racy --seed 1 --budget-ms 5000 --stop-at first --shard 1/2',
  ))

test('two processes walk their own scenarios', async () => {
  const plan = planLine(['a', 'b'])
  const found = await run(
    { 'lines.0': [plan, scenarioLine('a', 0), endLine()], 'lines.1': [plan, scenarioLine('b', 1), endLine()] },
    'first',
    2,
  )
  expect(reachedBy(found).map(({ complete }) => complete)).toEqual([0, 1])
})

test('a long line is read whole', async () => {
  const pcs = Array.from({ length: 200_000 }, (_, index) => `0x${(index + 0x401000).toString(16)}`)
  const [found] = await run({ lines: [planLine(['a', 'b']), { type: 'executed', pcs }, endLine()] })
  expect(found!.executed.pcs).toHaveLength(200_000)
})

describe('the first failure', () => {
  const plan = planLine(['a', 'b'])
  const failing = [
    plan,
    scenarioLine('a', 1, false),
    failureLine('a'),
    { type: 'executed', pcs: ['0x9'] },
    endLine('stopped'),
  ]

  test('stops the other process, whose scenarios are then not complete', async () => {
    const found = await run(
      { 'lines.0': ['@pause', ...failing], 'lines.1': [plan, scenarioLine('b', 0), '@wait'] },
      'first',
      2,
    )
    expect(found.flatMap(({ failures }) => failures)).toHaveLength(1)
    expect(found.flatMap(({ executed }) => executed.pcs)).toEqual(['0x9'])
    expect(reachedBy(found).map(({ complete }) => complete)).toEqual([null, 0])
  })

  test('stops a process that has said nothing yet', async () => {
    const found = await run({ 'lines.0': failing, 'lines.1': ['@wait'] }, 'first', 2)
    expect(reachedBy(found).map(({ complete }) => complete)).toEqual([null, null])
  })

  test('goes on until it is the one that is asked for', async () => {
    const lines = [plan, failureLine('a'), failureLine('b'), '@wait']
    const found = await run({ lines }, async ({ scenario }) => scenario === 'b')
    expect(found[0]!.failures).toHaveLength(2)
    expect(found[0]!.end).toBeUndefined()
  })
})

describe('what is no result', () => {
  test.each<[string, readonly (string | object)[], typeof HostError, string]>([
    [
      'a line that is not JSON',
      [planLine(['a', 'b']), 'Segmentation', endLine()],
      HostError,
      'not JSON: "Segmentation"',
    ],
    ['no output', [], HostError, 'without an end line'],
    ['another plan than its list', [planLine(['a']), endLine()], HostError, 'not what it lists'],
    ['an end without a line for it', [planLine(['a', 'b']), scenarioLine('a', 0)], HostError, 'without an end line'],
    ['a defect', [planLine(['a', 'b']), '@err out of memory', '@exit 3'], HostError, 'exited with 3: out of memory'],
    ['a crash', [planLine(['a', 'b']), '@exit 139'], HostError, 'exited with 139'],
    ['a failing end after a whole account', [planLine(['a', 'b']), endLine(), '@exit 1'], HostError, 'exited with 1'],
    ['a bad scenario', ['@err x.scn:3: "stor": no operation, see README.md', '@exit 2'], UsageError, 'x.scn:3'],
  ])('%s', async (_, lines, type, message) => {
    const error = await run({ lines }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(type)
    expect((error as Error).message).toContain(message)
  })

  test('one process that fails stops the others', async () => {
    const started = performance.now()
    const lines = { 'lines.0': ['@exit 3'], 'lines.1': [planLine(['a', 'b']), '@wait'] }
    await expect(run(lines, 'first', 2)).rejects.toThrow(HostError)
    expect(performance.now() - started).toBeLessThan(20_000)
  })

  test('an interrupt', async () => {
    await expect(run({ lines: [planLine(['a', 'b']), '@wait'] }, 'first', 1, AbortSignal.timeout(300))).rejects.toThrow(
      InterruptedError,
    )
  })

  test('a program that is not there', async () => {
    const { signal } = new AbortController()
    await expect(search(PLAN, 'first', 1, { program: join(dir, 'none'), signal })).rejects.toThrow(HostError)
  })
})

test('a process without a plan has that of the list', async () => {
  const found = await run({ lines: [scenarioLine('a', 0), endLine()] })
  expect(reachedBy(found).map(({ name, complete }) => [name, complete])).toEqual([
    ['a', 0],
    ['b', null],
  ])
})

test('a list that cannot be had, or is empty, is an error', async () => {
  await expect(run({ 'lines.list': [], lines: [endLine()] })).rejects.toThrow('lists no scenario')
  await expect(run({ 'lines.list': ['@err x.scn:1: bad', '@exit 2'], lines: [] })).rejects.toThrow(UsageError)
})

describe('a replay', () => {
  const again = async (lines: readonly (string | object)[]) => {
    const program = await writeStub(dir, { 'lines.replay': lines })
    return replay('1:3', join(dir, 'a.scn'), 'sc', { program, signal: new AbortController().signal })
  }

  test('fails, or does not', async () => {
    expect(await again([failureLine('a')])).toMatchObject({ type: 'failure', nth: 30 })
    expect(await again([{ type: 'replayed', scenario: 'a', failed: false, steps: 12 }])).toMatchObject({
      failed: false,
    })
  })

  test('that prints nothing is no result', async () => {
    await expect(again([])).rejects.toThrow('printed no schedule')
    await expect(again(['@err bad schedule', '@exit 2'])).rejects.toThrow(UsageError)
  })
})
