// SPDX-License-Identifier: MIT
import { plainName } from '../splat/index.ts'
import type { BugSignature } from '../verdict/signature.ts'
import { familiesOf } from '../verdict/symptoms.ts'
import type { FoundFailure } from './result.ts'

/** The oracle of a boot that would find each of the others. */
const ORACLES: Readonly<Record<string, string>> = {
  data: 'data',
  leak: 'balance',
  balance: 'balance',
  deadlock: 'liveness',
  'no-end': 'liveness',
}

/** The kinds of a finding that the text of a symptom may stand for. */
const KINDS: Readonly<Record<string, (text: string) => readonly string[]>> = {
  data: () => ['lost-data'],
  liveness: () => ['hang'],
  balance: (text) => [
    ...(/\bhandles?\b/.test(text) ? ['handle-leak'] : []),
    ...(/\bzspages?\b/.test(text) ? ['zspage-leak'] : []),
    ...(/\bpages?\b|NR_ZSPAGES/.test(text) ? ['page-leak'] : []),
    ...(/\bobjects?\b|obj_used/.test(text) ? ['object-leak'] : []),
  ],
}

/** The bug of a series, as an exploration can see it. */
export interface Bug {
  readonly signature: readonly BugSignature[]
  /** Files that the patch changes. */
  readonly touched: readonly string[]
  /** Whether the explored code has a function of this name. */
  readonly has: (name: string) => boolean
}

/** How a failure is the bug of a series. */
export interface BugMatch {
  /** What of the signature could not be compared; null when all of it was. */
  readonly unseen: string | null
}

type Failure = Pick<FoundFailure, 'stack' | 'model' | 'kind' | 'text'>

/** Whether the functions of a stack have those of a signature, innermost first, with any others between them. */
const hasStack = (names: readonly string[], wanted: readonly string[]): boolean => {
  let at = 0
  for (const name of wanted) {
    at = names.indexOf(plainName(name), at) + 1
    if (at === 0) return false
  }
  return wanted.length > 0
}

const unseenOf = ({ stack = [], workqueue }: BugSignature, visible: readonly string[]): string | null => {
  const hidden = stack.filter((name) => !visible.includes(name))
  const parts = [
    ...(hidden.length > 0
      ? [`${visible.length} of ${stack.length} functions of the signature are explored, without ${hidden.join(', ')}`]
      : []),
    ...(workqueue === undefined ? [] : [`its work queue, ${workqueue}, is not seen`]),
  ]
  return parts.length === 0 ? null : parts.join('; ')
}

const byReport = ({ stack, kind }: Failure, one: BugSignature, { has }: Bug): BugMatch | undefined => {
  if (!one.families || !one.stack) return undefined
  if (!familiesOf(kind).some((family) => one.families!.includes(family))) return undefined
  const visible = one.stack.filter((name) => has(plainName(name)))
  const names = stack.map((place) => plainName(place.function))
  // Who waits for ever does so in a fault or in reclaim: these are models.
  const waitsElsewhere = kind === 'deadlock' && visible.length === 0
  return waitsElsewhere || hasStack(names, visible) ? { unseen: unseenOf(one, visible) } : undefined
}

const byOracle = ({ kind, text }: Failure, one: BugSignature): BugMatch | undefined => {
  const oracle = ORACLES[kind]
  if (one.oracle === undefined || one.oracle !== oracle) return undefined
  if (one.kind !== undefined && !KINDS[oracle]!(text).includes(one.kind)) return undefined
  return { unseen: one.title === undefined ? null : `the title of its finding, '${one.title}', is not seen` }
}

const IN_PATCH: BugMatch = { unseen: 'the series has no signature: it is in a file of the patch' }

/**
 * How a failure is the bug of the series; undefined when it is not. Its symptom must be one that a booted kernel would
 * report as the signature says, and its stack must have the signature's functions, but for those that are not explored.
 * Without a signature it must be in a file that the patch changes, and in no model.
 */
export const bugShownBy = (failure: Failure, bug: Bug): BugMatch | undefined => {
  const { signature, touched } = bug
  if (signature.length === 0) {
    const isThere = failure.stack.some(({ file }) => file !== null && touched.includes(file))
    return isThere && !failure.model ? IN_PATCH : undefined
  }
  const matches = signature.flatMap((one) => byReport(failure, one, bug) ?? byOracle(failure, one) ?? [])
  // What leaves less unseen tells more.
  return matches.find(({ unseen }) => unseen === null) ?? matches[0]
}
