// SPDX-License-Identifier: MIT
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseDotConfig } from '../inputs/kconfig/fragment.ts'
import { listingOf, requireFiles } from '../inputs/tree/files.ts'
import { candidatesFor } from '../kernel/candidates.ts'
import { watchClock } from '../kernel/clock.ts'
import { errorInCode, KernelBuildError } from '../kernel/compile.ts'
import { configure } from '../kernel/configure.ts'
import { cmdFile } from '../kernel/dependents.ts'
import type { BuildIdentity, Candidate } from '../kernel/donor.ts'
import { wantedOptions } from '../kernel/kernel.ts'
import { objectDir, sourceDir } from '../kernel/layout.ts'
import { BUILD_DIR, buildPlace, GROUPED, makeArgs, runMake } from '../kernel/make.ts'
import type { KernelInputs } from '../kernel/model.ts'
import { keepObjectList, listObjects } from '../kernel/objectlist.ts'
import { BuildOutput } from '../kernel/output.ts'
import { proveCompiled } from '../kernel/proof.ts'
import { builtFrom, copyObjects, layOut, type Seeded, takeOver } from '../kernel/seed.ts'
import { isRule, requireRecorded } from '../kernel/sources.ts'
import { takeDonor } from '../kernel/takedonor.ts'
import { readMetas } from '../lib/cache/meta.ts'
import { type Entry, obtain } from '../lib/cache/store.ts'
import { exists } from '../lib/files/exists.ts'
import { contentKey, hashFile } from '../lib/files/hash.ts'
import type { Listing } from '../lib/files/listing.ts'
import { requireSpace } from '../lib/files/space.ts'
import { inPhase } from '../lib/phase.ts'
import { succeeded } from '../lib/process/run.ts'
import { together } from '../lib/together.ts'
import { UsageError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { CannotExploreError } from './cannot.ts'
import { requireExplorable } from './proof.ts'

// Raised whenever the format of an entry changes.
const FORMAT = '2'
const SPACE_MIB = 500

/** The objects that the explorer links, by the option that builds each. */
const OBJECTS: Readonly<Record<string, string>> = {
  CONFIG_ZSMALLOC: 'mm/zsmalloc.o',
  CONFIG_ZSWAP: 'mm/zswap.o',
  CONFIG_ZPOOL: 'mm/zpool.o',
  CONFIG_FRONTSWAP: 'mm/frontswap.o',
}
const NEEDED = 'CONFIG_ZSMALLOC'

/** What is stored about the objects of one kernel. */
export interface ObjectsMeta extends BuildIdentity {
  readonly format: string
  readonly key: string
  readonly version: string
  /** Those that this kernel has, with the sha256 of each. */
  readonly objects: Readonly<Record<string, string>>
  /** What a linker of them reads besides, with the sha256 of each: their records and sources, from the source's folder. */
  readonly beside: Readonly<Record<string, string>>
  /** How many of all objects were compiled now, and not taken over. */
  readonly compiled: number
  readonly makeArgv: readonly string[]
  readonly durationMs: number
  /** The path of the source during the build, and the hash over the objects: what another build can take over. */
  readonly builtAt: string
  readonly objectsHash: string
}

/** Compiled objects in the cache, in kbuild's folder and with their source. */
export type Objects = Entry<ObjectsMeta>

export interface ObjectOptions {
  readonly cache: string
  readonly jobs: number
  /** The build log, of a failed build too. */
  readonly logFile: string
}

const rootOf = (cache: string): string => join(cache, 'objects')

const identityOf = (inputs: KernelInputs): BuildIdentity => ({
  arch: inputs.arch.name,
  toolchain: inputs.toolchain.version,
  options: wantedOptions(inputs.wanted, inputs.makeVariables),
  listing: inputs.source.listing,
})

const keyOf = (id: BuildIdentity): string =>
  `${id.arch}-${contentKey('objects', FORMAT, id.arch, id.listing, id.toolchain, contentKey(...id.options))}`

interface Work {
  readonly src: string
  readonly source: Listing
  readonly inputs: KernelInputs
  readonly options: ObjectOptions
  readonly context: Context
}

interface Taken extends Candidate<ObjectsMeta> {
  readonly seeded: Seeded
  readonly dotConfig: string
}

/** Copies the build folder of objects like these, if there are some. */
const copyLike = async ({ src, source, inputs, options: { cache }, context }: Work) => {
  const identity = identityOf(inputs)
  const metas = (await readMetas<ObjectsMeta>(rootOf(cache))).filter(({ format }) => format === FORMAT)
  await using donor = await takeDonor(rootOf(cache), identity, await candidatesFor(cache, identity, source, metas))
  if (!donor) return undefined
  const { builtAt, objectsHash: hash, key } = donor.meta
  const donation = { dir: join(rootOf(cache), key), builtAt, hash }
  const { meta, differing } = donor
  return (await copyObjects(donation, src, context.signal)) ? { meta, differing, donation } : undefined
}

const prepare = async (work: Work): Promise<Taken | undefined> => {
  const { src, source, options, context } = work
  await mkdir(src)
  const [, copied] = await together(layOut(options.cache, source, src, context.signal), copyLike(work))
  if (!copied) return undefined
  const { donation, ...candidate } = copied
  const seeded = await takeOver(donation, src, candidate.differing)
  return { ...candidate, seeded, dotConfig: await readFile(join(src, BUILD_DIR, '.config'), 'utf8') }
}

const isConfigured = (want: BuildIdentity, { meta, differing }: Taken): boolean =>
  contentKey(...want.options) === contentKey(...meta.options) && !differing.some(isRule)

/** The objects that a kernel with this configuration and source has. */
const objectsIn = async (src: string, dotConfig: string): Promise<readonly string[]> => {
  const values = parseDotConfig(dotConfig)
  const isOn = async (option: string): Promise<boolean> =>
    values.get(option) === 'y' && exists(join(src, OBJECTS[option]!.replace(/\.o$/, '.c')))
  const found: string[] = []
  for (const [option, object] of Object.entries(OBJECTS)) if (await isOn(option)) found.push(object)
  if (!found.includes(OBJECTS[NEEDED]!)) throw new CannotExploreError(`this config does not build ${OBJECTS[NEEDED]}`)
  return found
}

interface Compiled {
  readonly output: BuildOutput
  readonly argv: readonly string[]
}

const compile = async ({ src, inputs, options, context }: Work, objects: readonly string[]): Promise<Compiled> => {
  const { arch, toolchain, makeVariables } = inputs
  const argv = makeArgs(src, arch, toolchain, [`-j${options.jobs}`, GROUPED, ...makeVariables, ...objects])
  const output = new BuildOutput(join(src, BUILD_DIR))
  const result = await runMake(argv, buildPlace(src), {
    signal: context.signal,
    logFile: options.logFile,
    onLine: (line) => output.push(line),
  })
  if (succeeded(result.ended)) return { output, argv }
  const error = errorInCode(result, output.diagnostics)
  throw new KernelBuildError(`the kernel does not build: ${error}`, output.diagnostics, output.objects.size)
}

interface Made extends Compiled {
  readonly list: Listing
  readonly objects: ObjectsMeta['objects']
  readonly beside: ObjectsMeta['beside']
}

const hashAll = async (dir: string, files: readonly string[]): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(await Promise.all(files.map(async (file) => [file, await hashFile(join(dir, file))] as const)))

/** The record, the source and the configuration of these objects. */
const filesBeside = (objects: readonly string[]): readonly string[] => [
  join(BUILD_DIR, '.config'),
  ...objects.flatMap((object) => [join(BUILD_DIR, cmdFile(object)), object.replace(/\.o$/, '.c')]),
]

/** Compiles the objects, and proves that they are of this source. */
const make = async (work: Work): Promise<Made> => {
  const { src, source, inputs, options, context } = work
  const { signal } = context
  const dir = join(src, BUILD_DIR)
  const requireSteadyClock = watchClock()
  const donor = await inPhase(context, 'lay out', () => prepare(work))
  const { cache, logFile } = options
  const dotConfig = await inPhase(context, 'configure', async () =>
    donor && isConfigured(identityOf(inputs), donor)
      ? donor.dotConfig
      : configure(src, inputs, { cache, signal, logFile }),
  )
  const objects = await objectsIn(src, dotConfig)
  const compiled = await inPhase(context, 'compile', () =>
    compile(work, objects).finally(() => donor && requireSteadyClock()),
  )
  return inPhase(context, 'prove', async () => {
    await requireExplorable(dir, objects)
    const [list] = await together(
      listObjects(dir, signal),
      proveCompiled(src, inputs.source.patchedFiles, donor?.seeded, compiled.output),
      requireRecorded(cache, source, src, signal),
    )
    const beside = await hashAll(src, filesBeside(objects))
    return { ...compiled, list, objects: await hashAll(dir, objects), beside }
  })
}

/** The same. Before the code is blamed, its files are checked: nothing has recorded what a failed build read. */
const makeProven = async (work: Work): Promise<Made> => {
  const { src, source, options, context } = work
  try {
    return await make(work)
  } catch (error) {
    if (error instanceof KernelBuildError || error instanceof UsageError)
      await requireFiles(options.cache, source, src, context.signal)
    throw error
  }
}

const build = async (
  staging: string,
  inputs: KernelInputs,
  options: ObjectOptions,
  context: Context,
): Promise<ObjectsMeta> => {
  await requireSpace(options.cache, SPACE_MIB, 'the objects to explore')
  const started = performance.now()
  const src = sourceDir(staging)
  const source = builtFrom(await listingOf(options.cache, inputs.source.listing, context.signal))
  const { output, argv, list, objects, beside } = await makeProven({ src, source, inputs, options, context })
  const identity = identityOf(inputs)
  return {
    ...identity,
    format: FORMAT,
    key: keyOf(identity),
    version: inputs.version,
    objects,
    beside,
    compiled: output.objects.size,
    makeArgv: argv.map((arg) => arg.replace(staging, join(dirname(staging), keyOf(identity)))),
    durationMs: performance.now() - started,
    builtAt: src,
    objectsHash: await keepObjectList(staging, list),
  }
}

const haveHashes = async (dir: string, files: Readonly<Record<string, string>>): Promise<boolean> => {
  const same = Object.entries(files).map(
    async ([file, hash]) => (await hashFile(join(dir, file)).catch(() => undefined)) === hash,
  )
  return (await Promise.all(same)).every(Boolean)
}

const isIntact = async (dir: string, { objects, beside }: ObjectsMeta): Promise<boolean> =>
  (await haveHashes(objectDir(dir), objects)) && (await haveHashes(sourceDir(dir), beside))

/**
 * The objects of these inputs as the kernel's own build makes them, from the cache or compiled now. Throws a
 * CannotExploreError, KernelBuildError, HostError or UsageError.
 */
export const obtainObjects = async (
  inputs: KernelInputs,
  options: ObjectOptions,
  context: Context,
): Promise<Objects> => {
  await mkdir(dirname(options.logFile), { recursive: true })
  const note = (level: 'info' | 'warning', text: string): void =>
    context.emit({ type: 'note', scope: context.scope, level, text })
  return await obtain<ObjectsMeta>(
    rootOf(options.cache),
    keyOf(identityOf(inputs)),
    (staging) => build(staging, inputs, options, context),
    {
      signal: context.signal,
      onWait: () => note('info', 'waiting: another run is compiling the same objects'),
      isIntact,
      onDamage: () => note('warning', 'the objects in the cache are damaged; they are compiled again'),
    },
  )
}
