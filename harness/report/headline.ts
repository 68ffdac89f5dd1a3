// SPDX-License-Identifier: MIT
import { NO_SERIES } from '../inputs/series/none.ts'
import type { Finding, PairResult, RunResult } from '../model/results.ts'
import { type Tone, toneOf } from '../model/words.ts'
import { describeConfirmed } from '../verdict/confirm.ts'
import { describeHits, describeSearch, summaryOf } from '../verdict/holdpoints.ts'
import { isOf, pairNameOf } from '../verdict/place.ts'
import { describeThroughput, isReal, tellingOf } from '../verdict/throughput.ts'
import { confidenceOf } from './confidence.ts'
import { exploredLines } from './explored.ts'
import { failuresOf } from './findings.ts'
import { kernelHolds } from './holds.ts'
import { describeNote, knownNotes } from './known.ts'
import type { CellReport, Report } from './model.ts'
import { type LegProof, legCells, legProof } from './proof.ts'
import { whichOf } from './which.ts'

const MEANINGS: Readonly<Record<RunResult['verdict'], string>> = {
  pass: 'Every kernel ran its lanes, and no oracle found a failure.',
  clean: 'Both kernels ran their lanes without a failure, as expected.',
  fixed: 'The kernel fails without the patch and passes with it.',
  fail: 'A kernel failed.',
  regression: 'The patched kernel has a failure that the unpatched kernel does not have.',
  'not-fixed': 'The kernel still fails in the same way with the patch.',
  inconclusive: 'Nothing failed, but the boots did not exercise the code under test, so the result proves nothing.',
  'not-demonstrated':
    'Nothing shows that the patch fixes the bug: the kernel without it did not fail, or the clean boots could be luck.',
  invalid: 'The pair cannot be compared: this says nothing about the patch.',
  error: 'The host or the harness failed: this says nothing about the kernel.',
}

/** What a verdict means, as a sentence. */
export const meaningOf = (verdict: RunResult['verdict']): string => MEANINGS[verdict]

/** One reason for a verdict, and what each kernel did. */
export interface Reason {
  readonly where: string
  readonly verdict: string
  readonly lines: readonly { readonly label: string; readonly text: string; readonly tone: Tone }[]
}

export interface Headline {
  readonly tone: Tone
  readonly verdict: string
  readonly meaning: string
  /** Worst first. */
  readonly reasons: readonly Reason[]
  /** The known findings, which do not count. */
  readonly known: readonly string[]
  /** What became of a schedule of explore; missing without one. */
  readonly schedule?: { readonly text: string; readonly tone: Tone } | undefined
}

const RANK: readonly Tone[] = ['bad', 'broken', 'unsure', 'good']

const place = ({ file, line, detail, oracle }: Finding): string => {
  if (file !== null) return `, ${file}${line === null ? '' : `:${line}`}`
  return oracle === 'console' ? '' : `; ${detail.split('\n')[0]}`
}

const strengthOf = (leg: LegProof): string =>
  [
    leg.windows > 0 ? describeHits(leg, leg.isRace, 'race windows') : '',
    leg.search ? describeSearch(leg.search) : '',
    leg.writtenBackPages > 0 ? `${leg.writtenBackPages} pages written back` : '',
    leg.pagesVerified > 0 ? `${leg.pagesVerified} verified` : '',
    leg.patchLines ? `${leg.patchLines.executed} of ${leg.patchLines.executable} patch lines executed` : '',
  ]
    .filter((part) => part !== '')
    .join(', ')

/** How many of the boots that fail do so in this way, where not all do. */
const shareOf = ({ title }: Finding, failed: number, cells: readonly CellReport[]): string => {
  const own = cells.filter(({ cell }) => failuresOf(cell).some((one) => one.title === title)).length
  return own < failed ? `, ${own} of them with ` : ': '
}

const legLine = (label: string, cells: readonly CellReport[]): Reason['lines'][number] => {
  const leg = legProof(cells)
  const [failure] = cells.flatMap(({ cell }) => failuresOf(cell))
  const failed = cells.filter(({ cell }) => cell.verdict === 'fail').length
  const of = (count: number): string => `${count} of ${leg.boots} ${leg.boots === 1 ? 'boot' : 'boots'}`
  if (failure)
    return {
      label,
      tone: 'bad',
      text: `fails in ${of(failed)}${shareOf(failure, failed, cells)}${failure.title}${place(failure)}`,
    }
  const odd = cells.find(({ cell }) => cell.verdict !== 'pass')?.cell
  if (odd) return { label, tone: toneOf(odd.verdict), text: `${odd.verdict}: ${odd.reason}` }
  const strength = strengthOf(leg)
  return { label, tone: 'good', text: `passes in ${of(leg.passed)}${strength === '' ? '' : `: ${strength}`}` }
}

const confidenceLine = (pair: PairResult): Reason['lines'] => {
  const confidence = confidenceOf(pair)
  return confidence === null ? [] : [{ label: 'confidence', ...confidence }]
}

const throughputLines = ({ throughput }: PairResult): Reason['lines'] =>
  tellingOf(throughput).map((one) => ({
    label: 'writeback',
    tone: isReal(one) && one.change < 0 ? 'unsure' : 'good',
    text: describeThroughput(one),
  }))

