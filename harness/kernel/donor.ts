// SPDX-License-Identifier: MIT
import { isInEveryCommand } from './everyobject.ts'

/** What decides the bytes of a kernel. */
export interface BuildIdentity {
  readonly arch: string
  readonly toolchain: string
  /** The wanted options and make's variables, one line each. */
  readonly options: readonly string[]
  /** The listing of the source's files: its hash in the store. */
  readonly listing: string
}

/** A finished build, and the files by which its source differs. */
export interface Candidate<T> {
  readonly meta: T
  /** Paths, sorted. */
  readonly differing: readonly string[]
}

/** Whether make could take over objects: whatever else differs, it compiles again. */
export const fits = (want: BuildIdentity, have: BuildIdentity): boolean =>
  want.arch === have.arch && want.toolchain === have.toolchain

const differingLines = (a: readonly string[], b: readonly string[]): readonly string[] => {
  const [left, right] = [new Set(a), new Set(b)]
  return [...a.filter((one) => !right.has(one)), ...b.filter((one) => !left.has(one))]
}

/** Names of the options that differ between two builds, without `CONFIG_`; sorted. */
export const differingOptions = (a: readonly string[], b: readonly string[]): readonly string[] =>
  [...new Set(differingLines(a, b).flatMap((line) => /CONFIG_(\w+)/.exec(line)?.[1] ?? []))].sort()

// An option may recompile hundreds of objects, a patched file only those that include it.
const OPTION_COST = 100
// More than any number of options that each recompile only some.
const EVERY_OBJECT_COST = 1_000_000

const cost = (want: BuildIdentity, { meta, differing }: Candidate<BuildIdentity>): number => {
  const every = differingOptions(want.options, meta.options).some(isInEveryCommand) ? EVERY_OBJECT_COST : 0
  return every + OPTION_COST * differingLines(want.options, meta.options).length + differing.length
}

const MOST = 8

/** The builds that can be the donor, the most promising first; for each set of options, the one with the fewest changed files. */
export const donorsFor = <T extends BuildIdentity>(
  want: BuildIdentity,
  candidates: readonly Candidate<T>[],
): readonly Candidate<T>[] => {
  const seen = new Set<string>()
  const isFirst = ({ meta }: Candidate<T>): boolean => seen.size < seen.add(meta.options.toSorted().join('\n')).size
  return candidates
    .toSorted((a, b) => cost(want, a) - cost(want, b))
    .filter(isFirst)
    .slice(0, MOST)
}
