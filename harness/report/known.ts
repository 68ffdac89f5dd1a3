// SPDX-License-Identifier: MIT
import type { CellResult, Finding } from '../model/results.ts'
import { placeSuffix } from '../verdict/describe.ts'
import { identityOf } from '../verdict/identity.ts'
import { pairNameOf } from '../verdict/place.ts'

/** A known finding of a run, once for all boots that show it. */
export interface KnownNote extends Pick<Finding, 'kind' | 'title' | 'file' | 'line' | 'reason' | 'remedy'> {
  /** The kernels that show it. */
  readonly kernels: readonly string[]
}

/** The known findings of these cells, each once. */
export const knownNotes = (cells: readonly Pick<CellResult, 'id' | 'leg' | 'findings'>[]): readonly KnownNote[] => {
  const notes = new Map<string, KnownNote>()
  for (const cell of cells)
    for (const finding of cell.findings.filter(({ known }) => known)) {
      const { kind, title, file, line, reason, remedy } = finding
      const before = notes.get(identityOf(finding))?.kernels ?? []
      const kernels = [...new Set([...before, `${pairNameOf(cell)}-${cell.leg}`])]
      notes.set(identityOf(finding), { kind, title, file, line, reason, remedy, kernels })
    }
  return [...notes.values()]
}

/** A known finding in one line, with its remedy. */
export const describeNote = (note: KnownNote): string =>
  [
    `known ${note.kind} in ${note.kernels.join(', ')}: ${note.title}${placeSuffix(note)}`,
    ...(note.reason === null ? [] : [note.reason]),
    ...(note.remedy === null ? [] : [`remedy: ${note.remedy}`]),
  ].join('; ')
