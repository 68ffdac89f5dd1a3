// SPDX-License-Identifier: MIT
import { mkdir, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { errorInCode } from '../kernel/compile.ts'
import { objectDir, sourceDir } from '../kernel/layout.ts'
import { GROUPED, runMake } from '../kernel/make.ts'
import { parseDiagnostic } from '../kernel/output.ts'
import type { Toolchain } from '../kernel/toolchain.ts'
import { type Entry, obtain } from '../lib/cache/store.ts'
import { exists } from '../lib/files/exists.ts'
import { contentKey, hashFile } from '../lib/files/hash.ts'
import { paths } from '../lib/paths.ts'
import { type ProcessResult, succeeded } from '../lib/process/run.ts'
import { HostError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { CannotExploreError } from './cannot.ts'
import { hostGcc } from './hostgcc.ts'
import type { Objects } from './objects.ts'
import { obtainParts } from './parts.ts'

/** What is stored about a linked explorer. */
export interface ExplorerMeta {
  readonly key: string
  /** sha256 of the program. */
  readonly hash: string
  /** What stands in for code of the kernel. */
  readonly models: readonly string[]
  /** Objects for which a model stands in: nothing of them is explored. */
  readonly modelled: readonly string[]
}

/** The program that runs the objects of one kernel, in the cache. */
export type Explorer = Entry<ExplorerMeta>

/** The name of the program in its entry. */
const PROGRAM = 'explorer'

/** The program of an entry. */
export const programOf = ({ dir }: Pick<Explorer, 'dir'>): string => join(dir, PROGRAM)

/** The folder of the C sources of the explorer. */
export const explorerSources = join(paths.guest, 'explore')

const isSource = (path: string): boolean => /\.(?:[chSs]|ld|lds|sh|awk|mk)$|(?:^|\/)Makefile$/.test(path)

/** The files that the explorer is made of, each with its hash. */
// With their paths: a file that moves is another one to the Makefile.
export const hashSources = async (dir: string): Promise<readonly string[]> => {
  const files = (await readdir(dir, { recursive: true })).filter(isSource).sort()
  return Promise.all(files.map(async (file) => `${file} ${await hashFile(join(dir, file))}`))
}

const REFUSED = 'cannot explore this kernel: '

/** Why the Makefile of the explorer refuses this kernel, if this line says so. */
const refusalIn = (line: string): string | undefined => {
  const at = line.indexOf(REFUSED)
  const isSaid = at === 0 || (at > 0 && line.startsWith('make') && line.slice(0, at).endsWith(': '))
  return isSaid ? line.slice(at) : undefined
}

/** Whose fault it is that the explorer was not linked. Code that asks for what it does not have is nobody's. */
const fail = (result: ProcessResult): never => {
  const refused = result.tail.map(refusalIn).find((line) => line !== undefined)
  if (refused !== undefined) throw new CannotExploreError(refused)
  const error = errorInCode(
    result,
    result.tail.flatMap((line) => parseDiagnostic(line) ?? []),
  )
  throw new CannotExploreError(`cannot explore this kernel: the explorer does not build against it: ${error}`)
}

export interface ExplorerOptions {
  readonly cache: string
  readonly logFile: string
  readonly jobs: number
  /** Another folder of sources: for tests. */
  readonly sources?: string
}

type Model = '' | 'zswap'
const MODELS = [
  "the callers of migration and of compaction are ours; guest/explore/model has what they assert about the kernel's",
  'slab, pages and their locks, spinlocks, work queues, CPU hotplug and debugfs are ours',
]
const ZSWAP = 'mm/zswap.o'
const SWAP_MODEL =
  "swap is ours around the kernel's zswap: slots, swap cache, device and compressor; a compressed object is a pattern"
const ZSWAP_MODEL = "zswap: its tree, its counts and its writeback are ours, not mm/zswap.o's"

interface Making {
  readonly objects: Objects
  readonly options: ExplorerOptions
  readonly signal: AbortSignal
}

const runOwnMake = async (
  staging: string,
  goals: readonly string[],
  readable: readonly string[],
  { objects, options: { logFile, jobs, sources = explorerSources }, signal }: Making,
): Promise<void> => {
  const [KO, KSRC] = [objectDir(objects.dir), sourceDir(objects.dir)]
  const argv = ['make', '-C', sources, `-j${jobs}`, GROUPED, `KO=${KO}`, `KSRC=${KSRC}`, `OUT=${staging}`, ...goals]
  const place = { readable: [sources, KSRC, ...readable], writable: [staging] }
  const result = await runMake(argv, place, { signal, logFile })
  if (!succeeded(result.ended)) fail(result)
}

const link = async (model: Model, staging: string, parts: string, making: Making): Promise<void> => {
  const { logFile, sources = explorerSources } = making.options
  await runOwnMake(staging, [`MODEL=${model}`, `PARTS=${parts}`], [parts], making)
  if (!(await exists(join(staging, PROGRAM))))
    throw new HostError(`make in ${relative(paths.guest, sources)} made no ${PROGRAM}`, `read ${logFile}`)
}

const obtainWith = async (
  model: Model,
  objects: Objects,
  toolchain: Toolchain,
  options: ExplorerOptions,
  context: Context,
): Promise<Explorer> => {
  const hashes = await hashSources(options.sources ?? explorerSources)
  const identity = [toolchain.version, await hostGcc(), `MODEL=${model}`, ...hashes]
  const key = `${objects.meta.arch}-${contentKey('explorer', '3', objects.meta.key, ...identity)}`
  const making = { objects, options, signal: context.signal }
  const make = async (staging: string): Promise<ExplorerMeta> => {
    await mkdir(staging, { recursive: true })
    const compileParts = (dir: string) => runOwnMake(dir, [`MODEL=${model}`, 'parts'], [], making)
    await using parts = await obtainParts({ objects, identity, cache: options.cache, make: compileParts }, context)
    await link(model, staging, parts.dir, making)
    const hash = await hashFile(join(staging, PROGRAM))
    const isModel = model === 'zswap'
    return {
      key,
      hash,
      models: [isModel ? ZSWAP_MODEL : SWAP_MODEL, ...MODELS],
      modelled: isModel ? [ZSWAP, 'mm/frontswap.o'] : [],
    }
  }
  const isIntact = async (dir: string, { hash }: ExplorerMeta): Promise<boolean> =>
    (await hashFile(join(dir, PROGRAM)).catch(() => undefined)) === hash
  const root = join(options.cache, 'explorers')
  return await obtain<ExplorerMeta>(root, key, make, { signal: context.signal, isIntact })
}

/**
 * The explorer of these objects, from the cache or linked now: with the kernel's own zswap or, where the explorer does not
 * know that of this kernel, with a model of it.
 */
export const obtainExplorer = async (
  objects: Objects,
  toolchain: Toolchain,
  options: ExplorerOptions,
  context: Context,
): Promise<Explorer> => {
  const obtain = (model: Model): Promise<Explorer> => obtainWith(model, objects, toolchain, options, context)
  if (!Object.hasOwn(objects.meta.objects, ZSWAP)) return obtain('zswap')
  try {
    return await obtain('')
  } catch (error) {
    if (!(error instanceof CannotExploreError)) throw error
    const text = `a model stands in for zswap: ${error.message}`
    context.emit({ type: 'note', scope: context.scope, level: 'warning', text })
    return await obtain('zswap')
  }
}
