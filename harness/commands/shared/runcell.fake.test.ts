// SPDX-License-Identifier: MIT
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeJson } from '../../lib/files/atomic.ts'
import { aCell, aRun } from '../../testing/runs.ts'
import { namedCell } from './runcell.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-runcell-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('RUN/CELL and RUN/cells/CELL name a cell', async () => {
  const cell = aCell()
  await writeJson(join(dir, 'run.json'), aRun({ cells: [cell], pairs: [] }))
  for (const spec of [join(dir, cell.id), join(dir, 'cells', cell.id)])
    expect(await namedCell(spec, 'replay')).toMatchObject({ dir, cell: { id: cell.id } })
})

test('a run alone is answered with its cells', async () => {
  const cell = aCell()
  await writeJson(join(dir, 'run.json'), aRun({ cells: [cell], pairs: [] }))
  for (const spec of [dir, `${dir}/`, join(dir, 'run.json'), join(dir, 'cells')])
    await expect(namedCell(spec, 'bundle')).rejects.toMatchObject({
      message: `${spec}: a run, and not one of its cells`,
      hint: `name one: zsharness bundle ${dir}/${cell.id}; its cells: ${cell.id}`,
    })
  await writeJson(join(dir, 'run.json'), aRun({ cells: [], pairs: [] }))
  await expect(namedCell(dir, 'bundle')).rejects.toMatchObject({ hint: 'the run has no cell that ended' })
})

test('what is no run is said to be none', async () => {
  await expect(namedCell(join(dir, 'x', 'y'), 'replay')).rejects.toThrow(`there is no run "${join(dir, 'x')}"`)
  await expect(namedCell('nosuch', 'replay')).rejects.toThrow('nosuch: not RUN/CELL')
})
