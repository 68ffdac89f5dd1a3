// SPDX-License-Identifier: MIT
import { likelyGeneration } from '../../guest/generation.ts'
import { type Lane, lanesFor, lanesOfSeries, secondsOf } from '../../guest/lanes.ts'
import { composeConfig } from '../../inputs/kconfig/compose.ts'
import { finishedBuilds } from '../../kernel/kernel.ts'
import { type Speed, speedFrom } from '../../kernel/speed.ts'
import { HarnessError } from '../../model/errors.ts'
import type { ArchName } from '../../model/results.ts'
import type { Accelerator } from '../../vm/accel.ts'
import { vmMiB } from '../machines.ts'
import { type Resolved, type RunRequest, unwrap } from '../request.ts'
import { bootAdditions, lanesAsked, optionsOf, type RunSettings } from '../settings.ts'
import { cachedKernels } from './cached.ts'
import { type BuildForecast, forecastBuilds, type PlannedBuild } from './forecast.ts'
import { describeFinished, type Finished, groupCache } from './groupcache.ts'
import { archsOf, type CellPlan, type PairPlace } from './pairs.ts'
import { guessedVersion, plannedBuilds, readStored } from './planned.ts'
import type { Readings } from './readings.ts'
import type { Expected } from './tasks.ts'

/**
 * Beside the lanes: linking the guest's modules, QEMU's start to the guest's first record, the shutdown, and reading what
 * it left. Measured with TCG on x86_64: boots with 34 s of lanes took 45 s, with 5 s of lanes 15 s.
 */
const BOOT_S: Readonly<Record<Accelerator, number>> = { kvm: 5, tcg: 10 }
// 0.23 to 0.44 s with the module that holds race windows open, 0.3 to 2.7 s without it.
const FAILS_AFTER_S = 1

/** Seconds of these lanes in their order, on a kernel that fails in the first one which can meet its bug, or does not. */
export const lanesSeconds = (
  lanes: readonly Lane[],
  { durationS, workloadS }: { readonly durationS: number | null; readonly workloadS: number },
  fails: boolean,
): number => {
  const fatal = fails ? lanes.findIndex(({ meetsBug }) => meetsBug) : -1
  const whole = fatal < 0 ? lanes : lanes.slice(0, fatal)
  return whole.reduce((sum, lane) => sum + secondsOf(lane, durationS, workloadS), fatal < 0 ? 0 : FAILS_AFTER_S)
}

const lanesOf = async (place: PairPlace, { series }: Resolved, settings: RunSettings): Promise<readonly Lane[]> => {
  const version = guessedVersion(place.tree)
  const own = unwrap(series.get(place.series)!)
  const wanted = await composeConfig(place, version, [...optionsOf(own), ...settings.added.kconfig])
  const live = new Set(wanted.filter(({ value }) => value !== 'n').map(({ name }) => name))
  return lanesOfSeries(lanesFor(live, likelyGeneration(version), lanesAsked(settings, own)), own.settings.lanes ?? [])
}

const showsBug = ({ series }: Resolved, name: string): boolean => {
  const found = series.get(name)
  return found !== undefined && 'value' in found && found.value.signature.length > 0
}

const bootsFrom = async (
  { pairs, resolved, settings }: Pick<RunRequest, 'pairs' | 'resolved' | 'settings'>,
  accelerators: Readonly<Partial<Record<ArchName, Accelerator>>>,
): Promise<(cell: CellPlan) => number> => {
  const seconds = new Map<string, number>()
  const lengths = { durationS: settings.durationS, workloadS: settings.added.workloadS }
  for (const pair of pairs) {
    // An error in a fragment or a series is reported by the cells that need it.
    const lanes = await lanesOf(pair, resolved, settings).catch((error: unknown) => {
      if (error instanceof HarnessError) return []
      throw error
    })
    for (const { id, leg, series } of pair.cells)
      seconds.set(id, lanesSeconds(lanes, lengths, leg === 'before' && showsBug(resolved, series)))
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
      const ofArch = finished.filter(({ meta }) => meta.arch === arch)
      return [group, await groupCache(cache, arch, own, ofArch)] as const
    }),
  )
  return forecastBuilds(planned, new Map(caches))
}

/** What the builds of these pairs will compile, given the cache, and how long their boots take, by the lanes of their configs. */
export const expectedFrom = async (
  { pairs, resolved, settings }: Pick<RunRequest, 'pairs' | 'resolved' | 'settings'>,
  accelerators: Readonly<Partial<Record<ArchName, Accelerator>>>,
  cores: number,
  readings: Readings = () => undefined,
): Promise<Expected> => {
  const { cache } = settings
  const stored = await readStored(cache)
  const cached = await cachedKernels(pairs, resolved, settings, readings)
  const planned = await plannedBuilds(pairs, resolved, { stored, cached, readings, kconfig: settings.added.kconfig })
  const metas = await finishedBuilds(cache)
  const builds = await forecast(cache, planned, describeFinished(metas, stored.sources))
  // One size for all: the largest guest fits, and a series that cannot be read is reported by its cells.
  const memories = [
    settings.added.memoryMiB,
    ...[...resolved.series.values()].flatMap((one) =>
      'value' in one ? [bootAdditions(settings, one.value).memoryMiB] : [],
    ),
  ]
  const speeds = new Map<string, Speed>()
  for (const arch of archsOf(pairs)) {
    const own = metas.filter((meta) => meta.arch === arch)
    speeds.set(arch, speedFrom(own.length > 0 ? own : metas, cores))
  }
  return {
    bootMiB: vmMiB(Math.max(...memories)),
    bootSeconds: await bootsFrom({ pairs, resolved, settings }, accelerators),
    build: (pair, leg) => builds.get(`${pair.id}-${leg}`),
    speed: (arch) => speeds.get(arch)!,
  }
}
