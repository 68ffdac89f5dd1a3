// SPDX-License-Identifier: MIT
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BEFORE, FILE } from '../../bundle/names.ts'
import type { Bundle } from '../../bundle/open.ts'
import { exists } from '../../lib/files/exists.ts'
import { hashFile } from '../../lib/files/hash.ts'
import { HostError } from '../../model/errors.ts'
import type { WithFiles } from '../kernels.ts'
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

/** Opens the sources without the patch, if the bundle has what coverage needs. */
export const baselineIn = ({ dir, manifest }: Bundle): WithFiles | null =>
  manifest.part === 'boot' ? null : (use) => use(join(dir, BEFORE, 'src'))
