// SPDX-License-Identifier: MIT
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { renderOption, type Wanted } from '../inputs/kconfig/fragment.ts'
import { readMetas } from '../lib/cache/meta.ts'
import { condemn, obtain } from '../lib/cache/store.ts'
import { hashFolder } from '../lib/files/content.ts'
import { contentKey, hashFile } from '../lib/files/hash.ts'
import { requireSpace } from '../lib/files/space.ts'
import { SEAT_CPUS, takeMachine, takeVmSeat } from '../lib/locks/slots.ts'
import { UsageError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { type Compiled, compile, KernelBuildError } from './compile.ts'
import { configure } from './configure.ts'
import { type BuildIdentity, differingFiles } from './donor.ts'
import { buildsRoot, sourceDir } from './layout.ts'
import { BUILD_DIR } from './make.ts'
import type { Kernel, KernelInputs, KernelMeta } from './model.ts'
import { changedOptions, forecastFull, forecastTakenOver } from './progress.ts'
import { proveCompiled } from './proof.ts'
import { findSandbox } from './sandbox.ts'
import { linkSource, type Seeded, seedObjects } from './seed.ts'
import { requireAll, requireRecorded } from './sources.ts'
import { takeDonor } from './takedonor.ts'

// Raised whenever the format of a build entry changes.
const FORMAT = '3'

/** The options of a build, as its identity lists them. */
export const wantedOptions = (wanted: readonly Wanted[], makeVariables: readonly string[]): readonly string[] => [
  ...wanted.map(renderOption),
  ...makeVariables,
]

const identityOf = (inputs: KernelInputs): BuildIdentity => ({
  arch: inputs.arch.name,
  treeKey: inputs.source.treeKey,
  toolchain: inputs.toolchain.version,
  options: wantedOptions(inputs.wanted, inputs.makeVariables),
  sourceKey: inputs.source.key,
  patchedFiles: inputs.source.patchedFiles,
})

/** The key of the build with this identity. */
export const keyOf = (id: Omit<BuildIdentity, 'treeKey' | 'patchedFiles'>): string =>
  `${id.arch}-${contentKey(FORMAT, id.arch, id.sourceKey, id.toolchain, contentKey(...id.options))}`

const finishedBuilds = async (cache: string): Promise<readonly KernelMeta[]> =>
  (await readMetas<KernelMeta>(buildsRoot(cache))).filter(({ format }) => format === FORMAT)

export interface BuildOptions {
  readonly cache: string
  readonly jobs: number
  /** The build log, of a failed build too. */
  readonly logFile: string
  /** Builds in one seat beside running VMs, with as many jobs as a seat has CPUs. */
  readonly inSeat?: boolean
}

const FULL_BUILD_MIB = 3_000

interface Taken {
  readonly meta: KernelMeta
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
  builds: readonly KernelMeta[],
  context: Context,
): Promise<Taken | undefined> => {
  await using donor = await takeDonor(buildsRoot(cache), want, builds)
  if (!donor) return undefined
  const { meta } = donor
  const differing = differingFiles(meta.patchedFiles, want.patchedFiles)
  note(context, 'info', `starting from the objects of ${meta.key}`)
  const printed = meta.diagnostics.map(({ target }) => target!)
  const donation = { src: sourceDir(donor.dir), builtAt: meta.builtAt, printed, hash: meta.objectsHash }
  const seeded = await seedObjects(donation, src, differing, context.signal)
  if (seeded) return { meta, seeded }
  note(context, 'warning', `the build ${meta.key} in the cache is damaged; it was removed`)
  await condemn(buildsRoot(cache), meta.key)
  const others = builds.filter(({ key }) => key !== meta.key)
  return seed(src, want, cache, others, context)
}

let noted = false

const noteSandbox = async ({ emit, scope }: Context): Promise<void> => {
  if (noted || (await findSandbox()) !== 'none') return
  noted = true
  const text = "the tree's Makefiles run without a sandbox: neither bwrap (bubblewrap) nor unshare works here"
  emit({ type: 'note', scope, level: 'info', text })
}

/** Configures and compiles the kernel in `src`. */
const make = async (src: string, inputs: KernelInputs, options: BuildOptions, context: Context): Promise<Compiled> => {
  const identity = identityOf(inputs)
  const builds = (await finishedBuilds(options.cache)).filter(isAttributed)
  const donor = await seed(src, identity, options.cache, builds, context)
  const takenOver = donor && (await readFile(join(src, BUILD_DIR, '.config'), 'utf8'))
  const dotConfig = await configure(src, inputs, context.signal, options.logFile)
  const forecast =
    donor && takenOver !== undefined
      ? await forecastTakenOver(
          join(src, BUILD_DIR),
          changedOptions(takenOver, dotConfig),
          [],
          donor.seeded.removed.size,
        )
      : forecastFull(dotConfig)
  const made = await compile(src, inputs, context, {
    ...options,
    jobs: options.inSeat ? SEAT_CPUS : options.jobs,
    forecast,
  })
  await proveCompiled(src, identity.patchedFiles, donor?.seeded, made.output)
  return made
}

/** Makes the kernel of exactly this source: before the kernel is blamed, and before it counts as built, its files are checked. */
const makeOf = async (
  src: string,
  inputs: KernelInputs,
  options: BuildOptions,
  context: Context,
): Promise<Compiled> => {
  const source = { cache: options.cache, src, ...inputs.source }
  try {
    const made = await make(src, inputs, options, context)
    await requireRecorded(source, context.signal)
    return made
  } catch (error) {
    if (error instanceof KernelBuildError || error instanceof UsageError) await requireAll(source, context.signal)
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
  await linkSource(inputs.source.dir, src, signal)
  const { output, argv } = await makeOf(src, inputs, options, context)
  await copyFile(options.logFile, join(staging, 'build.log'))
  const identity = identityOf(inputs)
  const final = join(dirname(staging), keyOf(identity))
  const image = join('src', BUILD_DIR, inputs.arch.imagePath)
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
    image,
    imageHash: await hashFile(join(staging, image)),
    objectsHash: await hashFolder(join(src, BUILD_DIR), signal),
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
