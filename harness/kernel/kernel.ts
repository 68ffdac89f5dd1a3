// SPDX-License-Identifier: MIT
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { renderOptions, type Wanted } from '../inputs/kconfig/fragment.ts'
import { listingOf, requireFiles } from '../inputs/tree/files.ts'
import { evict } from '../lib/cache/entries.ts'
import { readMetas } from '../lib/cache/meta.ts'
import { obtain } from '../lib/cache/store.ts'
import { contentKey, hashFile } from '../lib/files/hash.ts'
import type { Listing } from '../lib/files/listing.ts'
import { requireRoomLeft, requireSpace } from '../lib/files/space.ts'
import { SEAT_CPUS, takeMachine, takeVmSeat } from '../lib/locks/slots.ts'
import { inPhase } from '../lib/phase.ts'
import { together } from '../lib/together.ts'
import { UsageError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { candidatesFor } from './candidates.ts'
import { watchClock } from './clock.ts'
import { type Compiled, compile, KernelBuildError } from './compile.ts'
import { configure } from './configure.ts'
import type { BuildIdentity, Candidate } from './donor.ts'
import { moduleInterface } from './interface.ts'
import { buildsRoot } from './layout.ts'
import { BesideLink, type WhileLinked } from './linking.ts'
import { BUILD_DIR } from './make.ts'
import type { Kernel, KernelInputs, KernelMeta } from './model.ts'
import { keepObjectList, listObjects } from './objectlist.ts'
import { changedOptions, type Forecast, forecastFull, forecastTakenOver } from './progress.ts'
import { proveCompiled } from './proof.ts'
import { findSandbox } from './sandbox.ts'
import { builtFrom, copyObjects, type Donation, layOut, type Seeded, takeOver } from './seed.ts'
import { isRule, requireRecorded } from './sources.ts'
import { takeDonor } from './takedonor.ts'

// Raised whenever the format of a build entry changes.
const FORMAT = '7'

/** The options of a build, as its identity lists them. */
export const wantedOptions = (wanted: readonly Wanted[], makeVariables: readonly string[]): readonly string[] => [
  ...renderOptions(wanted),
  ...makeVariables,
]

const identityOf = (inputs: KernelInputs): BuildIdentity => ({
  arch: inputs.arch.name,
  toolchain: inputs.toolchain.version,
  options: wantedOptions(inputs.wanted, inputs.makeVariables),
  listing: inputs.source.listing,
})

/** The key of the build with this identity. */
export const keyOf = (id: BuildIdentity): string =>
  `${id.arch}-${contentKey(FORMAT, id.arch, id.listing, id.toolchain, contentKey(...id.options))}`

/** What is stored about every finished build in the cache. */
export const finishedBuilds = async (cache: string): Promise<readonly KernelMeta[]> =>
  (await readMetas<KernelMeta>(buildsRoot(cache))).filter(({ format }) => format === FORMAT)

export interface BuildOptions {
  readonly cache: string
  readonly jobs: number
  /** The build log, of a failed build too. */
  readonly logFile: string
  /** Builds in one seat beside running VMs, with at most as many jobs as a seat has CPUs. */
  readonly inSeat?: boolean
  /** Called when a kernel that is built is linked, where the build has a second CPU. */
  readonly whileLinked?: WhileLinked
}

const FULL_BUILD_MIB = 3_000

// Which object would print its message again?
const isAttributed = ({ diagnostics }: KernelMeta): boolean => diagnostics.every(({ target }) => target !== null)

const note = ({ emit, scope }: Context, level: 'info' | 'warning', text: string): void =>
  emit({ type: 'note', scope, level, text })

/** A build under way. */
interface Work {
  /** The folder of its source, with the build folder in it. */
  readonly src: string
  /** What the source lists. */
  readonly source: Listing
  readonly inputs: KernelInputs
  readonly options: BuildOptions
  readonly context: Context
}

/** The build whose objects are copied, and what is known of them. */
interface Copied extends Candidate<KernelMeta> {
  readonly donation: Donation
}

const donationOf = (root: string, { key, builtAt, diagnostics, objectsHash }: KernelMeta): Donation => ({
  dir: join(root, key),
  builtAt,
  printed: diagnostics.map(({ target }) => target!),
  hash: objectsHash,
})

/** Copies the objects of the best of these builds. One whose files are not what it made is no donor, and no entry. */
const copyFrom = async (candidates: readonly Candidate<KernelMeta>[], work: Work): Promise<Copied | undefined> => {
  const { src, inputs, options, context } = work
  const root = buildsRoot(options.cache)
  await using donor = await takeDonor(root, identityOf(inputs), candidates)
  if (!donor) return undefined
  const { meta, differing } = donor
  note(context, 'info', `starting from the objects of ${meta.key}`)
  const donation = donationOf(root, meta)
  if (await copyObjects(donation, src, context.signal)) return { meta, differing, donation }
  note(context, 'warning', `the build ${meta.key} in the cache is damaged; it gives no objects`)
  await donor[Symbol.asyncDispose]()
  await evict(options.cache, { kind: 'builds', key: meta.key })
  const others = candidates.filter((one) => one.meta.key !== meta.key)
  return copyFrom(others, work)
}

const findAndCopy = async (work: Work): Promise<Copied | undefined> => {
  const { cache } = work.options
  const builds = (await finishedBuilds(cache)).filter(isAttributed)
  return copyFrom(await candidatesFor(cache, identityOf(work.inputs), work.source, builds), work)
}

let noted = false

const noteSandbox = async (context: Context): Promise<void> => {
  if ((await findSandbox()) !== 'none' || noted) return
  noted = true
  note(context, 'info', "the tree's Makefiles run without a sandbox: neither bwrap (bubblewrap) nor unshare works here")
}

/** Lays out the source and copies objects to it, at the same time. */
const prepare = async (work: Work): Promise<Copied | undefined> => {
  const { src, source, options, context } = work
  await mkdir(src)
  const [, copied] = await together(
    inPhase(context, 'lay out', () => layOut(options.cache, source, src, context.signal)),
    inPhase(context, 'copy objects', () => findAndCopy(work)),
    noteSandbox(context),
  )
  return copied
}

/** Objects that were taken over, and what kconfig made for them. */
interface Taken extends Candidate<KernelMeta> {
  readonly seeded: Seeded
  readonly dotConfig: string
}

const takeOverIn = async ({ src }: Work, { donation, ...candidate }: Copied): Promise<Taken> => ({
  ...candidate,
  seeded: await takeOver(donation, src, candidate.differing),
  dotConfig: await readFile(join(src, BUILD_DIR, '.config'), 'utf8'),
})

/** Whether kconfig would make the `.config` that was taken over, and that was checked when it was made. */
const sameConfig = ({ options }: BuildIdentity, { meta, differing }: Candidate<BuildIdentity>): boolean =>
  contentKey(...options) === contentKey(...meta.options) && !differing.some(isRule)

const dotConfigOf = async (
  { src, inputs, options: { cache, logFile }, context: { signal } }: Work,
  donor: Taken | undefined,
): Promise<string> =>
  donor && sameConfig(identityOf(inputs), donor) ? donor.dotConfig : configure(src, inputs, { cache, signal, logFile })

const forecastOf = async ({ src }: Work, dotConfig: string, donor: Taken | undefined): Promise<Forecast> => {
  if (!donor) return forecastFull(dotConfig)
  const changed = changedOptions(donor.dotConfig, dotConfig)
  return forecastTakenOver(join(src, BUILD_DIR), changed, [], donor.seeded.removed.size)
}

/** What is known once a kernel was compiled, and is what its source lists. */
interface Made extends Compiled, Pick<KernelMeta, 'imageHash' | 'interface'> {
  readonly objects: Listing
}

/** Proves that the kernel was made from its source. The hashes need no proof, so both cores are busy. */
const prove = async (
  { src, source, inputs, options, context: { signal } }: Work,
  compiled: Compiled,
  seeded: Seeded | undefined,
): Promise<Made> => {
  const dir = join(src, BUILD_DIR)
  const [imageHash, modules, objects] = await together(
    hashFile(join(dir, inputs.arch.imagePath)),
    moduleInterface(src, source, signal),
    listObjects(dir, signal),
    proveCompiled(src, inputs.source.patchedFiles, seeded, compiled.output),
    requireRecorded(options.cache, source, src, signal),
  )
  return { ...compiled, imageHash, interface: modules, objects }
}

/** Configures and compiles the kernel. */
const make = async (work: Work): Promise<Made> => {
  const { src, inputs, options, context } = work
  const requireSteadyClock = watchClock()
  const copied = await prepare(work)
  const donor = copied && (await inPhase(context, 'take over', () => takeOverIn(work, copied)))
  const dotConfig = await inPhase(context, 'configure', () => dotConfigOf(work, donor))
  const forecast = await forecastOf(work, dotConfig, donor)
  const jobs = options.inSeat ? Math.min(SEAT_CPUS, options.jobs) : options.jobs
  await using beside = new BesideLink(work, jobs > 1 ? options.whileLinked : undefined)
  const onLink = (): void => beside.start()
  const compiled = await inPhase(context, 'compile', () =>
    // Objects that are out of date may also not compile or link: the clock is to blame, and not the kernel.
    compile(src, inputs, context, { ...options, jobs, forecast, onLink }).finally(() => donor && requireSteadyClock()),
  )
  const made = await inPhase(context, 'prove', () => prove(work, compiled, donor?.seeded))
  await beside.finish(made.interface)
  return made
}

/** Makes the kernel of exactly this source: before the kernel is blamed, and before it counts as built, its files are checked. */
const makeProven = async (work: Work): Promise<Made> => {
  const { src, source, options, context } = work
  try {
    return await make(work)
  } catch (error) {
    if (error instanceof KernelBuildError || error instanceof UsageError) {
      await requireRoomLeft([options.cache, tmpdir()], 'the kernel build')
      // Nothing has recorded what a failed build read.
      await requireFiles(options.cache, source, src, context.signal)
    }
    throw error
  }
}

const build = async (
  staging: string,
  inputs: KernelInputs,
  options: BuildOptions,
  context: Context,
): Promise<KernelMeta> => {
  const { signal } = context
  await requireSpace(options.cache, FULL_BUILD_MIB, 'a kernel build')
  const take = options.inSeat ? takeVmSeat : takeMachine
  await using _room = await take({
    signal,
    onWait: () => note(context, 'info', 'waiting: another run is building or booting'),
  })
  const started = performance.now()
  const src = join(staging, 'src')
  const source = builtFrom(await listingOf(options.cache, inputs.source.listing, signal))
  const { output, argv, objects, ...hashes } = await makeProven({ src, source, inputs, options, context })
  await copyFile(options.logFile, join(staging, 'build.log'))
  const identity = identityOf(inputs)
  const final = join(dirname(staging), keyOf(identity))
  return {
    ...identity,
    format: FORMAT,
    key: keyOf(identity),
    version: inputs.version,
    compiled: output.objects.size,
    diagnostics: output.diagnostics,
    sandbox: await findSandbox(),
    makeArgv: argv.map((arg) => arg.replace(staging, final)),
    durationMs: performance.now() - started,
    builtAt: src,
    objectsHash: await keepObjectList(staging, objects),
    image: join('src', BUILD_DIR, inputs.arch.imagePath),
    ...hashes,
  }
}

const isIntact = async (dir: string, { image, imageHash }: KernelMeta): Promise<boolean> =>
  (await hashFile(join(dir, image)).catch(() => undefined)) === imageHash

/** The kernel of these inputs, from the cache or built now. Throws a KernelBuildError, HostError or UsageError. */
export const obtainKernel = async (inputs: KernelInputs, options: BuildOptions, context: Context): Promise<Kernel> => {
  const { signal } = context
  await mkdir(dirname(options.logFile), { recursive: true })
  const kernel = await obtain<KernelMeta>(
    buildsRoot(options.cache),
    keyOf(identityOf(inputs)),
    (staging) => build(staging, inputs, options, context),
    {
      signal,
      onWait: () => note(context, 'info', 'waiting: another run is building the same kernel'),
      isIntact,
      onDamage: () => note(context, 'warning', 'the kernel in the cache is damaged; it is built again'),
    },
  )
  if (kernel.cached) await copyFile(join(kernel.dir, 'build.log'), options.logFile)
  return kernel
}
