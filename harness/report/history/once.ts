// SPDX-License-Identifier: MIT
import type { LeanCell, Read } from './lean.ts'
import type { NotRead } from './schema.ts'

// No two boots take the same time to a thousandth of a microsecond.
const bootOf = ({ id, kernel, timings }: LeanCell): string =>
  [id, kernel.key, timings.buildMs, timings.bootMs, timings.lanesMs].join('\n')

const hasBooted = ({ timings }: LeanCell): boolean => timings.bootMs > 0

/**
 * The runs whose boots are in no other run: a copy, or a shard beside the run that it was merged into, would count its
 * boots twice.
 */
export const countedOnce = (
  read: readonly Read[],
): { readonly runs: readonly Read[]; readonly repeats: readonly NotRead[] } => {
  const largestFirst = [...read].sort(
    (a, b) => b.run.cells.length - a.run.cells.length || (a.folder < b.folder ? -1 : 1),
  )
  const owners = new Map<string, string>()
  const ids = new Map<string, string>()
  const repeats = new Map<string, string>()
  for (const { folder, run } of largestFirst) {
    const boots = run.cells.filter(hasBooted).map(bootOf)
    const owner =
      ids.get(run.id) ?? (boots.length > 0 && boots.every((one) => owners.has(one)) ? owners.get(boots[0]!) : undefined)
    if (owner !== undefined) {
      repeats.set(folder, owner)
      continue
    }
    ids.set(run.id, folder)
    for (const boot of boots) owners.set(boot, folder)
  }
  return {
    runs: read.filter(({ folder }) => !repeats.has(folder)),
    repeats: [...repeats].map(([folder, owner]) => ({ folder, why: `its boots are in ${owner} too, and count there` })),
  }
}
