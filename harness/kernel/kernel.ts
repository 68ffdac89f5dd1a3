// SPDX-License-Identifier: MIT
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { renderOption, type Wanted } from '../inputs/kconfig/fragment.ts'
import { obtain } from '../lib/cache/store.ts'
import { contentKey } from '../lib/files/hash.ts'
import { requireSpace } from '../lib/files/space.ts'
import { SEAT_CPUS, takeMachine, takeVmSeat } from '../lib/locks/slots.ts'
import type { Context } from '../model/events.ts'
import { compile } from './compile.ts'
import { configure } from './configure.ts'
import { type BuildIdentity, differingFiles } from './donor.ts'
import { buildsRoot, sourceDir } from './layout.ts'
import { BUILD_DIR } from './make.ts'
import type { Kernel, KernelInputs, KernelMeta } from './model.ts'
import { changedOptions, forecastFull, forecastTakenOver } from './progress.ts'
import { proveCompiled } from './proof.ts'
import { findSandbox } from './sandbox.ts'
import { linkSource, type Seeded, seedObjects } from './seed.ts'
import { takeDonor } from './takedonor.ts'

// Raised whenever the format of a build entry changes.
const FORMAT = '2'

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

const finishedBuilds = async (cache: string): Promise<KernelMeta[]> => {
  const files = await readdir(buildsRoot(cache)).catch(() => [])
  const texts = await Promise.all(
    files
      .filter((file) => file.endsWith('.json'))
      .map((file) => readFile(join(buildsRoot(cache), file), 'utf8').catch(() => '')),
  )
  const metas = texts.filter((text) => text !== '').map((text) => JSON.parse(text) as KernelMeta)
  return metas.filter(({ format }) => format === FORMAT)
}

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

const seed = async (src: string, want: BuildIdentity, cache: string, context: Context): Promise<Taken | undefined> => {
  const builds = (await finishedBuilds(cache)).filter(isAttributed)
  await using donor = await takeDonor(buildsRoot(cache), want, builds)
  if (!donor) return undefined
  const { emit, scope, signal } = context
  const differing = differingFiles(donor.meta.patchedFiles, want.patchedFiles)
  emit({ type: 'note', scope, level: 'info', text: `starting from the objects of ${donor.meta.key}` })
  const printed = donor.meta.diagnostics.map(({ target }) => target!)
  const donation = { src: sourceDir(donor.dir), builtAt: donor.meta.builtAt, printed }
  return { meta: donor.meta, seeded: await seedObjects(donation, src, differing, signal) }
}

let noted = false

const noteSandbox = async ({ emit, scope }: Context): Promise<void> => {
  if (noted || (await findSandbox()) !== 'none') return
  noted = true
  const text = "the tree's Makefiles run without a sandbox: neither bwrap (bubblewrap) nor unshare works here"
  emit({ type: 'note', scope, level: 'info', text })
}

const build = async (
  staging: string,
  inputs: KernelInputs,
  options: BuildOptions,
  context: Context,
): Promise<KernelMeta> => {
  const { emit, scope, signal } = context
  await requireSpace(options.cache, FULL_BUILD_MIB, 'a kernel build')
  const take = options.inSeat ? takeVmSeat : takeMachine
  await using _room = await take({
    cache: options.cache,
    signal,
    onWait: () => emit({ type: 'note', scope, level: 'info', text: 'waiting: another run is building or booting' }),
  })
  await noteSandbox(context)
  const started = performance.now()
  const identity = identityOf(inputs)
  const src = join(staging, 'src')
  await linkSource(inputs.source.dir, src, signal)
  const donor = await seed(src, identity, options.cache, context)
  const takenOver = donor && (await readFile(join(src, BUILD_DIR, '.config'), 'utf8'))
  const dotConfig = await configure(src, inputs, signal, options.logFile)
  const forecast =
    donor && takenOver !== undefined
      ? await forecastTakenOver(
          join(src, BUILD_DIR),
          changedOptions(takenOver, dotConfig),
          [],
          donor.seeded.removed.size,
        )
      : forecastFull(dotConfig)
  const { output, argv } = await compile(src, inputs, context, {
    ...options,
    jobs: options.inSeat ? SEAT_CPUS : options.jobs,
    forecast,
  })
  await proveCompiled(src, identity.patchedFiles, donor?.seeded, output)
  await copyFile(options.logFile, join(staging, 'build.log'))
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
  }
}

/** The kernel of these inputs, from the cache or built now. Throws a KernelBuildError, HostError or UsageError. */
export const obtainKernel = async (inputs: KernelInputs, options: BuildOptions, context: Context): Promise<Kernel> => {
  const { emit, scope, signal } = context
  await mkdir(dirname(options.logFile), { recursive: true })
  const kernel = await obtain<KernelMeta>(
    buildsRoot(options.cache),
    keyOf(identityOf(inputs)),
    (staging) => build(staging, inputs, options, context),
    {
      signal,
      onWait: () =>
        emit({ type: 'note', scope, level: 'info', text: 'waiting: another run is building the same kernel' }),
    },
  )
  if (kernel.cached) await copyFile(join(kernel.dir, 'build.log'), options.logFile)
  return kernel
}
