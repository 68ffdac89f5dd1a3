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

/** What failures are told with. */
export interface Told {
  readonly program: string
  readonly src: string
  readonly series: Series
  readonly touched: readonly string[]
}

type Telling = Omit<FoundFailure, 'file' | 'foundMs'>

/** Whether the stack of a failure alone shows the bug of the series. */
export const showsBug = async (
  { symptom, model }: RawFailure,
  { program, series, touched }: Told,
): Promise<boolean> => {
  const at = await lookUp(program, symptom.stack)
  return isBugOf({ stack: symptom.stack.flatMap(at), model }, { signature: series.signature, touched })
}

/** Failures with their source lines. */
export const tellFailures = async (
  found: readonly RawFailure[],
  { program, src, series, touched }: Told,
): Promise<readonly Telling[]> => {
  const at = await lookUp(program, found.flatMap(stacksOf))
  const places = (stack: readonly string[]): Place[] => stack.flatMap(at).map((place) => ({ ...place }))
  const textAt = await readTexts(src, places(found.flatMap(stacksOf)))
  return found.map((raw) => {
    const { scenario, text: scenarioText, schedule, bound, nth, model, symptom } = raw
    const stack = places(symptom.stack)
    return {
      ...{ scenario, scenarioText, schedule, bound, nth, model, stack },
      kind: symptom.kind,
      text: symptom.text,
      isBug: isBugOf({ stack, model }, { signature: series.signature, touched }),
      steps: stepsOf(raw, places, textAt).map((step) => ({ ...step, stack: [...step.stack] })),
    }
  })
}
