// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Made } from '../../bundle/made.ts'
import { type BootInfo, type BuildInfo, jsonOf, type Manifest, type ResolvedSeries } from '../../bundle/model.ts'
import { FILE } from '../../bundle/names.ts'
import { imageFile } from '../../bundle/open.ts'
import { type Packed, packBundle } from '../../bundle/pack.ts'
import { readmeOf } from '../../bundle/readme.ts'
import { obtainInitramfs } from '../../guest/initramfs.ts'
import { lanesFor, lanesOfSeries } from '../../guest/lanes.ts'
import type { Program } from '../../guest/programs.ts'
import { findArch } from '../../inputs/arch/index.ts'
import { parseDotConfig } from '../../inputs/kconfig/fragment.ts'
import type { Patch } from '../../inputs/series/model.ts'
import { isSource } from '../../inputs/series/sources.ts'
import { maintainersOf } from '../../kernel/guilty/maintainers.ts'
import { objectDir, sourceDir } from '../../kernel/layout.ts'
import type { Kernel } from '../../kernel/model.ts'
import { textSizesOf } from '../../kernel/objects.ts'
import type { Toolchain } from '../../kernel/toolchain.ts'
import { contentKey, sha256Of } from '../../lib/files/hash.ts'
import type { Context } from '../../model/events.ts'
import { OWN_LANES } from '../../model/names.ts'
import type { CellResult, LaneName } from '../../model/results.ts'
import { addedBetween } from '../../verdict/coverage/added.ts'
import { kernelParameters, SWAP_MIB, VCPUS } from '../../vm/argv.ts'
import { limitsFor } from '../../vm/limits.ts'
import { generationFor, workloadOf } from '../cell.ts'
import { holdsFor } from '../holds.ts'
import type { PairInputs } from '../inputs.ts'
import { filesOfLeg } from '../kernels.ts'
import type { CellPlan } from '../plan/pairs.ts'
import { lanesAsked, type RunSettings } from '../settings.ts'
import { touchedFiles } from '../touched.ts'
import { heldChoices } from './choices.ts'
import { bootFiles, judgeFiles } from './contents.ts'
import type { Evidence } from './evidence.ts'

/** A built leg, and how its cell is booted. */
export interface LegToBundle {
  readonly plan: CellPlan
  /** What it is made from, for the bundle of a store. */
  readonly made?: Made
  readonly inputs: PairInputs
  readonly kernel: Kernel
  /** The kernel of the before leg, for one of the after leg; null where it was not built. */
  readonly before: Kernel | null
  readonly toolchain: Toolchain
  /** With what its series adds: as `baseOf` gives them. */
  readonly settings: RunSettings
  readonly programs: readonly Program[]
  /** As the results of the cell record it. */
  readonly request: NonNullable<CellResult['request']>
  /** What its boot has shown, for a bundle that is given to people. */
  readonly evidence?: Evidence
}

type Asked = LegToBundle['request']

// Where files were on this host tells strangers nothing but its folders. A node that shares them needs the same words.
const askedFor = ({ request, evidence }: LegToBundle): Asked =>
  evidence === undefined
    ? request
    : {
        ...request,
        seriesPath: request.seriesPath === null ? null : basename(request.seriesPath),
        patchFiles: request.patchFiles.map((file) => basename(file)),
        extraPatchFiles: request.extraPatchFiles.map((file) => basename(file)),
      }

const makeWords = ({ kernel, evidence }: LegToBundle): string[] =>
  kernel.meta.makeArgv.map((word) => (evidence === undefined ? word : word.replace(`${kernel.dir}/`, '')))

/** `boot` leaves out what only symbols and coverage need. */
export type Part = Manifest['part']

const hashesIn = async (dir: string, files: readonly string[]): Promise<Record<string, string | null>> => {
  const hashed = await Promise.all(
    [...files].sort().map(async (file) => {
      const data = await readFile(join(dir, file)).catch(() => undefined)
      return [file, data === undefined ? null : sha256Of(data)] as const
    }),
  )
  return Object.fromEntries(hashed)
}

const addedIn = async (before: string, after: string, files: readonly string[]): Promise<BuildInfo['added']> => {
  const sources = files.filter((file) => file.endsWith('.c'))
  const added = await Promise.all(
    sources.map(async (file): Promise<[string, number[]]> => [file, [...(await addedBetween(before, after, file))]]),
  )
  return Object.fromEntries(added)
}

const buildInfo = async (leg: LegToBundle, touched: readonly string[], baseline: string | null): Promise<BuildInfo> => {
  const { plan, kernel, toolchain, inputs } = leg
  const { state, by, basesInTree } = inputs.settled
  const own = sourceDir(kernel.dir)
  const { meta } = kernel
  return {
    meta: {
      ...meta,
      arch: plan.arch,
      image: imageFile(plan.arch),
      options: [...meta.options],
      makeArgv: makeWords(leg),
      diagnostics: meta.diagnostics.map((one) => ({ ...one })),
    },
    prefix: toolchain.prefix,
    llvm: toolchain.llvm,
    inputs: {
      treeKey: inputs.tree.meta.key,
      patches: inputs.legs[plan.leg].map(({ sha256, reverse }) => `${reverse ? '-' : ''}${sha256}`),
      reading: { state, by, basesInTree },
      toolchain: toolchain.version,
      options: contentKey(...meta.options),
    },
    objects: Object.fromEntries(await textSizesOf(kernel, inputs.series.touches)),
    sources: await hashesIn(own, touched),
    baseline: baseline === null ? null : await hashesIn(baseline, touched),
    added: baseline === null ? {} : await addedIn(baseline, own, inputs.series.touches),
  }
}

