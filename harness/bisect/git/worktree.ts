// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { git, type Repo } from './repo.ts'

/** One folder that shows one tree at a time; going to another writes only the files that differ. */
export interface WorkTree {
  readonly dir: string
  readonly show: (tree: string) => Promise<void>
}

/** The bisection's own work tree; the repository's own is left alone. */
export const openWorkTree = async (repo: Repo): Promise<WorkTree> => {
  const dir = join(repo.scratch, 'tree')
  const index = join(repo.scratch, 'tree.index')
  await mkdir(dir, { recursive: true })
  return {
    dir,
    show: async (tree) => {
      await git(repo, ['read-tree', '--reset', '-u', tree], { index, workTree: dir })
    },
  }
}
