// SPDX-License-Identifier: MIT
import { toneOf } from '../../model/words.ts'
import { SIGNS } from './words.ts'

/** A verdict: sign, word and colour, so that none of them is needed to read it. */
export const Badge = ({ verdict }: { verdict: string }) => {
  const tone = toneOf(verdict)
  return (
    <span class={`badge ${tone}`}>
      <span aria-hidden="true">{SIGNS[tone]}</span> {verdict}
    </span>
  )
}
