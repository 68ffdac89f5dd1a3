// SPDX-License-Identifier: MIT
import type { Splat } from '../model.ts'
import { plainName } from '../parse/title.ts'
import { classOf, subjectOf } from './classes.ts'
import { locksOf } from './locks.ts'
import { refined } from './refine.ts'

/** What the bucket of a report is made of; results of an older zsharness have it all. */
export type Bucketed = Pick<Splat, 'family' | 'kind' | 'title' | 'function' | 'lines'>

/** Stands for a function that is not known. */
const UNKNOWN = '?'

const MAX_WORDS = 6
const MAX_SUBJECT = 120
// What `normalizeText` leaves of numbers and addresses.
const HOLES = new Set(['NUM', 'ADDR', 'CPU', 'PID'])

const words = (text: string): string =>
  text
    .replace(/\([^()]*\)|"[^"]*"/g, ' ')
    .split(/[^A-Za-z0-9_]+/)
    .filter((word) => word !== '' && !HOLES.has(word) && !/^\d+$/.test(word))
    .slice(0, MAX_WORDS)
    .join('-')

const safe = (name: string): string => name.replace(/[^\w$.:]+/g, '-').slice(0, MAX_SUBJECT)

const functionIn = ({ function: name }: Bucketed): string => (name === null ? UNKNOWN : safe(plainName(name)))

const withoutFunction = ({ title, function: name }: Bucketed): string => {
  const suffix = ` in ${name}`
  return title.endsWith(suffix) ? title.slice(0, -suffix.length) : title
}

const textIn = (splat: Bucketed): string =>
  words(withoutFunction(splat).replace(/^(?:kernel panic|BUG|WARNING|INFO): /, ''))

const raceIn = (splat: Bucketed): string => {
  const sides = splat.title.includes(' in ') ? splat.title.slice(splat.title.lastIndexOf(' in ') + 4).split(' / ') : []
  return sides.length === 0
    ? functionIn(splat)
    : sides
        .map((side) => safe(plainName(side)))
        .sort()
        .join('+')
}

const locksIn = (splat: Bucketed): string => {
  const locks = locksOf(splat.lines).map((name) => safe(name).replace(/^-|-$/g, ''))
  return locks.length === 0 ? functionIn(splat) : [...new Set(locks)].sort().join('+').slice(0, MAX_SUBJECT)
}

const partsOf = (name: string, splat: Bucketed): readonly string[] => {
  switch (subjectOf(name) ?? 'function') {
    case 'nothing':
      return [name]
    case 'text':
      return [name, textIn(splat)]
    case 'text-function':
      return [name, textIn(splat), functionIn(splat)]
    case 'race':
      return [name, raceIn(splat)]
    case 'locks':
      return [name, locksIn(splat)]
    case 'function':
      return [name, functionIn(splat)]
  }
}

/**
 * The name of the bug that a report shows: `CLASS:SUBJECT`, one word without blanks. Two reports with the same name are
 * of the same bug, whatever build, machine or architecture printed them.
 */
export const bucketOf = (splat: Bucketed): string =>
  partsOf(refined(classOf(splat.family, splat.kind)[0], splat.lines), splat)
    .filter((part) => part !== '')
    .join(':')

/** Whether a text has the form of a bucket's name: a known class, and a subject where the class has one. */
export const isBucket = (text: string): boolean => {
  const at = text.indexOf(':')
  const subject = subjectOf(at < 0 ? text : text.slice(0, at))
  if (subject === undefined || /\s/.test(text)) return false
  return subject === 'nothing' ? at < 0 : at > 0 && at < text.length - 1
}

/** Whether the bucket names what is to blame: others hold every report of their class whose function is lost. */
export const isNamed = (bucket: string): boolean => !bucket.endsWith(`:${UNKNOWN}`)
