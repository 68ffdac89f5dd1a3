// SPDX-License-Identifier: MIT

/** What decides whether a finished build's objects can serve a new one. */
export interface BuildIdentity {
  readonly arch: string
  readonly treeKey: string
  readonly toolchain: string
  /** The options asked for and make's variables, each as one line. */
  readonly options: readonly string[]
  readonly sourceKey: string
  /** Files that patches changed: path to sha256 of the new content, or null when removed. */
  readonly patchedFiles: Readonly<Record<string, string | null>>
}

/** Files whose content differs between two sources of one tree; sorted. */
export const differingFiles = (a: BuildIdentity['patchedFiles'], b: BuildIdentity['patchedFiles']): readonly string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((path) => a[path] !== b[path]).sort()

const fits = (want: BuildIdentity, have: BuildIdentity): boolean =>
  want.arch === have.arch && want.treeKey === have.treeKey && want.toolchain === have.toolchain

const difference = (a: readonly string[], b: readonly string[]): number => {
  const [left, right] = [new Set(a), new Set(b)]
  return a.filter((one) => !right.has(one)).length + b.filter((one) => !left.has(one)).length
}

// One option may recompile hundreds of objects, a patched file only those that include it.
const OPTION_COST = 100

const cost = (want: BuildIdentity, have: BuildIdentity): number =>
  OPTION_COST * difference(want.options, have.options) + differingFiles(want.patchedFiles, have.patchedFiles).length

/** Names of the options that two builds ask for differently, without `CONFIG_`. */
export const differingOptions = (a: readonly string[], b: readonly string[]): readonly string[] => {
  const lines = [...a.filter((one) => !b.includes(one)), ...b.filter((one) => !a.includes(one))]
  return [...new Set(lines.flatMap((line) => /CONFIG_(\w+)/.exec(line)?.[1] ?? []))].sort()
}

const MOST = 8

/** Finished builds that can serve, the likeliest first: of each set of options the one with fewest files changed. */
export const donorsFor = <T extends BuildIdentity>(want: BuildIdentity, builds: readonly T[]): readonly T[] => {
  const nearestLast = builds.filter((have) => fits(want, have)).sort((a, b) => cost(want, b) - cost(want, a))
  const perOptions = new Map(nearestLast.map((have) => [[...have.options].sort().join('\n'), have]))
  return [...perOptions.values()].sort((a, b) => cost(want, a) - cost(want, b)).slice(0, MOST)
}
