// SPDX-License-Identifier: MIT
import type { End } from '../core/decide.ts'
import type { Proof } from '../journal/records.ts'

interface Answer {
  readonly end?: End | null | undefined
  readonly proof?: Proof | null | undefined
}

/** A culprit that no revert contradicts is what was asked for; anything else is no answer. */
export const isFound = ({ end, proof }: Answer): boolean => end?.kind === 'culprit' && proof?.verdict !== 'not-proven'

export const verdictWord = (answer: Answer): string =>
  isFound(answer) ? 'found' : answer.end ? 'inconclusive' : 'not finished'
