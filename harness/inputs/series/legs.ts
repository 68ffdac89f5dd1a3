// SPDX-License-Identifier: MIT
import { UsageError } from '../../model/errors.ts'
import { inRange, type KernelVersion, parseVersion } from '../tree/version.ts'
import type { Legs, Patch, Series } from './model.ts'
import type { Applicability } from './schema.ts'

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

/** The patches of a series and of all that it requires, in order. */
const flatten = (series: Series, treeVersion: string): readonly Patch[] => {
  const state = stateOn(series, treeVersion)
  if (state?.state === 'code-gone') refuse(series, treeVersion, `the code is gone: ${state.note}`)
  if (state?.state === 'already-applied') return []
  const bases = basesOf(series, versionOf(treeVersion))
  if (state?.state === 'needs-base' && bases.length === 0)
    refuse(series, treeVersion, `it needs a base that no required series provides: ${state.note}`)
  return [...bases.flatMap((base) => flatten(base, treeVersion)), ...series.patches]
}

/** The patches of both legs on a tree of this version; `extra` ones come last on the after leg. */
export const resolveLegs = (series: Series, treeVersion: string, extra: readonly Patch[] = []): Legs => {
  const state = stateOn(series, treeVersion)
  if (state?.state === 'already-applied')
    return { before: series.patches.map((patch) => ({ ...patch, reverse: true })).reverse(), after: extra }
  const after = flatten(series, treeVersion)
  return { before: after.slice(0, after.length - series.patches.length), after: [...after, ...extra] }
}
