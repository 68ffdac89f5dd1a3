// SPDX-License-Identifier: MIT
import type { SearchEnd } from '../core/decide.ts'
import type { Proof } from '../journal/records.ts'

interface Answer {
  readonly end?: SearchEnd | null | undefined
  readonly proof?: Proof | null | undefined
}

/** True when the search found a culprit and the proof by revert did not contradict it. */
export const isFound = ({ end, proof }: Answer): boolean => end?.kind === 'culprit' && proof?.verdict !== 'not-proven'

/** The verdict of a bisection in one word. */
export const verdictWord = (answer: Answer): string =>
  isFound(answer) ? 'found' : answer.end ? 'inconclusive' : 'not finished'
