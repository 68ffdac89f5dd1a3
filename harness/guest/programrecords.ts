// SPDX-License-Identifier: MIT
import { type Check, when } from './asked.ts'
import { type GuestRecord, ofType } from './records.ts'

type End = Extract<GuestRecord, { t: 'workloadEnd' }>
type Output = Extract<GuestRecord, { t: 'workloadOutput' }>

/** Bytes of a stream that are sent: the first and the last ones. */
export const HEAD_BYTES = 64 << 10
export const TAIL_BYTES = 16 << 10

const sum = (list: readonly { readonly count: number }[]): number => list.reduce((total, { count }) => total + count, 0)

/** Where the bytes must be that were sent of a stream of this length: from and to, in order. */
const rangesOf = (total: number): readonly (readonly [number, number])[] => {
  const head = Math.min(total, HEAD_BYTES)
  const tail = Math.max(head, total - TAIL_BYTES)
  return tail === head
    ? [[0, total]]
    : [
        [0, head],
        [tail, total],
      ]
}

/** The ranges that these parts make when each begins where the one before ended. */
const joined = (parts: readonly Output[]): readonly (readonly [number, number])[] => {
  const ranges: (readonly [number, number])[] = []
  for (const { offset, text } of parts) {
    const last = ranges.at(-1)
    if (last?.[1] === offset) ranges[ranges.length - 1] = [last[0], offset + text.length]
    else ranges.push([offset, offset + text.length])
  }
  return ranges
}

const named = (ranges: readonly (readonly [number, number])[]): string =>
  ranges.map(([from, to]) => `${from}–${to}`).join(', ') || 'none'

const outputOf = (records: readonly GuestRecord[], { program, name, ...end }: End): readonly string[] =>
  (['stdout', 'stderr'] as const).flatMap((stream) => {
    const parts = ofType(records, 'workloadOutput').filter((one) => one.program === program && one.stream === stream)
    const total = end[`${stream}Bytes`]
    const wanted = total === 0 ? [] : rangesOf(total)
    return when(
      named(joined(parts)) !== named(wanted),
      `program ${name} wrote ${total} bytes to ${stream}, and sent the bytes ${named(joined(parts))}`,
    )
  })

const endOf = (end: End, processes: number, limitMs: number): readonly string[] => [
  ...when(
    end.error === null && end.processes !== processes,
    `program ${end.name} had ${end.processes} processes, asked for were ${processes}`,
  ),
  ...when(
    sum(end.exits) + sum(end.signals) + end.alive !== end.processes,
    `of ${end.processes} processes of program ${end.name}, ${sum(end.exits)} exited, ${sum(end.signals)} died and ${end.alive} are left`,
  ),
  ...when(
    end.timedOut && end.elapsedMs < limitMs,
    `program ${end.name} was stopped after ${end.elapsedMs} ms, its limit is ${limitMs} ms`,
  ),
]

/** Where the records of the user's programs contradict each other or what was asked for. */
export const programs: Check = (records, { programs: asked }) => {
  const starts = ofType(records, 'workloadStart')
  const ends = ofType(records, 'workloadEnd')
  const lane = ofType(records, 'laneStart').find((one) => one.lane === 'workload')
  const whole = ofType(records, 'laneEnd').some((one) => one.lane === 'workload' && one.status === 'ok')
  const names = asked?.names ?? []
  const wrong = (what: string, list: readonly { readonly program: number; readonly name: string }[]) =>
    when(
      list.some(({ program, name }, index) => program !== index || name !== names[index]) ||
        (whole && list.length !== names.length),
      `the programs that ${what} are ${list.map(({ name }) => name).join(', ') || 'none'}, asked for were ${names.join(', ') || 'none'}`,
    )
  return [
    ...wrong('began', starts),
    ...wrong('ended', ends),
    ...ends.flatMap((end) => [
      ...endOf(end, asked?.processes ?? 0, (lane?.seconds ?? 0) * 1000),
      ...when(whole && end.error !== null, `program ${end.name} did not start, but its lane says ok`),
      ...when(whole && end.alive > 0, `${end.alive} processes of program ${end.name} are left, but its lane says ok`),
      ...outputOf(records, end),
    ]),
  ]
}
