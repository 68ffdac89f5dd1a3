// SPDX-License-Identifier: MIT
import type { SlurmRecord } from './records.ts'

/** One array: its elements, the jobs that are known to be it, and the elements that are over. */
export interface Submission {
  readonly sub: number
  readonly elements: readonly (readonly string[])[]
  readonly attempts: readonly number[]
  /** More than one only if Slurm took a submission of which it said nothing. */
  readonly jobs: readonly string[]
  readonly closed: ReadonlySet<number>
}

/** What the journal says. */
export interface Book {
  readonly submissions: readonly Submission[]
  /** Tries that a task lost without an attempt. */
  readonly lost: ReadonlyMap<string, number>
  /** Why the last element of a task was closed. */
  readonly why: ReadonlyMap<string, string>
}

interface Open {
  readonly sub: number
  readonly elements: readonly (readonly string[])[]
  readonly attempts: readonly number[]
  readonly jobs: string[]
  readonly closed: Set<number>
}

interface Draft {
  readonly submissions: Map<number, Open>
  readonly lost: Map<string, number>
  readonly why: Map<string, string>
}

const close = (draft: Draft, record: Extract<SlurmRecord, { t: 'closed' }>): void => {
  const own = draft.submissions.get(record.sub)
  own?.closed.add(record.index)
  for (const task of record.lost) draft.lost.set(task, (draft.lost.get(task) ?? 0) + 1)
  for (const task of own?.elements[record.index] ?? []) draft.why.set(task, record.why)
}

const cancel = (draft: Draft): void => {
  for (const { elements, closed } of draft.submissions.values()) for (const index of elements.keys()) closed.add(index)
}

const enter = (draft: Draft, record: SlurmRecord): void => {
  switch (record.t) {
    case 'start':
      return
    case 'submitting': {
      const { sub, elements, attempts } = record
      draft.submissions.set(sub, { sub, elements, attempts, jobs: [], closed: new Set() })
      return
    }
    case 'submitted':
      draft.submissions.get(record.sub)?.jobs.push(record.job)
      return
    case 'closed':
      close(draft, record)
      return
    case 'cancelled':
      cancel(draft)
  }
}

/** Adds up the records of a journal. */
export const bookOf = (records: readonly SlurmRecord[]): Book => {
  const draft: Draft = { submissions: new Map(), lost: new Map(), why: new Map() }
  for (const record of records) enter(draft, record)
  return { submissions: [...draft.submissions.values()], lost: draft.lost, why: draft.why }
}
