// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Series } from '../inputs/series/model.ts'
import type { RawFailure } from './records.ts'
import type { FoundFailure } from './result.ts'
import { stepsOf } from './schedule.ts'
import { lookUp, type Place } from './symbols.ts'
import { isBugOf } from './verdict.ts'

/** The text of lines of the source, each file read once. */
const readTexts = async (src: string, places: readonly Place[]): Promise<(place: Place) => string> => {
  const files = new Set(places.flatMap(({ file }) => file ?? []))
  const texts = new Map<string, readonly string[]>()
  for (const file of files) {
    const text = await readFile(join(src, file), 'utf8').catch(() => undefined)
    if (text !== undefined) texts.set(file, text.split('\n'))
  }
  return ({ file, line }) => (file === null ? '' : (texts.get(file)?.[line - 1] ?? ''))
}

const stacksOf = ({ steps, symptom }: Pick<RawFailure, 'steps' | 'symptom'>): readonly string[] => [
  ...symptom.stack,
  ...steps.flatMap(({ stack, pc }) => (stack.length > 0 ? stack : [pc ?? []].flat())),
]

export interface Told {
  readonly program: string
  readonly src: string
  readonly series: Series
  readonly touched: readonly string[]
}

/** A failure with its source lines. */
export const tellFailure = async (
  raw: RawFailure,
  { program, src, series, touched }: Told,
): Promise<Omit<FoundFailure, 'file' | 'foundMs'>> => {
  const at = await lookUp(program, stacksOf(raw))
  const places = (stack: readonly string[]): readonly Place[] => stack.flatMap(at)
  const textAt = await readTexts(src, places(stacksOf(raw)))
  const stack = places(raw.symptom.stack)
  const { scenario, text: scenarioText, schedule, bound, nth, model, symptom } = raw
  return {
    ...{ scenario, scenarioText, schedule, bound, nth, model },
    kind: symptom.kind,
    text: symptom.text,
    stack: stack.map((place) => ({ ...place })),
    isBug: isBugOf({ stack: [...stack], model }, { signature: series.signature, touched }),
    steps: stepsOf(raw, places, textAt).map((step) => ({ ...step, stack: step.stack.map((place) => ({ ...place })) })),
  }
}
