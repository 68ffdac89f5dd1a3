// SPDX-License-Identifier: MIT
import type { CellResult, DerivedSignature, Finding } from '../model/results.ts'
import { isSameBug } from './identity.ts'
import { isOf } from './place.ts'

/** What derivation needs to know of a cell. */
type Boot = Pick<CellResult, 'id' | 'leg' | 'run' | 'verdict' | 'findings' | 'exposure' | 'request'>

const derives = ({ request }: Pick<CellResult, 'request'>): boolean => request?.derives === true

/** Whether the signature of these cells is what the programs of the user make the before leg show. */
export const canDerive = (cells: readonly Pick<CellResult, 'request'>[]): boolean => cells.some(derives)

// A known finding is no new bug. One outside the lane of the programs, of the build, or that the host explains, is not theirs.
const isCandidate = ({ known, shown }: Finding): boolean => !known && shown?.in === 'workload'

/** The first own finding of the before leg; null when its programs made it show none. */
export const derivedFrom = (cells: readonly Boot[]): DerivedSignature | null => {
  const before = cells.filter((cell) => derives(cell) && cell.leg === 'before' && cell.verdict === 'fail')
  for (const { id, findings } of [...before].sort((a, b) => a.run - b.run)) {
    const first = findings.find(isCandidate)
    if (!first) continue
    const { oracle, kind, title, shown, bucket } = first
    return { oracle, kind, title, stack: [...(shown?.stack ?? [])], bucket, cell: id }
  }
  return null
}

// With one function alone, two bugs of one function would be the same.
const TELLING = 2

const sameStack = (own: readonly string[], other: readonly string[]): boolean =>
  own.length >= TELLING && own.every((name, index) => name === other[index])

/** Whether a finding is this bug: by its name, or by the same innermost functions in whatever report. */
export const isDerived = (found: Finding, signature: Omit<DerivedSignature, 'cell'>): boolean => {
  const { oracle, known, shown } = found
  if (known || !shown || oracle !== signature.oracle) return false
  return isSameBug(found, signature) || sameStack(signature.stack, shown.stack)
}

const marked = <T extends Boot>(cell: T, signature: DerivedSignature | null): T => {
  const findings = cell.findings.map((one) => ({ ...one, signature: signature !== null && isDerived(one, signature) }))
  const own = findings.find((one) => one.signature)
  const exposure = cell.exposure && { ...cell.exposure, failedIn: own?.shown?.in ?? null }
  return { ...cell, findings, exposure }
}

/** The cells of one pair with the findings that have its derived signature marked; others are as they were. */
export const withDerived = <T extends Boot>(cells: readonly T[]): readonly T[] => {
  if (!canDerive(cells)) return cells
  const signature = derivedFrom(cells)
  return cells.map((cell) => (derives(cell) ? marked(cell, signature) : cell))
}

/** The same for the cells of any pairs, in their order. */
export const markDerived = (cells: readonly CellResult[]): readonly CellResult[] => {
  if (!canDerive(cells)) return cells
  const done = new Map<CellResult, CellResult>()
  for (const cell of cells) {
    if (done.has(cell)) continue
    const own = cells.filter((one) => isOf(one, cell))
    for (const [index, one] of withDerived(own).entries()) done.set(own[index]!, one)
  }
  return cells.map((cell) => done.get(cell)!)
}
