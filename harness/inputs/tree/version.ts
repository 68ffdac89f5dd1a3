// SPDX-License-Identifier: MIT
import { UsageError } from '../../model/errors.ts'

/** A kernel version, ordered as mainline does: 6.12-rc1 < 6.12 < 6.12.1. Not semver. */
export interface KernelVersion {
  readonly major: number
  readonly minor: number
  readonly patch: number
  readonly rc: number | undefined
}

const FORM = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:-rc(\d+))?(?:[-+].*)?$/

/** Parses `6.1`, `v6.2-rc4` or `6.1.192`, with any suffix of uname; undefined for anything else. */
export const parseVersion = (text: string): KernelVersion | undefined => {
  const match = FORM.exec(text.trim())
  if (!match) return undefined
  const [, major, minor, patch, rc] = match
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch ?? 0),
    rc: rc === undefined ? undefined : Number(rc),
  }
}

const order = ({ major, minor, patch, rc }: KernelVersion): readonly number[] => [
  major,
  minor,
  patch,
  rc ?? Number.POSITIVE_INFINITY,
]

/** Negative, zero or positive, for `sort`. */
export const compareVersions = (a: KernelVersion, b: KernelVersion): number => {
  const [left, right] = [order(a), order(b)]
  const at = left.findIndex((part, i) => part !== right[i])
  if (at < 0) return 0
  return left[at]! < right[at]! ? -1 : 1
}

/** The version as kernel.org writes it: `6.1.192`, `6.2`, `6.2-rc4`. */
export const formatVersion = ({ major, minor, patch, rc }: KernelVersion): string =>
  `${major}.${minor}${patch > 0 ? `.${patch}` : ''}${rc === undefined ? '' : `-rc${rc}`}`

const TESTS: Readonly<Record<string, (order: number) => boolean>> = {
  '>=': (n) => n >= 0,
  '<=': (n) => n <= 0,
  '>': (n) => n > 0,
  '<': (n) => n < 0,
  '=': (n) => n === 0,
}

type Comparator = (version: KernelVersion) => boolean

const parseComparator = (text: string): Comparator | undefined => {
  const match = /^(>=|<=|>|<|=)?(.+)$/.exec(text)
  const bound = parseVersion(match?.[2] ?? '')
  const holds = TESTS[match?.[1] ?? '=']
  return bound && holds && ((version) => holds(compareVersions(version, bound)))
}

const BOUND = String.raw`(>=|<=|>|<|=)?v?\d+\.\d+(\.\d+)?([-+]\S*)?`

/** A version range: comparators that must all hold, as in `>=6.1 <6.2-rc1`; `*` is any version. */
export const RANGE = new RegExp(String.raw`^\s*(\*|${BOUND}(\s+${BOUND})*)\s*$`)

/** True when `version` is in `range`. */
export const inRange = (version: KernelVersion, range: string): boolean => {
  if (!RANGE.test(range)) throw new UsageError(`"${range}" is not a version range`, 'write it as in ">=6.1 <6.2-rc1"')
  if (range.trim() === '*') return true
  const parts = range.trim().split(/\s+/)
  return parts.every((part) => parseComparator(part)?.(version) === true)
}
