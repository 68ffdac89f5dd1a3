// SPDX-License-Identifier: MIT
import { failureRateInterval } from '../../verdict/rate.ts'
import type { LeanCell, Read } from './lean.ts'
import { nameOf, placeOf } from './rows.ts'
import type { Flaky } from './schema.ts'

interface Boot {
  readonly folder: string
  readonly cell: LeanCell
  /** The kernel and all that decides how it was worked: boots of another lane or guest say nothing of these. */
  readonly setting: string
}

const settingOf = ({ kernel, lanes, request }: LeanCell, zsharness: string): string => {
  const { seed: _, ...asked } = request ?? { seed: null }
  return JSON.stringify([kernel.key, zsharness, lanes, asked])
}

const hasFailed = ({ cell }: Boot): boolean => cell.verdict === 'fail'

/** Boots that say something of the kernel, by kernel and machine; a kernel that was not built has none. */
const boots = (runs: readonly Read[]): ReadonlyMap<string, readonly Boot[]> => {
  const groups = new Map<string, Boot[]>()
  for (const { folder, run } of runs)
    for (const cell of run.cells) {
      if (cell.kernel.key === '' || (cell.verdict !== 'pass' && cell.verdict !== 'fail')) continue
      const key = `${nameOf(cell)}\n${cell.leg}\n${cell.machine}`
      const group = groups.get(key) ?? []
      group.push({ folder, cell, setting: settingOf(cell, run.versions.zsharness ?? '') })
      groups.set(key, group)
    }
  return groups
}

const isMixed = (all: readonly Boot[]): boolean => all.some(hasFailed) && !all.every(hasFailed)

/** The boots of each kernel that was worked in one way, where some failed and others passed. */
const mixedKernels = (all: readonly Boot[]): readonly (readonly Boot[])[] => {
  const kernels = new Map<string, Boot[]>()
  for (const boot of all) {
    const own = kernels.get(boot.setting) ?? []
    own.push(boot)
    kernels.set(boot.setting, own)
  }
  return [...kernels.values()].filter(isMixed)
}

/** How often the outcome changes from run to run: once is a change of the code, more is not. */
const changes = (all: readonly Boot[]): number => {
  const failed = new Map<string, boolean>()
  for (const boot of all) failed.set(boot.folder, (failed.get(boot.folder) ?? false) || hasFailed(boot))
  const outcomes = [...failed.values()]
  return outcomes.filter((one, index) => index > 0 && one !== outcomes[index - 1]).length
}

const MAX_TITLES = 3

const titleOf = ({ cell }: Boot): string => cell.findings.find(({ known }) => !known)?.title ?? cell.reason

const flakyOf = (all: readonly Boot[], basis: Flaky['basis']): Flaky => {
  const failures = all.filter(hasFailed)
  const { cell } = all[0]!
  const [low, high] = failureRateInterval(failures.length, all.length)
  return {
    name: nameOf(cell),
    ...placeOf(cell),
    leg: cell.leg,
    machine: cell.machine,
    basis,
    failed: failures.length,
    boots: all.length,
    low,
    high,
    titles: [...new Set(failures.map(titleOf))].slice(0, MAX_TITLES),
    failedIn: [...new Set(failures.map(({ folder }) => folder))],
  }
}

/** The kernels of which some boots fail and others pass, the patched ones first. */
export const flakyKernels = (runs: readonly Read[]): readonly Flaky[] =>
  [...boots(runs).values()]
    .flatMap((all) => {
      const mixed = mixedKernels(all)
      if (mixed.length > 0) return mixed.map((own) => flakyOf(own, 'same kernel'))
      return changes(all) > 1 ? [flakyOf(all, 'kernels differ')] : []
    })
    .sort((a, b) => a.leg.localeCompare(b.leg) || (a.name < b.name ? -1 : 1))
