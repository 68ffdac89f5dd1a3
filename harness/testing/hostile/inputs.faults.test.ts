// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { runCampaign, tableOf } from './campaign.ts'
import { hostileInputs } from './inputs.ts'
import { slowLines } from './slow.ts'
import { spawnedCases } from './spawned.ts'

const SEED = Number(process.env.ZSHARNESS_FAULT_SEED ?? Date.now() % 1_000_000)

test(`every hostile input (ZSHARNESS_FAULT_SEED=${SEED}) is read right or refused clearly`, async () => {
  const cases = [...hostileInputs(SEED), ...spawnedCases]
  expect(cases.length).toBeGreaterThanOrEqual(500)
  const findings = await runCampaign(cases)
  process.stdout.write(`${tableOf(cases, findings, SEED)}\n`)
  expect(findings).toEqual({ wrong: [], slow: [], left: [] })
})

test('no line that any pattern of the log reader suggests is slow', async () => {
  const { slow, lines, patterns } = await slowLines({ every: 1 })
  process.stdout.write(`log reader: ${patterns} patterns, ${lines} lines, ${slow.length} slow\n`)
  expect(slow).toEqual([])
})
