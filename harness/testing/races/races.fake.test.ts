// SPDX-License-Identifier: MIT
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadSeries } from '../../inputs/series/load.ts'

const folder = import.meta.dirname
const names = readdirSync(folder, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []))

test.each(names)('%s is a series that puts a race back, with its hold points', async (name) => {
  const series = await loadSeries(join(folder, name))
  expect(series.applicability.map(({ state }) => state)).toEqual(['reintroduces'])
  expect(series.hold.length).toBeGreaterThan(0)
  expect(series.signature.length).toBeGreaterThan(0)
})
