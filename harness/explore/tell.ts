// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Series } from '../inputs/series/model.ts'
import { readElf } from '../lib/elf.ts'
import type { RawFailure } from './records.ts'
import type { FoundFailure } from './result.ts'
import { stepsOf } from './schedule.ts'
import { type Lookup, lookUp, type Place } from './symbols.ts'
import { type Bug, isBugOf } from './verdict.ts'

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

const bugOf = ({ program, series, touched }: Told): Bug => {
  // Read when it is asked for: a failure may have no stack.
  let functions: ReadonlyMap<string, unknown> | undefined
  const has = (name: string): boolean => {
    functions ??= readElf(program).functions
    return functions.has(name)
  }
  return { signature: series.signature, touched, has }
}

/** For each failure, whether its stack shows the bug of the series. */
export const showBug = async (found: readonly RawFailure[], told: Told): Promise<readonly boolean[]> => {
  const addresses = found.flatMap(({ symptom }) => symptom.stack)
  const at: Lookup = addresses.length === 0 ? () => [] : await lookUp(told.program, addresses)
  const bug = bugOf(told)
  return found.map(({ symptom: { kind, stack }, model }) => isBugOf({ kind, stack: stack.flatMap(at), model }, bug))
}

/** Failures with their source lines. */
export const tellFailures = async (found: readonly RawFailure[], told: Told): Promise<readonly Telling[]> => {
  if (found.length === 0) return []
  const { program, src } = told
  const at = await lookUp(program, found.flatMap(stacksOf))
  const places = (stack: readonly string[]): Place[] => stack.flatMap(at).map((place) => ({ ...place }))
  const textAt = await readTexts(src, places(found.flatMap(stacksOf)))
  const isBug = await showBug(found, told)
  return found.map((raw, index) => {
    const { scenario, text: scenarioText, schedule, bound, nth, model, symptom } = raw
    const stack = places(symptom.stack)
    return {
      ...{ scenario, scenarioText, schedule, bound, nth, model, stack },
      kind: symptom.kind,
      text: symptom.text,
      isBug: isBug[index]!,
      steps: stepsOf(raw, places, textAt).map((step) => ({ ...step, stack: [...step.stack] })),
    }
  })
}
