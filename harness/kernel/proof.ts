// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { exists } from '../lib/files/exists.ts'
import { HostError } from '../model/errors.ts'
import { dependentsOf } from './dependents.ts'
import { BUILD_DIR } from './make.ts'
import type { KernelInputs } from './model.ts'
import { isPartOf } from './objects.ts'
import type { BuildOutput } from './output.ts'
import type { Seeded } from './seed.ts'

const refuse = (what: string): never => {
  throw new HostError(
    `the patched file was not compiled: ${what}`,
    "check the host's clock and the cache folder, then run the same command again",
  )
}

/** Targets that depend on what differs from the donor, and that are still the donor's. */
const leftOver = async (dir: string, { sources, kept }: Seeded, announced: ReadonlySet<string>) =>
  (await dependentsOf(dir, sources)).filter((target) => kept.has(target) && !announced.has(target))

const requireObject = async (dir: string, path: string): Promise<void> => {
  const object = path.replace(/\.[cS]$/, '.o')
  if ((await isPartOf(dir, object)) && !(await exists(join(dir, object)))) refuse(`${object} is missing`)
}

/**
 * Throws a HostError unless each object that depends on a patched file was made from its text. What depended on it was
 * removed before the build, so it exists only if this build made it.
 */
export const proveCompiled = async (
  src: string,
  patched: KernelInputs['source']['patchedFiles'],
  seeded: Seeded | undefined,
  { announced }: Pick<BuildOutput, 'announced'>,
): Promise<void> => {
  const dir = join(src, BUILD_DIR)
  const [first] = seeded ? await leftOver(dir, seeded, announced) : []
  if (first !== undefined) refuse(`${first} is that of another build`)
  for (const [path, sha256] of Object.entries(patched))
    if (sha256 !== null && /\.[cS]$/.test(path)) await requireObject(dir, path)
}
