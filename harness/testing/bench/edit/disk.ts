// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { execa } from 'execa'
import { parseTreeSpec } from '../../../inputs/tree/spec.ts'
import { obtainTree } from '../../../inputs/tree/tree.ts'
import { inTempDir } from '../../../lib/files/temp.ts'
import { cacheRoot } from '../../../lib/paths.ts'
import { copyTree, edit, say } from './sides.ts'

const MIB = 1 << 20
const TREES = ['debian:6.1', 'debian:6.12', 'v7.3-rc1']

const bytesIn = async (dir: string): Promise<number> =>
  Number.parseInt((await execa('du', ['-sB1', '--', dir])).stdout, 10)

/** What each tree adds to an empty cache: downloads apart, then three edited folders. */
export const benchDisk = (trees: readonly string[] = TREES): Promise<void> =>
  inTempDir('bench', async (root) => {
    const cache = join(root, 'cache')
    const { signal } = new AbortController()
    let before = 0
    const add = async (spec: string): Promise<void> => {
      const context = { emit: () => undefined, scope: 'bench', signal }
      try {
        await using _tree = await obtainTree(parseTreeSpec(spec), { cache, context })
      } catch (error) {
        return say(`${spec.padEnd(40)} cannot be had here: ${(error as Error).message}`)
      }
      const now = (await bytesIn(cache)) - (await bytesIn(join(cache, 'downloads')).catch(() => 0))
      say(`${spec.replace(root, '').padEnd(40)} adds ${((now - before) / MIB).toFixed(1).padStart(8)} MiB`)
      before = now
    }
    for (const spec of trees) await add(spec)
    const folders = ['a', 'b', 'c'].map((name) => join(root, name))
    await copyTree(trees[0]!, folders, root)
    for (const [nth, folder] of folders.entries()) {
      await edit([folder], 'mm/zsmalloc.c', `${nth}`)
      await add(`dir:${folder}`)
    }
    say(
      `downloads ${((await bytesIn(join(cache, 'downloads'))) / MIB).toFixed(1)} MiB; the cache of this user is ${cacheRoot()}`,
    )
  })
