// SPDX-License-Identifier: MIT
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { exists } from '../../lib/files/exists.ts'
import { UsageError } from '../../model/errors.ts'
import type { Splat } from '../../splat/index.ts'

/** Adds the file to blame and its maintainers. */
export type Blame = (splats: readonly Splat[]) => Promise<readonly Splat[]>

const HINT = 'give the folder of the kernel source, the one that has the folders kernel and mm'

/** Reads files and maintainers from the kernel source of `--tree`; without it, what the log itself shows. */
export const blameFrom = async (tree: string | undefined): Promise<Blame> => {
  if (tree === undefined) return async (splats) => splats
  const folder = resolve(tree)
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--tree ${tree}: cannot be read (${error.code})`, HINT)
  })
  if (!found.isDirectory()) throw new UsageError(`--tree ${tree} is not a folder`, HINT)
  if (!(await exists(join(folder, 'Makefile')))) throw new UsageError(`--tree ${tree} is not a kernel source`, HINT)
  const { askTree, withGuilty } = await import('../../kernel/guilty/guilty.ts')
  const answers = askTree(folder)
  return (splats) => withGuilty(splats, answers)
}
