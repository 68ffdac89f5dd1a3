// SPDX-License-Identifier: MIT
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BEFORE, FILE } from '../../bundle/names.ts'
import type { Bundle } from '../../bundle/open.ts'
import { readElf } from '../../lib/elf.ts'
import { exists } from '../../lib/files/exists.ts'
import { hashFile } from '../../lib/files/hash.ts'
import { HostError, UsageError } from '../../model/errors.ts'
import type { WithFiles } from '../kernels.ts'
import type { RunRequest } from '../request.ts'
import type { BuiltLeg } from '../state.ts'

/** The kernel of a bundle as one that was built; its files are checked again, since a run may be long. */
export const bundledLeg = async (bundle: Bundle, logFile: string): Promise<BuiltLeg> => {
  const { dir, manifest, build } = bundle
  for (const path of [build.meta.image, FILE.initramfs])
    if ((await hashFile(join(dir, path)).catch(() => undefined)) !== manifest.files[path]!.sha256)
      throw new HostError(`${join(dir, path)} has changed since the bundle was unpacked`, 'run the same command again')
  const log = join(dir, FILE.log)
  if (await exists(log)) await copyFile(log, logFile)
  else await writeFile(logFile, 'The bundle has no log of the build.\n')
  return {
    kernel: { dir, meta: build.meta, cached: true, [Symbol.asyncDispose]: async () => undefined },
    buildMs: 0,
    sizes: new Map(Object.entries(build.objects)),
    bundle,
  }
}

/** The folder of what the bundle has of the before leg; null without that leg's functions. */
export const beforeIn = async ({ dir }: Bundle): Promise<string | null> =>
  (await exists(join(dir, BEFORE, FILE.map))) ? join(dir, BEFORE) : null

/** The program of a bundle that measures the counter of a host like the one that made it. */
export const ticksOf = ({ bundled }: Pick<RunRequest, 'bundled'>): string | undefined => {
  const found = bundled?.all.find(({ manifest }) => Object.hasOwn(manifest.files, FILE.ticks))
  return found && join(found.dir, FILE.ticks)
}

/** Opens the sources without the patch, if the bundle has what coverage needs. */
export const baselineIn = ({ dir, manifest }: Bundle): WithFiles | null =>
  manifest.part === 'boot' ? null : (use) => use(join(dir, BEFORE, 'src'))

/** Throws when the kernel that booted is not the one whose symbols the bundle has: nothing may be said about it then. */
export const requireBooted = ({ file, dir, manifest }: Bundle, release: string | undefined): void => {
  if (release === undefined || manifest.part === 'boot') return
  const named = /^Linux version (\S+)/.exec(readElf(join(dir, FILE.vmlinux)).banner ?? '')?.[1]
  if (named === release) return
  throw new UsageError(
    `${file}: the kernel that booted is ${release}, and its symbols are of ${named ?? 'no kernel'}`,
    'make the bundle again',
  )
}
