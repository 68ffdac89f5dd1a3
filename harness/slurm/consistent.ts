// SPDX-License-Identifier: MIT
import type { SlurmRecord } from './records.ts'

type Submitting = Extract<SlurmRecord, { t: 'submitting' }>

const whyNotSubmitting = (record: Submitting, last: Submitting | undefined): string | undefined => {
  const { sub, elements, attempts } = record
  if (last && sub <= last.sub) return `submission ${sub} comes after submission ${last.sub}`
  return elements.length === attempts.length ? undefined : 'it does not count the attempts of each element'
}

const whyNot = (record: SlurmRecord, known: Map<number, Submitting>): string | undefined => {
  if (record.t === 'start') return 'a run starts once'
  if (record.t === 'cancelled') return undefined
  if (record.t === 'submitting') {
    const why = whyNotSubmitting(record, [...known.values()].at(-1))
    known.set(record.sub, record)
    return why
  }
  const own = known.get(record.sub)
  if (!own) return `there was no submission ${record.sub}`
  if (record.t === 'submitted' || record.index < own.elements.length) return undefined
  return `submission ${record.sub} has no element ${record.index}`
}

/** The first line, from 1, that no run can have written after those before it, and why not. */
export const impossibleIn = (
  records: readonly SlurmRecord[],
): { readonly line: number; readonly why: string } | undefined => {
  const [first, ...others] = records
  if (first && first.t !== 'start') return { line: 1, why: 'the journal does not begin with a start' }
  const known = new Map<number, Submitting>()
  for (const [index, record] of others.entries()) {
    const why = whyNot(record, known)
    if (why !== undefined) return { line: index + 2, why }
  }
  return undefined
}
