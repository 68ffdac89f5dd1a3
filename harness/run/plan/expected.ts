// SPDX-License-Identifier: MIT
import { lanesFor } from '../../guest/lanes.ts'
import { composeConfig } from '../../inputs/kconfig/compose.ts'
import { finishedBuilds } from '../../kernel/kernel.ts'
import { type Speed, speedFrom } from '../../kernel/speed.ts'
import { HarnessError } from '../../model/errors.ts'
import type { ArchName } from '../../model/results.ts'
import type { Accelerator } from '../../vm/accel.ts'
import type { RunRequest } from '../request.ts'
import type { RunSettings } from '../settings.ts'
import { cachedKernels } from './cached.ts'
import { type BuildForecast, forecastBuilds, type PlannedBuild } from './forecast.ts'
import { describeFinished, type Finished, groupCache } from './groupcache.ts'
import { archsOf, type CellPlan, type PairPlace } from './pairs.ts'
import { guessedVersion, plannedBuilds, readStored } from './planned.ts'
import type { Expected } from './tasks.ts'

// From QEMU's start to the guest's first record and from its last to the end, with linking its modules.
const BOOT_S: Readonly<Record<Accelerator, number>> = { kvm: 5, tcg: 25 }

const lanesSeconds = async (place: PairPlace, { lanes, durationS }: RunSettings): Promise<number> => {
  const wanted = await composeConfig(place, guessedVersion(place.tree))
  const live = new Set(wanted.filter(({ value }) => value !== 'n').map(({ name }) => name))
  return lanesFor(live, lanes).reduce((sum, { seconds }) => sum + (durationS ?? seconds), 0)
}

const bootsFrom = async (
  { pairs, settings }: Pick<RunRequest, 'pairs' | 'settings'>,
  accelerators: Readonly<Partial<Record<ArchName, Accelerator>>>,
): Promise<(cell: CellPlan) => number> => {
  const seconds = new Map<string, number>()
  for (const pair of pairs) {
    // An error in a fragment is reported by the cells that need it.
    const lanes = await lanesSeconds(pair, settings).catch((error: unknown) => {
      if (error instanceof HarnessError) return 0
      throw error
    })
    for (const { id } of pair.cells) seconds.set(id, lanes)
  }
  return ({ id, arch }) => BOOT_S[accelerators[arch] ?? 'tcg'] + (seconds.get(id) ?? 0)
}

const forecast = async (
  cache: string,
  planned: readonly PlannedBuild[],
  finished: readonly Finished[],
): Promise<ReadonlyMap<string, BuildForecast>> => {
  const missing = planned.filter(({ cached }) => !cached)
  const groups = [...new Map(missing.map(({ group, arch }) => [group, arch] as const))]
  const caches = await Promise.all(
    groups.map(async ([group, arch]) => {
      const own = missing.filter((build) => build.group === group)
      const donors = finished.filter((build) => build.group === group)
      return [group, await groupCache(cache, arch, own, donors)] as const
    }),
  )
  return forecastBuilds(planned, new Map(caches))
}

/** What the builds of these pairs will compile, given the cache, and how long their boots take, by the lanes of their configs. */
export const expectedFrom = async (
  { pairs, resolved, settings }: Pick<RunRequest, 'pairs' | 'resolved' | 'settings'>,
  accelerators: Readonly<Partial<Record<ArchName, Accelerator>>>,
  cores: number,
): Promise<Expected> => {
  const { cache } = settings
  const stored = await readStored(cache)
  const cached = await cachedKernels(pairs, resolved, cache)
  const planned = await plannedBuilds(pairs, resolved, stored, cached)
  const metas = await finishedBuilds(cache)
  const builds = await forecast(cache, planned, describeFinished(metas, stored.sources))
  const speeds = new Map<string, Speed>()
  for (const arch of archsOf(pairs)) {
    const own = metas.filter((meta) => meta.arch === arch)
    speeds.set(arch, speedFrom(own.length > 0 ? own : metas, cores))
  }
  return {
    bootSeconds: await bootsFrom({ pairs, settings }, accelerators),
    build: (pair, leg) => builds.get(`${pair.id}-${leg}`),
    speed: (arch) => speeds.get(arch)!,
  }
}
