// SPDX-License-Identifier: MIT
import { UsageError } from '../model/errors.ts'
import type { Sighting, Symptom } from './journal/records.ts'

const NONE: Symptom = { kind: null, title: null, oracle: null, signature: false }

const NAMED: Readonly<Record<string, Symptom>> = {
  signature: { ...NONE, signature: true },
  build: { ...NONE, kind: 'build' },
  warning: { ...NONE, kind: 'warning' },
  hang: { ...NONE, oracle: 'liveness' },
  script: { ...NONE, oracle: 'script' },
}

/** Reads `--symptom`: a name, `KIND: TITLE`, `KIND` or a part of the title; null for `auto`. */
export const parseSymptom = (text: string): Symptom | null => {
  const word = text.trim()
  if (word === '') throw new UsageError('--symptom is empty', 'leave it out to take what the bad end shows')
  if (word === 'auto') return null
  const named = NAMED[word]
  if (named) return named
  const pair = /^([a-z][a-z0-9-]*): (.+)$/.exec(word)
  if (pair) return { ...NONE, kind: pair[1]!, title: pair[2]! }
  return /^[a-z][a-z0-9-]*$/.test(word) ? { ...NONE, kind: word } : { ...NONE, title: word }
}

/** True when a sighting is what the search is for; another crash is not. */
export const matches = (symptom: Symptom, seen: Sighting): boolean =>
  (!symptom.signature || seen.signature) &&
  (symptom.kind === null || symptom.kind === seen.kind) &&
  (symptom.oracle === null || symptom.oracle === seen.oracle) &&
  (symptom.title === null || seen.title.includes(symptom.title))

/** The symptom that a failed run of the bad end speaks for: the series' own bug, else what came first. */
export const symptomOf = (sightings: readonly Sighting[]): Symptom | undefined => {
  if (sightings.some(({ signature }) => signature)) return NAMED.signature
  const [first] = sightings
  if (!first) return undefined
  if (first.oracle === 'script') return NAMED.script
  return { kind: first.kind, title: first.title, oracle: first.oracle, signature: false }
}

/** True when the build alone shows it, the same each time. */
export const isStatic = ({ kind }: Symptom): boolean => kind === 'build' || kind === 'warning'

/** In words, for messages and reports. */
export const describeSymptom = ({ kind, title, oracle, signature }: Symptom): string => {
  if (signature) return "the signature of the series' own bug"
  const what = [kind, title].filter((part) => part !== null).join(': ')
  return what === '' ? `any failure told by ${oracle}` : what
}
