// SPDX-License-Identifier: MIT
import type { Random } from '../campaign/random.ts'
import { type Line, linesOf, type Mutated, type WholeLog } from './logs.ts'
import { callersOf, isStamped, isStampedThroughout, prefixes, restamped } from './prefixes.ts'

/** The log cut after each of its lines. */
export function* cuts(log: WholeLog): Generator<Mutated> {
  const lines = linesOf(log)
  for (let end = 1; end < lines.length; end++) yield { name: `cut after line ${end}`, lines: lines.slice(0, end) }
}

/** The log without its first lines: a console that was attached late. */
export function* lateStarts(log: WholeLog): Generator<Mutated> {
  const lines = linesOf(log)
  for (let from = 1; from < lines.length; from++) yield { name: `from line ${from + 1} on`, lines: lines.slice(from) }
}

/** The log without one of its lines, for each, and without some at random. */
export function* drops(log: WholeLog, random: Random): Generator<Mutated> {
  const lines = linesOf(log)
  for (const { at } of lines) yield { name: `without line ${at}`, lines: lines.filter((line) => line.at !== at) }
  for (let round = 0; round < 8; round++) {
    const share = 3 + random.between(0, 12)
    yield { name: `some lines dropped, ${round}`, lines: lines.filter(() => random.between(0, share) > 0) }
  }
}

/** Each line twice, one line after the other, and blocks that come again, as a serial line repeats them. */
export function* repeats(log: WholeLog, random: Random): Generator<Mutated> {
  const lines = linesOf(log)
  yield { name: 'each line twice', lines: lines.flatMap((line) => [line, line]) }
  for (const { at } of lines)
    yield { name: `line ${at} twice`, lines: lines.flatMap((line) => (line.at === at ? [line, line] : [line])) }
  for (let round = 0; round < 4; round++) {
    const from = random.between(0, lines.length)
    const to = Math.min(lines.length, from + random.between(2, 9))
    yield {
      name: `lines ${from + 1} to ${to} twice`,
      lines: [...lines.slice(0, to), ...lines.slice(from)],
    }
  }
}

/** The log as other programs would have shown it. */
export function* reprefixed(log: WholeLog): Generator<Mutated> {
  if (!isStamped(log.lines)) return
  for (const [name, change] of Object.entries(prefixes)) {
    if (name === 'none' && callersOf(log.lines).size > 1) continue
    const lines = linesOf(log).map((line, index) => ({ ...line, text: change(line.text, index) }))
    yield { name: `prefix: ${name}`, lines }
  }
}

/** Whether its reports can be told apart from those of another log: one task prints, and the machine does not restart. */
export const canInterleave = ({ lines, splats }: WholeLog): boolean =>
  splats.length > 0 &&
  isStampedThroughout(lines) &&
  callersOf(lines).size < 2 &&
  !splats.some(({ family }) => family === 'unexpected-reboot' || family === 'panic') &&
  !lines.some((line) => /Linux version|Command line:|Kernel panic|reboot: /.test(line))

const MAX_BLOCK = 6
const STEP_US = 13

/** The lines of two logs, a few of the one and a few of the other, with the stamps of one clock. */
const woven = (one: WholeLog, other: WholeLog, random: Random, callers: boolean): readonly Line[] => {
  const rest: Line[][] = [[...linesOf(one)], [...linesOf(other)]]
  const out: Line[] = []
  for (let turn = 0; rest.some((lines) => lines.length > 0); turn = 1 - turn)
    out.push(...rest[turn]!.splice(0, random.between(1, MAX_BLOCK)))
  return out.map((line, index) => {
    const caller = line.log === one ? 'T101' : 'T202'
    return { ...line, text: restamped(line.text, 90_000_000 + index * STEP_US, callers ? caller : undefined) }
  })
}

/** Two logs that two CPUs print at once. */
export function* interleaved(one: WholeLog, other: WholeLog, random: Random): Generator<Mutated> {
  if (one === other || !canInterleave(one) || !canInterleave(other)) return
  const keeps = [...one.splats, ...other.splats]
  yield { name: `with callers, and ${other.name}`, lines: woven(one, other, random, true), keeps }
  yield { name: `without callers, and ${other.name}`, lines: woven(one, other, random, false), keeps }
}
