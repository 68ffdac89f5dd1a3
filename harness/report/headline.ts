// SPDX-License-Identifier: MIT
import type { RunResult } from '../model.ts'
import { heldAgainst } from './findings.ts'
import type { Report } from './model.ts'

/** Good, bad, or no answer: what colour a verdict has. */
export type Tone = 'good' | 'bad' | 'unsure' | 'broken'

const TONES: Readonly<Record<RunResult['verdict'], Tone>> = {
  pass: 'good',
  fixed: 'good',
  fail: 'bad',
  regression: 'bad',
  'not-fixed': 'bad',
  inconclusive: 'unsure',
  'not-demonstrated': 'unsure',
  invalid: 'unsure',
  error: 'broken',
}

export const toneOf = (verdict: string): Tone => TONES[verdict as RunResult['verdict']] ?? 'unsure'

const MEANINGS: Readonly<Record<RunResult['verdict'], string>> = {
  pass: 'Every kernel did what it had to do, and nothing was held against it.',
  fixed: 'The kernel fails without the patch and passes with it.',
  fail: 'A kernel failed.',
  regression: 'The patch makes the kernel fail where it did not fail before.',
  'not-fixed': 'The kernel still fails in the same way with the patch.',
  inconclusive: 'Nothing failed, but what had to be exercised was not: this proves nothing.',
  'not-demonstrated': 'The kernel did not fail without the patch: this does not show that the patch fixes anything.',
  invalid: 'The pair cannot be compared: this says nothing of the patch.',
  error: 'The host or the harness failed: this says nothing of the kernel.',
}

export interface Headline {
  readonly tone: Tone
  readonly verdict: string
  readonly meaning: string
  /** The first reasons, worst first. */
  readonly reasons: readonly { readonly where: string; readonly text: string }[]
}

const RANK: readonly Tone[] = ['bad', 'broken', 'unsure', 'good']

/** What a reader must know first. */
export const headlineOf = ({ run }: Report): Headline => {
  if (run.interrupted && run.cells.length === 0)
    return { tone: 'broken', verdict: 'interrupted', meaning: 'The run ended before its first result.', reasons: [] }
  const alone = run.cells.filter(
    (cell) => !run.pairs.some((p) => p.arch === cell.arch && p.config === cell.config && p.profile === cell.profile),
  )
  const all = [
    ...run.pairs.map((p) => ({ where: `${p.arch} ${p.config}`, verdict: p.verdict as string, text: p.reason })),
    ...alone.map((cell) => ({
      where: `${cell.arch} ${cell.config} ${cell.leg}`,
      verdict: cell.verdict as string,
      text: heldAgainst(cell)[0]?.title ?? cell.reason,
    })),
  ]
  const ranked = [...all].sort((a, b) => RANK.indexOf(toneOf(a.verdict)) - RANK.indexOf(toneOf(b.verdict)))
  const worst = ranked.filter(({ verdict }) => toneOf(verdict) === toneOf(run.verdict))
  return {
    tone: run.interrupted && toneOf(run.verdict) === 'good' ? 'unsure' : toneOf(run.verdict),
    verdict: run.verdict,
    meaning: `${MEANINGS[run.verdict]}${run.interrupted ? ' The run was interrupted: this is what it had until then.' : ''}`,
    reasons: (worst.length > 0 ? worst : ranked).map(({ where, text }) => ({ where, text })),
  }
}