const uncheckedLines = (cells: readonly CellReport[]): Reason['lines'] =>
  [...new Set(cells.flatMap(({ cell }) => cell.notChecked))].map((what) => ({
    label: 'not checked',
    tone: 'unsure',
    text: what,
  }))

/** Whose hold points were armed, and what a search found. A search is in the line of each leg. */
const holdsLines = (cells: readonly CellReport[]): Reason['lines'] => {
  const kernels = kernelHolds(cells.map(({ cell }) => cell))
  const armed = cells.some(({ cell }) => cell.holds?.from === 'search') ? [] : kernels.map(({ holds }) => holds)
  const [found] = kernels.flatMap((one) => one.found)
  return [
    ...[...new Set(armed)].map((text) => ({ label: 'hold points', tone: 'good' as const, text })),
    ...(found
      ? [
          {
            label: 'found',
            tone: 'good' as const,
            text: summaryOf(found.found),
          },
        ]
      : []),
  ]
}

const pairReason = (pair: PairResult, { run, cells }: Report): Reason => ({
  where: [pair.arch, pair.config, ...whichOf(run, pair)].join(' '),
  verdict: pair.verdict,
  lines: [
    legLine('without the patch', legCells(pair, cells, 'before')),
    legLine('with the patch', legCells(pair, cells, 'after')),
    ...holdsLines([...legCells(pair, cells, 'before'), ...legCells(pair, cells, 'after')]),
    ...confidenceLine(pair),
    ...exploredLines(run, pair),
    ...throughputLines(pair),
    ...uncheckedLines(legCells(pair, cells, 'after')),
  ],
})

const worstFirst = (a: string, b: string): number => RANK.indexOf(toneOf(a)) - RANK.indexOf(toneOf(b))

// All boots of one kernel without a pair together.
const unpairedReason = (cells: readonly CellReport[], run: RunResult): Reason => {
  const { arch, config, leg, series } = cells[0]!.cell
  const label = series === NO_SERIES ? 'as it is' : leg === 'before' ? 'without the patch' : 'with the patch'
  const [verdict] = cells.map(({ cell }) => cell.verdict).sort(worstFirst)
  const where = [arch, config, ...whichOf(run, cells[0]!.cell)].join(' ')
  const lines = [
    legLine(label, cells),
    ...holdsLines(cells),
    ...exploredLines(run, cells[0]!.cell),
    ...uncheckedLines(cells),
  ]
  return { where, verdict: verdict!, lines }
}

const byKernel = (cells: readonly CellReport[]): readonly (readonly CellReport[])[] => {
  const groups = new Map<string, CellReport[]>()
  for (const one of cells) {
    const name = `${pairNameOf(one.cell)} ${one.cell.leg}`
    groups.set(name, [...(groups.get(name) ?? []), one])
  }
  return [...groups.values()]
}

// Without a pair, the finding says what kind of failure it is.
const sentence = ({ run, cells }: Report): string => {
  const failure = run.verdict === 'fail' ? cells.flatMap(({ cell }) => failuresOf(cell))[0] : undefined
  return failure ? `A kernel failed: ${failure.title}.` : meaningOf(run.verdict)
}

// An unpatched kernel is expected to fail: before its pair is complete, its failure is not bad.
const toneCut = ({ run, cells }: Report): Tone => {
  if (cells.length === 0) return 'broken'
  const failed = cells.some(({ cell }) => cell.verdict === 'fail' && cell.leg === 'after')
  return failed && toneOf(run.verdict) === 'bad' ? 'bad' : 'unsure'
}

const verdictLines = (report: Report): Omit<Headline, 'reasons' | 'known'> => {
  const { run, cells } = report
  if (!run.interrupted) return { tone: toneOf(run.verdict), verdict: run.verdict, meaning: sentence(report) }
  const meaning =
    cells.length === 0
      ? 'The run ended before its first result.'
      : `The run ended before its last boot. Until then: ${sentence(report)}`
  return { tone: toneCut(report), verdict: 'interrupted', meaning }
}

const scheduleLine = ({ schedule }: RunResult): Headline['schedule'] =>
  schedule === null
    ? undefined
    : {
        text: `The schedule that explore found is ${describeConfirmed(schedule)}.`,
        tone: schedule.confirmed ? 'good' : 'unsure',
      }

/** What a reader needs to know first. */
export const headlineOf = (report: Report): Headline => {
  const { run, cells } = report
  const alone = cells.filter(({ cell }) => !run.pairs.some((pair) => isOf(cell, pair)))
  const unpaired = byKernel(alone).map((group) => unpairedReason(group, run))
  const all = [...run.pairs.map((pair) => pairReason(pair, report)), ...unpaired]
  const shown = all.filter(({ verdict }) => verdict !== 'pass' || run.pairs.length === 0)
  const reasons = [...shown].sort((a, b) => worstFirst(a.verdict, b.verdict))
  const known = knownNotes(run.cells).map(describeNote)
  return { ...verdictLines(report), reasons, known, schedule: scheduleLine(run) }
}
