// SPDX-License-Identifier: MIT

import { isOf } from '../../verdict/place.ts'
import type { Identity } from '../context.ts'
import type { Report } from '../model.ts'
import { addedTo, answeredPatch, stateOf } from './patch.ts'

const isGood = (verdict: string): boolean => verdict === 'fixed' || verdict === 'clean'

/** What is missing of the run; undefined for nothing. */
const missingOf = ({ run, unfinished, problems }: Report): string | undefined => {
  if (run.interrupted) return 'the run was interrupted'
  const [cell = (run.plan?.cells ?? []).find((id) => run.cells.every((one) => one.id !== id))] = unfinished
  if (cell !== undefined) return `${cell} did not finish`
  if (run.plan !== null && run.plan.shard !== null) return `it is shard ${run.plan.shard} of a run`
  return problems[0]
}

const failedOf = ({ run }: Report): string | undefined => {
  const pair = run.pairs.find(({ verdict }) => !isGood(verdict))
  if (pair) return `a pair is ${pair.verdict}`
  if (run.pairs.length === 0 || !isGood(run.verdict) || run.exitCode !== 0) return `the verdict is ${run.verdict}`
  const odd = run.cells.find(
    (cell) => run.pairs.every((one) => !isOf(cell, one)) || (cell.leg === 'after' && cell.verdict !== 'pass'),
  )
  return odd && `${odd.id} is ${odd.verdict}, and of no pair that is fixed or clean`
}

const MIN_CONFIDENCE = 0.95

/** What of the cells does not show what their pair says: a results folder may hold anything. */
const contradictedOf = ({ run }: Report): string | undefined => {
  const ids = run.cells.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) return `${twice} is there twice`
  if (run.confidence < MIN_CONFIDENCE) return `luck is not ruled out with a confidence of ${run.confidence}`
  for (const pair of run.pairs) {
    const cells = run.cells.filter((cell) => isOf(cell, pair))
    const after = cells.filter(({ leg }) => leg === 'after')
    const failed = cells.some(({ leg, verdict }) => leg === 'before' && verdict === 'fail')
    if (after.length === 0 || (pair.verdict === 'fixed' && !failed))
      return `the boots do not show what is ${pair.verdict}`
    const odd = after.find(({ findings }) => findings.some(({ known }) => !known))
    if (odd) return `${odd.id} has a finding`
    const unknown = cells.find(({ inputs, request }) => inputs === null || request === null)
    if (unknown) return `it is not recorded what ${unknown.id} was made from`
  }
  return undefined
}

/** Why nobody tested the patch that the mail answers, as it was posted; undefined when the run did. */
const otherOf = (report: Report): string | undefined => {
  const [added] = report.run.cells.flatMap(addedTo)
  if (added !== undefined) return `the kernels had more than the patch: ${added}`
  if (stateOf(report) === 'reintroduces') return 'the bug was put into a tree that has the fix'
  if (stateOf(report) === 'mixed') return 'some trees have the fix already'
  return answeredPatch(report) ? undefined : 'it is not known which patch was tested'
}

/** The trailer that the mail gives, or why it gives none. */
export type Trailer = { readonly line: string } | { readonly why: string }

/** `Tested-by:` of the user, only where the run is whole, and shows the patch of the mail fixed or clean. */
export const trailerOf = (report: Report, identity: Identity | null): Trailer => {
  const why = missingOf(report) ?? failedOf(report) ?? contradictedOf(report) ?? otherOf(report)
  if (why !== undefined) return { why }
  if (identity === null) return { why: 'git knows no name and address of yours: set user.name and user.email' }
  return { line: `Tested-by: ${identity.name} <${identity.email}>` }
}