const seriesInfo = async (
  { inputs, kernel }: LegToBundle,
  touched: readonly string[],
  { signal }: Context,
): Promise<ResolvedSeries> => {
  const { dir: _dir, variants: _variants, bases: _bases, ...series } = inputs.series
  const { state, by, basesInTree } = inputs.settled
  const maintainers: ResolvedSeries['maintainers'] = {}
  for (const file of [...touched].sort()) {
    const answer = await maintainersOf(sourceDir(kernel.dir), file, { signal })
    if ('maintainers' in answer) maintainers[file] = [...answer.maintainers]
  }
  // Where they were on the host that made the bundle says nothing on another.
  const named = (some: readonly Patch[]) =>
    some.map((one) => (isSource(one.file) ? one : { ...one, file: basename(one.file) }))
  const patches = named(series.patches)
  const legs = { before: named(inputs.legs.before), after: named(inputs.legs.after) }
  return { ...series, patches, legs, state, by, basesInTree, maintainers }
}

/** How the cell is booted, and the hold points of that boot. */
const bootInfo = async (leg: LegToBundle) => {
  const { plan, inputs, kernel, before, settings, programs } = leg
  const { series } = inputs
  const sources = {
    treeKey: '',
    patches: inputs.legs[plan.leg].map(({ sha256 }) => sha256),
    toolchain: '',
    reading: null,
  }
  const live = new Set(parseDotConfig(await readFile(join(objectDir(kernel.dir), '.config'), 'utf8')).keys())
  const beforeDir = before?.dir ?? null
  const generation = await generationFor({ plan, kernel, series, sources, beforeDir })
  const lanesOf = (names: readonly LaneName[]) =>
    lanesOfSeries(lanesFor(live, generation, names), series.settings.lanes ?? [])
  const lanes = lanesOf(lanesAsked(settings, series))
  const place = { plan, kernel, series, settings, beforeDir, touched: [], withOther: null, otherDir: null, live }
  const find = (some: typeof lanes) => holdsFor(place, generation, some)
  const all = lanesOf([...OWN_LANES, ...lanes.map(({ name }) => name)])
  const holds = await heldChoices({ settings, series }, generation, all, find)
  const usual = await find(lanes)
  const workload = workloadOf({ plan, settings }, lanes, generation, live.has('CONFIG_ZPOOL'))
  const { memoryMiB, diskMiB } = settings.added
  const parameters = [...kernelParameters(findArch(plan.arch), limitsFor('tcg'), workload, null)]
  const info: BootInfo = {
    request: { ...askedFor(leg), added: settings.added },
    lanes: lanes.map(({ name }) => name),
    holds: holds.map(({ choice, plan: one }) => ({ choice, plan: one as BootInfo['holds'][number]['plan'] })),
    programs: programs.map(({ name, args, sha256 }) => ({ name, args: [...args], sha256 })),
    machine: { memoryMiB, cpus: VCPUS, disksMiB: [SWAP_MIB, ...(diskMiB > 0 ? [diskMiB] : [])] },
    parameters,
  }
  return { info, holds: usual, parameters }
}

const json = (path: string, value: unknown) => ({ path, data: Buffer.from(jsonOf(value)) })

const pack = async (
  leg: LegToBundle,
  part: Part,
  context: Context,
  touched: readonly string[],
  baseline: string | null,
): Promise<Packed> => {
  const { plan, kernel, toolchain, settings, programs, before } = leg
  const { tree, series, arch, config, profile } = plan
  const about = { part, cell: { tree, series, arch, leg: plan.leg, config, profile }, kernel: kernel.meta.key }
  await using guest = await obtainInitramfs(kernel, findArch(arch), toolchain, settings.cache, context)
  const build = await buildInfo(leg, touched, baseline)
  const { info, holds, parameters } = await bootInfo(leg)
  const parts = { arch, kernel, guestDir: guest.dir, holds, programs, added: settings.added, parameters }
  const made = leg.made === undefined ? [] : [json(FILE.made, leg.made)]
  return packBundle(about, [
    ...made,
    json(FILE.series, await seriesInfo(leg, touched, context)),
    json(FILE.build, build),
    json(FILE.boot, info),
    { path: FILE.readme, data: Buffer.from(readmeOf(about, build, leg.evidence)) },
    ...(leg.evidence?.files ?? []),
    ...(await bootFiles({ ...parts, beforeDir: before?.dir ?? null })),
    ...(part === 'boot' ? [] : await judgeFiles({ kernel, guestDir: guest.dir, touched, baseline })),
  ])
}

/** Makes the bundle of a leg that is built: the same build and the same settings make the same bytes. */
export const makeBundle = async (leg: LegToBundle, part: Part, context: Context): Promise<Packed> => {
  const { inputs, plan, settings } = leg
  const touched = touchedFiles(inputs)
  if (plan.leg === 'before') return pack(leg, part, context, touched, null)
  return filesOfLeg(
    inputs,
    'before',
    touched,
    settings.cache,
    context,
  )((baseline) => pack(leg, part, context, touched, baseline))
}
