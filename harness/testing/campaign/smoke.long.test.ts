// SPDX-License-Identifier: MIT
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faultsOf, preparedSite, runFaults } from './campaign.ts'
import type { Site } from './site.ts'
import { problemsOf } from './table.ts'

// One fault of each kind, of a seed that stays; `npm run test:faults` has them all.
const SAMPLE = [
  'harness SIGTERM #1',
  'harness SIGKILL #1',
  'cc1 SIGKILL #1',
  'qemu SIGKILL #2',
  'a download broken off once or twice #1',
  'splat cut by a reset #2',
  'splat in chunks #1',
  'a record lost #1',
  'a page came back wrong #1',
  'a bit of the metadata of sources #1',
  'two harnesses, nobody is killed #1',
]

let site: Site
beforeAll(async () => {
  site = await preparedSite()
})
afterAll(() => rm(site.root, { recursive: true, force: true }))

test('a sample of the campaign of faults', async () => {
  const all = await faultsOf('1')
  const faults = SAMPLE.map((name) => all.find((fault) => fault.name === name || fault.name.startsWith(`${name}: `))!)
  expect(problemsOf(await runFaults(site, faults, 3))).toEqual([])
})
