// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { runCampaign } from './campaign.ts'
import { hostileInputs } from './inputs.ts'

test('hostile inputs, a sample of them all: each is read right or refused clearly', async () => {
  const sample = hostileInputs(1).filter((_, index) => index % 26 === 0)
  expect(sample.length).toBeGreaterThanOrEqual(30)
  expect(await runCampaign(sample)).toEqual({ wrong: [], slow: [], left: [] })
})
