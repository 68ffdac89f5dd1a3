// SPDX-License-Identifier: MIT
import { mkdir, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Arch } from '../inputs/arch/index.ts'
import { hostCause } from '../kernel/hostcause.ts'
import { runCompiler } from '../kernel/make.ts'
import type { Toolchain } from '../kernel/toolchain.ts'
import { type Entry, obtain } from '../lib/cache/store.ts'
import { contentKey, hashFile } from '../lib/files/hash.ts'
import { paths } from '../lib/paths.ts'
import { describeEnd, succeeded } from '../lib/process/run.ts'
import { HostError, InterruptedError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'

/** What the cache stores about a compiled init. */
export interface InitMeta {
  readonly key: string
  /** sha256 of the program. */
  readonly hash: string
}

/** The name of the program in its entry. */
export const INIT = 'init'

/** Files of a folder of the guest's sources, sorted. */
export const sourcesBelow = async (dir: string, accept: (file: string) => boolean): Promise<readonly string[]> =>
  (await readdir(dir))
    .filter(accept)
    .sort()
    .map((file) => join(dir, file))

/** Names and hashes of files: what a cache key needs of them. */
export const hashesOf = (files: readonly string[]): Promise<readonly string[]> =>
  Promise.all(files.map(async (file) => `${basename(file)} ${await hashFile(file)}`))

const FOLDERS = [paths.guest, join(paths.guest, 'lanes')]

const sources = async (accept: (file: string) => boolean): Promise<readonly string[]> =>
  (await Promise.all(FOLDERS.map((dir) => sourcesBelow(dir, accept)))).flat()

// It includes nothing of the kernel's, so a failure is the host's.
const compileInit = async (cc: string, out: string, signal: AbortSignal): Promise<void> => {
  const flags = ['-static', '-O2', '-Wall', '-Wextra', '-Werror', '-pthread', '-I', paths.guest]
  const argv = [cc, ...flags, '-o', out, ...(await sources((file) => file.endsWith('.c')))]
  const { ended, tail } = await runCompiler(argv, { signal })
  if (succeeded(ended)) return
  if (ended.by === 'abort') throw new InterruptedError()
  throw new HostError(
    `the build of the guest's init ${describeEnd(ended)}:\n${tail.slice(-15).join('\n')}`,
    hostCause(tail)?.hint ?? 'run: npx zsharness doctor',
  )
}

/** The static init with its lanes. It depends on no kernel, so it can be compiled beside one. */
export const obtainInit = async (
  arch: Arch,
  toolchain: Toolchain,
  cache: string,
  { signal }: Pick<Context, 'signal'>,
): Promise<Entry<InitMeta>> => {
  const hashes = await hashesOf(await sources((file) => /\.[ch]$/.test(file)))
  const key = `init-${arch.name}-${contentKey('1', toolchain.version, ...hashes)}`
  const make = async (staging: string): Promise<InitMeta> => {
    await mkdir(staging, { recursive: true })
    await compileInit(toolchain.cc, join(staging, INIT), signal)
    return { key, hash: await hashFile(join(staging, INIT)) }
  }
  const isIntact = async (dir: string, { hash }: InitMeta): Promise<boolean> =>
    (await hashFile(join(dir, INIT)).catch(() => undefined)) === hash
  return obtain<InitMeta>(join(cache, 'guests'), key, make, { signal, isIntact })
}
