// SPDX-License-Identifier: MIT
import type { Finding } from '../model/results.ts'
import { isNamed } from '../splat/index.ts'

// What one lane leaves, every later one sees, and the first alone reports it: the lane is chance.
const LEFT = ['balance', 'state']

/** What tells the bug of a finding. */
type Bug = Pick<Finding, 'kind' | 'title' | 'bucket'>

const named = ({ bucket }: Pick<Finding, 'bucket'>): string | null =>
  bucket !== null && isNamed(bucket) ? bucket : null

/** Whether two findings are of one bug: by the names of their buckets, else by kind and title. */
export const isSameBug = (one: Bug, other: Bug): boolean => {
  const [first, second] = [named(one), named(other)]
  // An older zsharness knew no buckets, and a report whose function is lost has none of its own.
  if (first === null || second === null) return one.kind === other.kind && one.title === other.title
  return first === second
}

const placeOf = ({ oracle, lane, file }: Finding): string =>
  [oracle, LEFT.includes(oracle) ? null : lane, file].join('\n')

/** Whether two findings are the same failure: a title alone may be generic. Lines move with every patch. */
export const isSameFailure = (one: Finding, other: Finding): boolean => {
  if (!isSameBug(one, other)) return false
  if (named(one) !== null && named(other) !== null) return one.oracle === other.oracle && one.lane === other.lane
  return placeOf(one) === placeOf(other)
}

/** A key of the failure, where all findings are of one zsharness. */
export const identityOf = (finding: Finding): string =>
  [
    placeOf({ ...finding, file: named(finding) === null ? finding.file : null }),
    named(finding) ?? `${finding.kind}\n${finding.title}`,
  ].join('\n')
