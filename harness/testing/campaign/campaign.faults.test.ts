// SPDX-License-Identifier: MIT
import { randomInt } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faultsOf, preparedSite, runFaults } from './campaign.ts'
import { HOLES, problemsOf } from './holes.ts'
import type { Site } from './site.ts'
import { closedOf, listOf, tableOf } from './table.ts'

const seed = process.env.ZSHARNESS_FAULT_SEED ?? `${randomInt(1_000_000)}`
const only = new RegExp(process.env.ZSHARNESS_FAULT_ONLY ?? '')
const holes = process.env.ZSHARNESS_FAULT_STRICT === '1' ? [] : HOLES

const say = (text: string): void => void process.stdout.write(`${text}\n`)

let site: Site
beforeAll(async () => {
  site = await preparedSite()
})
afterAll(() => rm(site.root, { recursive: true, force: true }))

test('no fault makes it lie, leaves anything, or spoils the next run', async () => {
  const began = performance.now()
  const faults = (await faultsOf(seed)).filter(({ category, name }) => only.test(`${category}: ${name}`))
  say(`ZSHARNESS_FAULT_SEED=${seed}: ${faults.length} faults`)
  let done = 0
  const results = await runFaults(site, faults, availableParallelism() + 1, ({ fault, outcome, ms }) =>
    say(`${++done}/${faults.length} ${fault.category}: ${fault.name}: ${outcome} (${Math.round(ms)} ms)`),
  )
  const problems = results.flatMap((result) => problemsOf(result, holes))
  say(`\n${listOf(problems, holes)}\n\n${tableOf(results, problems)}`)
  if (process.env.ZSHARNESS_FAULT_ONLY === undefined)
    for (const text of closedOf(problems, holes)) say(`closed, or not met by this seed: ${text}`)
  say(`${Math.round((performance.now() - began) / 1000)} s, ZSHARNESS_FAULT_SEED=${seed}`)
  const fresh = problems.filter(({ hole }) => hole === undefined)
  expect(fresh.map(({ result, text }) => `${result.fault.name}: ${text}`)).toEqual([])
})
