// SPDX-License-Identifier: MIT

import { cleanLine } from '../lib/text/clean.ts'
import { duration } from '../lib/text/time.ts'
import type { Event, Step } from '../model/events.ts'

const STEP_WORDS: Readonly<Record<Step, string>> = {
  tree: 'source tree',
  patch: 'patches',
  config: 'configuration',
  build: 'kernel build',
  guest: 'guest',
  boot: 'boot',
  lane: 'lane',
  judge: 'verdict',
  objects: 'objects',
  explore: 'exploration',
}

/** A step's name for a reader. */
export const stepWords = (step: Step): string => STEP_WORDS[step]

type StepEvent = Extract<Event, { type: 'step' }>
type ProgressEvent = Extract<Event, { type: 'progress' }>

const withDetail = (text: string, detail: string | undefined): string =>
  detail === undefined || detail === '' ? text : `${text}: ${cleanLine(detail)}`

/** `kernel build done in 3 min 5 s: 742 objects`. */
export const describeStep = ({ step, state, detail }: StepEvent, tookMs: number | undefined): string => {
  const name = stepWords(step)
  if (state === 'start') return withDetail(name, detail)
  if (state === 'cached') return withDetail(`${name} from the cache`, detail)
  return withDetail(`${name} done${tookMs === undefined ? '' : ` in ${duration(tookMs)}`}`, detail)
}

/** `kernel build 43 %, 318 objects, ETA 2 min 10 s`. */
export const describeProgress = ({ step, fraction, detail, remainingMs }: ProgressEvent): string => {
  const parts = [
    `${stepWords(step)}${fraction === null ? '' : ` ${Math.floor(fraction * 100)} %`}`,
    ...(detail ? [cleanLine(detail)] : []),
    ...(remainingMs === undefined || !Number.isFinite(remainingMs) ? [] : [`ETA ${duration(remainingMs)}`]),
  ]
  return parts.join(', ')
}

/** What stays of a run: where its results are, and what to do next. */
export const endOf = ({ dir, next }: Extract<Event, { type: 'run' }>): readonly (readonly [string, string])[] => [
  ...(dir === undefined ? [] : [['results', dir] as const]),
  ...(next === undefined ? [] : [['next', next] as const]),
]
