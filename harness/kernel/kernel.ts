// SPDX-License-Identifier: MIT
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { renderOption, type Wanted } from '../inputs/kconfig/fragment.ts'
import { listingOf, requireFiles } from '../inputs/tree/files.ts'
import { evict } from '../lib/cache/entries.ts'
import { readMetas } from '../lib/cache/meta.ts'
import { obtain } from '../lib/cache/store.ts'
import { contentKey, hashFile } from '../lib/files/hash.ts'
import type { Listing } from '../lib/files/listing.ts'
import { requireRoomLeft, requireSpace } from '../lib/files/space.ts'
import { SEAT_CPUS, takeMachine, takeVmSeat } from '../lib/locks/slots.ts'
import { UsageError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { candidatesFor } from './candidates.ts'
import { type Compiled, compile, KernelBuildError } from './compile.ts'
import { configure } from './configure.ts'
import type { BuildIdentity, Candidate } from './donor.ts'
import { moduleInterface } from './interface.ts'
import { buildsRoot, sourceDir } from './layout.ts'
import { BUILD_DIR } from './make.ts'
import type { Kernel, KernelInputs, KernelMeta } from './model.ts'
import { changedOptions, forecastFull, forecastTakenOver } from './progress.ts'
import { proveCompiled } from './proof.ts'
import { findSandbox } from './sandbox.ts'
import { builtFrom, hashFolder, layOut, type Seeded, seedObjects } from './seed.ts'
import { isRule, requireRecorded } from './sources.ts'
import { takeDonor } from './takedonor.ts'

// Raised whenever the format of a build entry changes.
const FORMAT = '5'

/** The options of a build, as its identity lists them. */
export const wantedOptions = (wanted: readonly Wanted[], makeVariables: readonly string[]): readonly string[] => [
  ...wanted.map(renderOption),
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
}

const FULL_BUILD_MIB = 3_000

interface Taken extends Candidate<KernelMeta> {
  readonly seeded: Seeded
}

// Which object would print its message again?
const isAttributed = ({ diagnostics }: KernelMeta): boolean => diagnostics.every(({ target }) => target !== null)

const note = ({ emit, scope }: Context, level: 'info' | 'warning', text: string): void =>
  emit({ type: 'note', scope, level, text })

/** Takes over the objects of the best of these builds. One whose files are not what it made is no donor, and no entry. */
const seed = async (
  src: string,
  want: BuildIdentity,
  cache: string,
  candidates: readonly Candidate<KernelMeta>[],
  context: Context,
): Promise<Taken | undefined> => {
  await using donor = await takeDonor(buildsRoot(cache), want, candidates)
  if (!donor) return undefined
  const { meta, differing } = donor
  note(context, 'info', `starting from the objects of ${meta.key}`)
  const printed = meta.diagnostics.map(({ target }) => target!)
  const donation = { src: sourceDir(donor.dir), builtAt: meta.builtAt, printed, hash: meta.objectsHash }
  const seeded = await seedObjects(donation, src, differing, context.signal)
  if (seeded) return { meta, differing, seeded }
  note(context, 'warning', `the build ${meta.key} in the cache is damaged; it gives no objects`)
  await donor[Symbol.asyncDispose]()
  await evict(cache, { kind: 'builds', key: meta.key })
  const others = candidates.filter((one) => one.meta.key !== meta.key)
  return seed(src, want, cache, others, context)
}

let noted = false

const noteSandbox = async ({ emit, scope }: Context): Promise<void> => {
  if (noted || (await findSandbox()) !== 'none') return
  noted = true
  const text = "the tree's Makefiles run without a sandbox: neither bwrap (bubblewrap) nor unshare works here"
  emit({ type: 'note', scope, level: 'info', text })
}

/** Whether kconfig would make the `.config` that was taken over, and that was checked when it was made. */
const sameConfig = ({ options }: BuildIdentity, { meta, differing }: Candidate<BuildIdentity>): boolean =>
  contentKey(...options) === contentKey(...meta.options) && !differing.some(isRule)

/** What is known once a kernel was compiled, and is what its source lists. */
interface Made extends Compiled, Pick<KernelMeta, 'imageHash' | 'interface' | 'objectsHash'> {}

/** Proves that the kernel in `src` was made from its source. The hashes need no proof, so both cores are busy. */
const prove = async (
  src: string,
  source: Listing,
  inputs: KernelInputs,
  compiled: Compiled,
  seeded: Seeded | undefined,
  cache: string,
  signal: AbortSignal,
): Promise<Made> => {
  const objects = join(src, BUILD_DIR)
  const [imageHash, modules, objectsHash] = await Promise.all([
    hashFile(join(objects, inputs.arch.imagePath)),
    moduleInterface(src, source, signal),
    hashFolder(objects, signal),
    proveCompiled(src, inputs.source.patchedFiles, seeded, compiled.output),
    requireRecorded(cache, source, src, signal),
  ])
  return { ...compiled, imageHash, interface: modules, objectsHash }
}

/** Configures and compiles the kernel in `src`. */
const make = async (
  src: string,
  source: Listing,
  inputs: KernelInputs,
  options: BuildOptions,
  context: Context,
): Promise<Made> => {
  const { cache, logFile } = options
  const { signal } = context
  const identity = identityOf(inputs)
  const builds = (await finishedBuilds(cache)).filter(isAttributed)
  const candidates = await candidatesFor(cache, identity, source, builds)
  const donor = await seed(src, identity, cache, candidates, context)
  const takenOver = donor && (await readFile(join(src, BUILD_DIR, '.config'), 'utf8'))
  const dotConfig =
    takenOver !== undefined && sameConfig(identity, donor!)
      ? takenOver
      : await configure(src, inputs, { cache, signal, logFile })
  const forecast =
    donor && takenOver !== undefined
      ? await forecastTakenOver(
          join(src, BUILD_DIR),
          changedOptions(takenOver, dotConfig),
          [],
          donor.seeded.removed.size,
        )
      : forecastFull(dotConfig)
  const compiled = await compile(src, inputs, context, {
    ...options,
    jobs: options.inSeat ? Math.min(SEAT_CPUS, options.jobs) : options.jobs,
    forecast,
  })
  return prove(src, source, inputs, compiled, donor?.seeded, cache, signal)
}

/** Makes the kernel of exactly this source: before the kernel is blamed, and before it counts as built, its files are checked. */
const makeOf = async (
  src: string,
  source: Listing,
  inputs: KernelInputs,
  options: BuildOptions,
  context: Context,
): Promise<Made> => {
  const { cache } = options
  const { signal } = context
  try {
    return await make(src, source, inputs, options, context)
  } catch (error) {
    if (error instanceof KernelBuildError || error instanceof UsageError) {
      await requireRoomLeft([cache, tmpdir()], 'the kernel build')
      // Nothing has recorded what a failed build read.
      await requireFiles(cache, source, src, signal)
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
    cache: options.cache,
    signal,
    onWait: () => note(context, 'info', 'waiting: another run is building or booting'),
  })
  await noteSandbox(context)
  const started = performance.now()
  const src = join(staging, 'src')
  const source = builtFrom(await listingOf(options.cache, inputs.source.listing, signal))
  await layOut(options.cache, source, src, signal)
  const { output, argv, ...hashes } = await makeOf(src, source, inputs, options, context)
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
