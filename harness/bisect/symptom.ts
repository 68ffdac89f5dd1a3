// SPDX-License-Identifier: MIT
import { UsageError } from '../model/errors.ts'
import type { Sighting, Symptom } from './journal/records.ts'

/** Matches every failure. */
export const ANY_FAILURE: Symptom = { kind: null, title: null, oracle: null, signature: false }

const NAMED = {
  signature: { ...ANY_FAILURE, signature: true },
  build: { ...ANY_FAILURE, kind: 'build' },
  warning: { ...ANY_FAILURE, kind: 'warning' },
  hang: { ...ANY_FAILURE, oracle: 'liveness' },
  script: { ...ANY_FAILURE, oracle: 'script' },
} satisfies Readonly<Record<string, Symptom>>

const isNamed = (word: string): word is keyof typeof NAMED => Object.hasOwn(NAMED, word)

/** Reads `--symptom`: a name, `KIND: TITLE`, `KIND` or a part of the title; null for `auto`. */
export const parseSymptom = (text: string): Symptom | null => {
  const word = text.trim()
  if (word === '') throw new UsageError('--symptom is empty', 'leave it out to search for what the bad end shows')
  if (word === 'auto') return null
  if (isNamed(word)) return NAMED[word]
  const pair = /^([a-z][a-z0-9-]*): (.+)$/.exec(word)
  if (pair) return { ...ANY_FAILURE, kind: pair[1]!, title: pair[2]! }
  return /^[a-z][a-z0-9-]*$/.test(word) ? { ...ANY_FAILURE, kind: word } : { ...ANY_FAILURE, title: word }
}

/** True when this failure is the symptom that is searched for. */
export const matches = (symptom: Symptom, seen: Sighting): boolean =>
  (!symptom.signature || seen.signature) &&
  (symptom.kind === null || symptom.kind === seen.kind) &&
  (symptom.oracle === null || symptom.oracle === seen.oracle) &&
  (symptom.title === null || seen.title.includes(symptom.title))

/** The symptom of a failed run of the bad end: the series' own bug, else the first failure. */
export const symptomOf = (sightings: readonly Sighting[]): Symptom | undefined => {
  if (sightings.some(({ signature }) => signature)) return NAMED.signature
  const [first] = sightings
  if (!first) return undefined
  if (first.oracle === 'script') return NAMED.script
  return { kind: first.kind, title: first.title, oracle: first.oracle, signature: false }
}

/** True when the build shows the symptom, always in the same way and without a boot. */
export const isStatic = ({ kind }: Symptom): boolean => kind === 'build' || kind === 'warning'

/** The symptom in words, for messages and reports. */
export const describeSymptom = ({ kind, title, oracle, signature }: Symptom): string => {
  if (signature) return "the signature of the series' own bug"
  const what = [kind, title].filter((part) => part !== null).join(': ')
  return what === '' ? `any failure reported by ${oracle}` : what
}
