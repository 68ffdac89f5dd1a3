// SPDX-License-Identifier: MIT

import { lanesFor } from '../../guest/lanes.ts'
import { composeConfig } from '../../inputs/kconfig/compose.ts'
import { parseVersion } from '../../inputs/tree/version.ts'
import { HarnessError } from '../../model/errors.ts'
import type { ArchName } from '../../model/results.ts'
import type { Accelerator } from '../../vm/accel.ts'
import type { RunRequest } from '../request.ts'
import type { RunSettings } from '../settings.ts'
import { cachedKernels } from './cached.ts'
import type { CellPlan, PairPlace } from './pairs.ts'
import type { Expected } from './tasks.ts'

// From QEMU's start to the guest's first record and from its last to the end, with linking its modules.
const BOOT_S: Readonly<Record<Accelerator, number>> = { kvm: 5, tcg: 25 }
// The options of this version are used for every tree; a difference only makes the ETA less exact.
const GUESSED_VERSION = parseVersion('6.1')!

const lanesSeconds = async (place: PairPlace, { lanes, durationS }: RunSettings): Promise<number> => {
  const wanted = await composeConfig(place, GUESSED_VERSION)
  const live = new Set(wanted.filter(({ value }) => value !== 'n').map(({ name }) => name))
  return lanesFor(live, lanes).reduce((sum, { seconds }) => sum + (durationS ?? seconds), 0)
}

/** Which kernels of these pairs are in the cache, and how long their boots take, by the lanes of their configs. */
export const expectedFrom = async (
  { pairs, resolved, settings }: Pick<RunRequest, 'pairs' | 'resolved' | 'settings'>,
  accelerators: Readonly<Partial<Record<ArchName, Accelerator>>>,
): Promise<Expected> => {
  const seconds = new Map<string, number>()
  for (const pair of pairs) {
    // An error in a fragment is reported by the cells that need it.
    const lanes = await lanesSeconds(pair, settings).catch((error: unknown) => {
      if (error instanceof HarnessError) return 0
      throw error
    })
    seconds.set(pair.id, lanes)
  }
  const pairOf = new Map(pairs.flatMap((pair) => pair.cells.map((cell) => [cell.id, pair.id] as const)))
  const bootSeconds = ({ id, arch }: CellPlan): number =>
    BOOT_S[accelerators[arch] ?? 'tcg'] + (seconds.get(pairOf.get(id)!) ?? 0)
  const cached = await cachedKernels(pairs, resolved, settings.cache)
  return { bootSeconds, isCached: (pair, leg) => cached.has(`${pair.id}-${leg}`) }
}
