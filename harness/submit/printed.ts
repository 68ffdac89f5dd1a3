// SPDX-License-Identifier: MIT
import { z } from 'zod'
import type { Event } from '../model/events.ts'

const word = z.string()
const words = z.array(z.string())
const scoped = { scope: word }

/** The events of a node that are shown, by the fields that whoever shows them relies on. */
const shown = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('plan'), cells: words, added: words.optional() }),
  z.looseObject({ type: z.literal('step'), ...scoped, step: word, state: word, detail: word.optional() }),
  z.looseObject({
    type: z.literal('progress'),
    ...{ ...scoped, step: word, fraction: z.number().nullable() },
    ...{ detail: word.optional(), remainingMs: z.number().optional() },
  }),
  z.looseObject({ type: z.literal('note'), ...scoped, level: z.enum(['info', 'warning']), text: word }),
  z.looseObject({
    type: z.literal('cell'),
    ...{ ...scoped, verdict: word, text: word },
    findings: z.array(z.looseObject({ kind: word, title: word })).optional(),
  }),
])

/** The events in these lines of `--format jsonl`; what is none is skipped: whatever starts zsharness on a node may print too. */
export const eventsIn = (lines: readonly string[]): readonly Event[] =>
  lines.flatMap((line) => {
    try {
      const { elapsedMs: _, ...event } = shown.parse(JSON.parse(line))
      return [event as Event]
    } catch {
      return []
    }
  })
