// SPDX-License-Identifier: MIT
import { UsageError } from '../../model/errors.ts'
import { inRange, type KernelVersion, parseVersion } from '../tree/version.ts'
import type { Legs, Patch, Series } from './model.ts'
import type { Applicability } from './schema.ts'

/** How the legs of a series differ from a tree. */
export interface Reading {
  /** The series with the patches for this tree. */
  readonly series: Series
  /** `applies`: after adds the patches. `already-applied`: before takes them out. `reintroduces`: before adds them. */
  readonly state: 'applies' | 'already-applied' | 'reintroduces'
  /** The series that it requires here, and the patches of these and of all that they require, in order. */
  readonly required: readonly string[]
  readonly bases: readonly Patch[]
  /** Whether the tree has the bases already, so that no leg adds them. */
  readonly basesInTree: boolean
}

const versionOf = (text: string): KernelVersion => {
  const version = parseVersion(text)
  if (!version) throw new UsageError(`"${text}" is not a kernel version`, 'is the tree a kernel from kernel.org?')
  return version
}

/** What series.yaml says about the series on this kernel, if anything. */
export const stateOn = (series: Series, treeVersion: string): Applicability | undefined => {
  const version = versionOf(treeVersion)
  return series.applicability.find(({ versions }) => inRange(version, versions))
}

/** The series with the patches of the first variant that is for this kernel, if there is one. */
const variantOn = (series: Series, treeVersion: string): Series => {
  const version = versionOf(treeVersion)
  const found = series.variants.find(({ versions }) => inRange(version, versions))
  if (!found) return series
  const { versions: _, ...own } = found
  return { ...series, ...own }
}

/** The hold points of the series on this kernel. */
export const holdsOn = (series: Series, treeVersion: string): readonly string[] => variantOn(series, treeVersion).hold

const basesOf = (series: Series, version: KernelVersion): readonly Series[] =>
  series.requires.filter(({ versions }) => inRange(version, versions)).map((need) => series.bases.get(need.series)!)

/** The series' versions as text: `applies on >=6.2-rc1 <6.2-rc7; …`. */
const rangesOf = (series: Series): string =>
  series.applicability.map(({ state, versions }) => `${state} on ${versions}`).join('; ')

const refuse = (series: Series, treeVersion: string, why: string): never => {
  throw new UsageError(
    `series ${series.name} on ${treeVersion}: ${why}`,
    `choose another --tree or --series: ${rangesOf(series)}`,
  )
}

/** The patches of a series that another requires, after those that it requires itself. */
const asBase = (series: Series, treeVersion: string): readonly Patch[] => {
  const { state, bases } = readingOn(series, treeVersion)
  if (state === 'reintroduces')
    refuse(series, treeVersion, 'it puts a bug into the kernel, so no series can require it')
  return state === 'already-applied' ? bases : [...bases, ...variantOn(series, treeVersion).patches]
}

/** What series.yaml says about the legs on a tree of this version; throws where it refuses the tree. */
export const readingOn = (series: Series, treeVersion: string): Reading => {
  const rule = stateOn(series, treeVersion)
  const state = rule?.state ?? 'applies'
  if (state === 'code-gone') return refuse(series, treeVersion, `the code is gone: ${rule?.note}`)
  const required = basesOf(series, versionOf(treeVersion))
  if (state === 'needs-base' && required.length === 0)
    refuse(series, treeVersion, `it needs a base that no required series provides: ${rule?.note}`)
  return {
    series: variantOn(series, treeVersion),
    state: state === 'needs-base' ? 'applies' : state,
    required: required.map(({ name }) => name),
    bases: required.flatMap((base) => asBase(base, treeVersion)),
    basesInTree: false,
  }
}

const reverted = (patches: readonly Patch[]): readonly Patch[] =>
  patches.map((patch) => ({ ...patch, reverse: !patch.reverse })).reverse()

/** The patches of both legs; `extra` ones come last on the after leg. */
export const legsOf = ({ series, state, bases, basesInTree }: Reading, extra: readonly Patch[] = []): Legs => {
  const common = basesInTree ? [] : bases
  const { patches } = series
  if (state === 'applies') return { before: common, after: [...common, ...patches, ...extra] }
  const before = state === 'reintroduces' ? patches : reverted(patches)
  return { before: [...common, ...before], after: [...common, ...extra] }
}

const has = (leg: readonly Patch[], { sha256, reverse }: Patch): boolean =>
  leg.some((one) => one.sha256 === sha256 && one.reverse === reverse)

/** The patches that make after of before: those that only after has, and those that only before has taken out. */
export const changeOf = ({ before, after }: Legs): readonly Patch[] => [
  ...reverted(before.filter((one) => one.reverse && !has(after, one))),
  ...after.filter((one) => !has(before, one)),
]

/** The patches that apply to the tree one after the other if, and only if, the reading is right. */
export const proofOf = (reading: Reading): readonly Patch[] => {
  const { bases, basesInTree, series, state } = reading
  const own = state === 'already-applied' ? reverted(series.patches) : series.patches
  if (!basesInTree) return [...bases, ...own]
  // What came on top of the bases has to go before them.
  return state === 'already-applied' ? [...own, ...reverted(bases)] : [...reverted(bases), ...bases, ...own]
}

const textKey = (patches: readonly Patch[]): string => patches.map(({ sha256 }) => sha256).join()

/** The forms that the change may have in a tree: its patches here, and those of all variants. */
const formsOf = (here: Series, whole: Series): readonly Series[] => {
  const variants = whole.variants.map(({ versions: _, ...own }) => ({ ...whole, ...own }))
  return [...new Map([...variants, whole, here].map((form) => [textKey(form.patches), form])).values()]
}

const readingKey = ({ series, state, basesInTree }: Reading): string =>
  [state, basesInTree, textKey(series.patches)].join()

/**
 * Other readings of a tree on which the first one does not apply. What to put into a tree is for series.yaml to say, but
 * any form may be in it already. `reintroduces` stays: the author stated the direction.
 */
export const otherReadings = (whole: Series, first: Reading): readonly Reading[] => {
  const states = first.state === 'reintroduces' ? [first.state] : (['applies', 'already-applied'] as const)
  const all = states.flatMap((state) =>
    (state === 'already-applied' ? formsOf(first.series, whole) : [first.series]).flatMap((series) =>
      (first.bases.length > 0 ? [false, true] : [false]).map((basesInTree) => ({
        ...first,
        series,
        state,
        basesInTree,
      })),
    ),
  )
  return all.filter((one) => readingKey(one) !== readingKey(first))
}
