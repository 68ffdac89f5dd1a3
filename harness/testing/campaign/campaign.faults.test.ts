// SPDX-License-Identifier: MIT
import { randomInt } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faultsOf, preparedSite, runFaults } from './campaign.ts'
import type { Site } from './site.ts'
import { problemsOf, tableOf } from './table.ts'

const seed = process.env.ZSHARNESS_FAULT_SEED ?? `${randomInt(1_000_000)}`
const only = new RegExp(process.env.ZSHARNESS_FAULT_ONLY ?? '')

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
  const seconds = Math.round((performance.now() - began) / 1000)
  say(`\n${tableOf(results)}\n${seconds} s, ZSHARNESS_FAULT_SEED=${seed}`)
  expect(problemsOf(results)).toEqual([])
})
