// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Series } from '../inputs/series/model.ts'
import { readDebugInfo } from '../lib/dwarf/read.ts'
import { type DebugInfo, NO_DEBUG_INFO } from '../lib/dwarf/types.ts'
import { readElf } from '../lib/elf.ts'
import { type Bug, type BugMatch, bugShownBy } from './bug.ts'
import { holdsOfSchedule } from './holds/choices.ts'
import { namerOf } from './names.ts'
import type { RawFailure } from './records.ts'
import type { FoundFailure } from './result.ts'
import { stepsOf } from './schedule.ts'
import { lookUp, type Place } from './symbols.ts'

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

const stacksOf = ({
  steps,
  symptom,
  objects,
}: Pick<RawFailure, 'steps' | 'symptom' | 'objects'>): readonly string[] => [
  ...symptom.stack,
  ...objects.flatMap(({ stack }) => stack),
  ...steps.flatMap(({ stack, pc }) => (stack.length > 0 ? stack : [pc ?? []].flat())),
]

/** What failures are told with. */
export interface Told {
  readonly program: string
  readonly src: string
  readonly series: Series
  readonly touched: readonly string[]
  /** Whether the source is the one whose lines `--hold` names: that without the patch. */
  readonly hasLines: boolean
}

type Telling = Omit<FoundFailure, 'file' | 'foundMs'>

const bugOf = ({ program, series, touched }: Told): Bug => {
  let functions: ReturnType<typeof readElf>['functions'] | undefined
  const has = (name: string): boolean => {
    functions ??= readElf(program).functions
    return functions.has(name)
  }
  return { signature: series.signature, touched, has }
}

/** For each failure, how it shows the bug of the series; undefined when it does not. */
const matchBug = async (found: readonly RawFailure[], told: Told): Promise<readonly (BugMatch | undefined)[]> => {
  const at = await lookUp(
    told.program,
    found.flatMap(({ symptom }) => symptom.stack),
  )
  const bug = bugOf(told)
  return found.map(({ symptom: { stack, kind, text }, model }) =>
    bugShownBy({ stack: stack.flatMap(at), model, kind, text }, bug),
  )
}

/** For each failure, whether it shows the bug of the series. */
export const showBug = async (found: readonly RawFailure[], told: Told): Promise<readonly boolean[]> =>
  (await matchBug(found, told)).map((match) => match !== undefined)
// What is ours is not what the kernel calls it.
const isKernels = (source: string): boolean => !/guest\/explore\/|<artificial>/.test(source)

/** The kernel's types and functions, in an explorer of it. */
export const kernelInfo = (program: string): DebugInfo => readDebugInfo(program, isKernels)

/** Failures with their source lines. */
export const tellFailures = async (found: readonly RawFailure[], told: Told): Promise<readonly Telling[]> => {
  if (found.length === 0) return []
  const { program, src, hasLines } = told
  const at = await lookUp(program, found.flatMap(stacksOf))
  const places = (stack: readonly string[]): Place[] => stack.flatMap(at).map((place) => ({ ...place }))
  const textAt = await readTexts(src, places(found.flatMap(stacksOf)))
  const matches = await matchBug(found, told)
  // Without addresses there is nothing to look up.
  const info = found.flatMap(stacksOf).length === 0 ? NO_DEBUG_INFO : kernelInfo(program)
  const functions = info === NO_DEBUG_INFO ? undefined : readElf(program).functions
  const has = (name: string): boolean => functions?.has(name) === true
  return found.map((raw, index) => {
    const { scenario, text: scenarioText, schedule, bound, nth, model, symptom } = raw
    const stack = places(symptom.stack)
    const words = { places, textAt, variableOf: namerOf(raw, info, places, textAt) }
    const steps = stepsOf(raw, words).map((step) => ({ ...step, stack: [...step.stack] }))
    return {
      ...{ scenario, scenarioText, schedule, bound, nth, model, stack },
      kind: symptom.kind,
      text: symptom.text,
      isBug: matches[index] !== undefined,
      unseen: matches[index]?.unseen ?? null,
      steps,
      holds: holdsOfSchedule(steps, { info, has, hasLines }),
    }
  })
}
