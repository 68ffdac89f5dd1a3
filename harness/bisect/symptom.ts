// SPDX-License-Identifier: MIT
import { UsageError } from '../model/errors.ts'
import { isBucket, isNamed as namesBug } from '../splat/index.ts'
import type { Sighting, Symptom } from './journal/records.ts'

/** Matches every failure. */
export const ANY_FAILURE: Symptom = {
  kind: null,
  title: null,
  oracle: null,
  signature: false,
  bucket: null,
}

const NAMED = {
  signature: { ...ANY_FAILURE, signature: true },
  build: { ...ANY_FAILURE, kind: 'build' },
  warning: { ...ANY_FAILURE, kind: 'warning' },
  hang: { ...ANY_FAILURE, oracle: 'liveness' },
  script: { ...ANY_FAILURE, oracle: 'script' },
} satisfies Readonly<Record<string, Symptom>>

const isNamed = (word: string): word is keyof typeof NAMED => Object.hasOwn(NAMED, word)

/** Reads `--symptom`: a name, `KIND: TITLE`, `KIND`, a bucket or a part of the title; null for `auto`. */
export const parseSymptom = (text: string): Symptom | null => {
  const word = text.trim()
  if (word === '') throw new UsageError('--symptom is empty', 'leave it out to search for what the bad end shows')
  if (word === 'auto') return null
  if (isNamed(word)) return NAMED[word]
  const pair = /^([a-z][a-z0-9-]*): (.+)$/.exec(word)
  if (pair) return { ...ANY_FAILURE, kind: pair[1]!, title: pair[2]! }
  if (/^[a-z][a-z0-9-]*$/.test(word)) return { ...ANY_FAILURE, kind: word }
  return isBucket(word) ? { ...ANY_FAILURE, bucket: word } : { ...ANY_FAILURE, title: word }
}

// Runs of an older zsharness have no bucket, and are compared by their title.
const isBug = ({ bucket, kind, title }: Symptom, seen: Sighting): boolean => {
  if (bucket !== null && seen.bucket !== null) return bucket === seen.bucket
  if (bucket !== null && title === null) return false
  return (kind === null || kind === seen.kind) && (title === null || seen.title.includes(title))
}

/** True when this failure is the symptom that is searched for. */
export const matches = (symptom: Symptom, seen: Sighting): boolean =>
  (!symptom.signature || seen.signature) &&
  (symptom.oracle === null || symptom.oracle === seen.oracle) &&
  isBug(symptom, seen)

/** The symptom of a failed run of the bad end: the series' own bug, else the first failure. */
export const symptomOf = (sightings: readonly Sighting[]): Symptom | undefined => {
  if (sightings.some(({ signature }) => signature)) return NAMED.signature
  const [first] = sightings
  if (!first) return undefined
  if (first.oracle === 'script') return NAMED.script
  const { kind, title, oracle, bucket } = first
  return { kind, title, oracle, signature: false, bucket: bucket !== null && namesBug(bucket) ? bucket : null }
}

/** True when the build shows the symptom, always in the same way and without a boot. */
export const isStatic = ({ kind, oracle }: Symptom): boolean =>
  // A WARNING of a kernel has the same kind as one of the compiler.
  oracle !== 'console' && (kind === 'build' || kind === 'warning')

/** The symptom in words, for messages and reports. */
export const describeSymptom = ({ kind, title, oracle, signature, bucket }: Symptom): string => {
  if (signature) return "the signature of the series' own bug"
  if (title === null && bucket !== null) return bucket
  const what = [kind, title].filter((part) => part !== null).join(': ')
  return what === '' ? `any failure reported by ${oracle}` : what
}
