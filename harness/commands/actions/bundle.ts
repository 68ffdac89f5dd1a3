// SPDX-License-Identifier: MIT
import { writeAtomic } from '../../lib/files/atomic.ts'
import { cacheRoot } from '../../lib/paths.ts'
import type { Format } from '../../progress/format.ts'
import { evidenceOf } from '../../run/bundled/evidence.ts'
import { bundleOfCell, requireBuilt } from '../../run/bundled/ofcell.ts'
import { requestOfCell } from '../shared/again.ts'
import { requireOutput } from '../shared/output.ts'
import { namedCell } from '../shared/runcell.ts'
import { withProgress } from '../shared/session.ts'
import { storeFrom } from '../shared/settings.ts'

/** The flags of `bundle`, not yet parsed. */
export interface BundleFlags {
  readonly output?: string
  readonly strip?: boolean
  readonly format?: Format
}

/** Runs `zsharness bundle RUN/CELL`. */
export const bundle = async (spec: string, { output, strip, format }: BundleFlags): Promise<void> => {
  if (output !== undefined) await requireOutput('-o', output)
  const { dir, cell } = await namedCell(spec, 'bundle')
  await requireBuilt(cell, cacheRoot())
  await withProgress(format, async ({ emit, signal }) => {
    const request = await requestOfCell(cell, dir, { results: undefined, store: storeFrom(undefined) })
    const context = { emit, signal, scope: cell.id }
    const extent = { part: strip ? 'boot' : 'whole', evidence: await evidenceOf(dir, cell) } as const
    const made = await bundleOfCell(request, cell, extent, context)
    const file = output ?? made.name
    await writeAtomic(file, made.bytes)
    const text = `${file}: ${(made.bytes.length / 1e6).toFixed(1)} MB, sha256 ${made.sha256}`
    emit({ type: 'note', scope: cell.id, level: 'info', text })
  })
}
