// SPDX-License-Identifier: MIT
import { UsageError } from '../model/errors.ts'
import type { HoldChoice, HoldFor, HoldPoints, TriedSchedule } from '../model/results.ts'

/** Why a kernel cannot arm this text beside the others; undefined when it can. */
export type Refusal = (text: string, beside: readonly string[]) => Promise<string | undefined>

type Chosen = HoldPoints['chosen'][number]

const choose = async (
  { choices }: HoldFor,
  refusal: Refusal,
  beside: readonly string[],
): Promise<Chosen | readonly HoldChoice[]> => {
  const instead: HoldChoice[] = []
  for (const { text, why } of choices) {
    const refused = beside.includes(text) ? undefined : await refusal(text, beside)
    if (refused === undefined) return { text, why, instead }
    instead.push({ text, why: refused })
  }
  return instead
}

const isChosen = (one: Chosen | readonly HoldChoice[]): one is Chosen => 'text' in one

/** The points of a schedule that are armed, and the preemptions for which there is none. */
export interface SchedulePoints {
  readonly chosen: readonly Chosen[]
  readonly notes: readonly string[]
}

/** For each preemption of a schedule, the nearest point that the kernel can arm. */
export const chooseSchedulePoints = async (
  { file, holds }: TriedSchedule,
  refusal: Refusal,
): Promise<SchedulePoints> => {
  const chosen: Chosen[] = []
  const notes: string[] = []
  let last: HoldChoice | undefined
  for (const one of holds) {
    const beside = chosen.map(({ text }) => text)
    const found = await choose(one, refusal, beside)
    if (!isChosen(found)) {
      last = found.at(-1)
      notes.push(
        `the schedule's preemption of thread ${one.thread}: no point can be armed${last ? `: '${last.text}': ${last.why}` : ''}`,
      )
    } else if (!beside.includes(found.text)) chosen.push(found)
  }
  if (chosen.length > 0) return { chosen, notes }
  throw new UsageError(
    `--schedule ${file}: this kernel can arm none of its points${last ? `; '${last.text}': ${last.why}` : ''}`,
    'try --amplify auto: it looks for points around the patch',
  )
}
