// SPDX-License-Identifier: MIT
import { type Diagnostic, placeOf } from '../kernel/output.ts'
import type { Finding } from '../model/results.ts'
import { findingOf } from './observation.ts'

// Lines, columns and offsets move with every patch; the message stays.
const identity = ({ file, message }: Diagnostic): string => `${file}: ${message.replace(/\+0x[0-9a-f]+/g, '+')}`

const place = (one: Diagnostic): string => `${placeOf(one)}:${one.column}: ${one.message}`

/** The warnings by identity, each place once: a header's warning is printed for every file that includes it. */
const group = (list: readonly Diagnostic[]): ReadonlyMap<string, readonly Diagnostic[]> => {
  const places = new Map(list.filter(({ severity }) => severity === 'warning').map((one) => [place(one), one]))
  const groups = new Map<string, Diagnostic[]>()
  for (const one of places.values()) groups.set(identity(one), [...(groups.get(identity(one)) ?? []), one])
  return groups
}

/** Those of `now` that are more than `old` has; best those at places where `old` has none. */
const surplus = (old: readonly Diagnostic[], now: readonly Diagnostic[]): readonly Diagnostic[] => {
  const known = new Set(old.map(place))
  const [moved, same] = [now.filter((one) => !known.has(place(one))), now.filter((one) => known.has(place(one)))]
  return [...same, ...moved].slice(old.length)
}

const times = (count: number): string =>
  count === 0 ? 'the before leg does not have it' : `the before leg has it ${count === 1 ? 'once' : `${count} times`}`

const findingAt = (oracle: string, { file, line, message, option }: Diagnostic, before: number): Finding =>
  findingOf(oracle, {
    kind: 'warning',
    title: message,
    detail: `${placeOf({ file, line })}: ${message}${option === null ? '' : ` [${option}]`}; ${times(before)}`,
    file,
    line,
  })

export interface WarningScope {
  readonly oracle?: string
  /** Only warnings in these files, where the legs are not compared as a whole; everything by default. */
  readonly files?: readonly string[]
}

/** Warnings that the after leg has more often than the before leg, in any file. */
export const newWarnings = (
  before: readonly Diagnostic[],
  after: readonly Diagnostic[],
  { oracle = 'warnings', files }: WarningScope = {},
): readonly Finding[] => {
  const old = group(before)
  return [...group(after)]
    .filter(([, now]) => files === undefined || files.includes(now[0]!.file))
    .flatMap(([name, now]) => {
      const known = old.get(name) ?? []
      return surplus(known, now).map((one) => findingAt(oracle, one, known.length))
    })
}

/** The finding of a kernel that does not compile. */
export const buildFinding = (message: string, diagnostics: readonly Diagnostic[]): Finding => {
  const first = diagnostics.find(({ severity }) => severity === 'error')
  return findingOf('build', {
    kind: 'build',
    title: first ? `${first.file}: ${first.message}` : 'the kernel does not build',
    detail: message,
    file: first?.file ?? null,
    line: first?.line ?? null,
  })
}
