// SPDX-License-Identifier: MIT
import { toneOf } from '../../model/words.ts'
import { SIGNS } from './words.ts'

/** A verdict as sign, word and colour: each alone is enough to read it. */
export const Badge = ({ verdict }: { verdict: string }) => {
  const tone = toneOf(verdict)
  return (
    <span class={`badge ${tone}`}>
      <span aria-hidden="true">{SIGNS[tone]}</span> {verdict}
    </span>
  )
}
