// SPDX-License-Identifier: MIT
import type { Finding } from '../model/results.ts'
import { matchesSignature, type Signature, type Splat } from '../splat/index.ts'

/**
 * One way in which the bug under test shows: as a report of the kernel, by families and stack, or as a finding of another
 * oracle, by a part of its title.
 */
export type BugSignature = { readonly [K in keyof Signature]?: Signature[K] | undefined } & {
  readonly oracle?: string | undefined
  readonly kind?: string | undefined
  readonly title?: string | undefined
  readonly lane?: string | undefined
}

const asReport = ({ families, stack, workqueue }: BugSignature): Signature | undefined =>
  families && stack && { families, stack, workqueue }

/** Whether a report of the kernel has one of these signatures. */
export const splatShows = (splat: Splat, signatures: readonly BugSignature[]): boolean =>
  signatures.some((one) => {
    const report = asReport(one)
    return report !== undefined && matchesSignature(splat, report)
  })

/** Whether a finding is named by one of these signatures. */
export const findingShows = (
  { oracle, kind, title, lane }: Pick<Finding, 'oracle' | 'kind' | 'title' | 'lane'>,
  signatures: readonly BugSignature[],
): boolean =>
  signatures.some(
    (one) =>
      one.oracle === oracle &&
      (one.kind ?? kind) === kind &&
      (one.lane ?? lane) === lane &&
      (one.title === undefined || title.includes(one.title)),
  )
