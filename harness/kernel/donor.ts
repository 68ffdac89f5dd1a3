// SPDX-License-Identifier: MIT

/** What decides whether a new build can take over the objects of a finished one. */
export interface BuildIdentity {
  readonly arch: string
  readonly treeKey: string
  readonly toolchain: string
  /** The wanted options and make's variables, one line each. */
  readonly options: readonly string[]
  readonly sourceKey: string
  /** Files that patches changed: from path to sha256 of the new content, null when removed. */
  readonly patchedFiles: Readonly<Record<string, string | null>>
}

/** Files whose content differs between two sources of one tree; sorted. */
export const differingFiles = (a: BuildIdentity['patchedFiles'], b: BuildIdentity['patchedFiles']): readonly string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((path) => a[path] !== b[path]).sort()

const fits = (want: BuildIdentity, have: BuildIdentity): boolean =>
  want.arch === have.arch && want.treeKey === have.treeKey && want.toolchain === have.toolchain

const differingLines = (a: readonly string[], b: readonly string[]): readonly string[] => {
  const [left, right] = [new Set(a), new Set(b)]
  return [...a.filter((one) => !right.has(one)), ...b.filter((one) => !left.has(one))]
}

/** Names of the options that differ between two builds, without `CONFIG_`; sorted. */
export const differingOptions = (a: readonly string[], b: readonly string[]): readonly string[] =>
  [...new Set(differingLines(a, b).flatMap((line) => /CONFIG_(\w+)/.exec(line)?.[1] ?? []))].sort()

// An option may recompile hundreds of objects, a patched file only those that include it.
const OPTION_COST = 100

const cost = (want: BuildIdentity, have: BuildIdentity): number =>
  OPTION_COST * differingLines(want.options, have.options).length +
  differingFiles(want.patchedFiles, have.patchedFiles).length

const MOST = 8

/** Finished builds that can be the donor, the most promising first; for each set of options, the one with the fewest changed files. */
export const donorsFor = <T extends BuildIdentity>(want: BuildIdentity, builds: readonly T[]): readonly T[] => {
  const seen = new Set<string>()
  const isFirst = ({ options }: T): boolean => seen.size < seen.add(options.toSorted().join('\n')).size
  return builds
    .filter((have) => fits(want, have))
    .sort((a, b) => cost(want, a) - cost(want, b))
    .filter(isFirst)
    .slice(0, MOST)
}
