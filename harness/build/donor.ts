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

/** The finished build whose objects save the most work, or undefined when none can serve. */
export const chooseDonor = <T extends BuildIdentity>(want: BuildIdentity, builds: readonly T[]): T | undefined =>
  builds.filter((have) => fits(want, have)).sort((a, b) => cost(want, a) - cost(want, b))[0]
