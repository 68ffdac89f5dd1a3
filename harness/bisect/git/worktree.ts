// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { git, type Repo } from './repo.ts'

/** A folder with one tree checked out at a time; switching writes only the files that differ. */
export interface WorkTree {
  readonly dir: string
  readonly show: (tree: string) => Promise<void>
}

/** The bisection's own work tree; the repository's work tree stays as it is. */
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
