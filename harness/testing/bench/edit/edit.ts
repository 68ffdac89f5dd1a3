// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { execa } from 'execa'
import { inTempDir } from '../../../lib/files/temp.ts'
import { measureLies } from './lies.ts'
import {
  byHand,
  compare,
  copyTree,
  edit,
  equip,
  harness,
  makeSides,
  type Qemu,
  type Sides,
  say,
  seconds,
} from './sides.ts'

interface Case {
  readonly name: string
  readonly path: string | undefined
}

const CASES: readonly Case[] = [
  { name: 'one line of mm/zsmalloc.c', path: 'mm/zsmalloc.c' },
  { name: 'include/linux/mm.h', path: 'include/linux/mm.h' },
  { name: 'nothing', path: undefined },
]

/** A git that asks nothing of the user's configuration. */
const git = (dir: string, ...args: readonly string[]) =>
  execa('git', ['-C', dir, '-c', 'user.name=bench', '-c', 'user.email=bench@localhost', '-c', 'gc.auto=0', ...args])

/** Makes a folder a repository with one commit of all its files but the build folder. */
const commitAll = async (dir: string): Promise<void> => {
  await git(dir, 'init', '-q')
  await git(dir, 'add', '-A', '-f', '--', '.', ':!o')
  await git(dir, 'commit', '-q', '-m', 'base')
}

const measureEdits = async (
  sides: Sides,
  qemu: Qemu,
  ours: string,
  { what, cases, nth }: { readonly what: string; readonly cases: readonly Case[]; readonly nth: number },
): Promise<void> => {
  for (const { name, path } of cases) {
    if (path !== undefined) await edit([ours, sides.theirs], path, `${what} ${nth}`)
    await compare(
      `${what}: ${name}`,
      () => byHand(sides, qemu),
      () => harness(sides, `dir:${ours}`),
    )
  }
}

// Files as a week of work on compressed memory touches them, one commit each.
const COMMITTED = [
  ...['mm/zsmalloc.c', 'mm/zswap.c', 'mm/swapfile.c', 'mm/page_io.c', 'mm/vmscan.c', 'mm/memcontrol.c'],
  ...['include/linux/zsmalloc.h', 'include/linux/zpool.h', 'mm/swap_state.c', 'lib/xarray.c'],
]

/** Moves a branch by ten commits, which were made here: the script checks out the new one, the harness is told its name. */
const measureCommits = async (sides: Sides, qemu: Qemu, nth: number): Promise<void> => {
  const { theirs } = sides
  const head = async (): Promise<string> => (await git(theirs, 'rev-parse', 'HEAD')).stdout.trim()
  await git(theirs, 'commit', '-q', '-a', '-m', `start ${nth}`)
  const base = await head()
  for (const path of COMMITTED) {
    await edit([theirs], path, `commit ${nth}`)
    await git(theirs, 'commit', '-q', '-a', '-m', `mm: a change of ${path}`)
  }
  const tip = await head()
  await git(theirs, 'checkout', '-q', base)
  await byHand(sides, qemu)
  await harness(sides, `git:${theirs}#${base}`)
  await compare(
    'git: ten commits (made by this bench)',
    async () => {
      await git(theirs, 'checkout', '-q', tip)
      await byHand(sides, qemu)
    },
    () => harness(sides, `git:${theirs}#${tip}`),
  )
}

/**
 * From an edit to a verdict of the after leg, beside a script that keeps its own build folder: make, then the same QEMU
 * command with the same lanes. Side by side in one run: ratios count, not seconds.
 */
export const benchEdit = (rounds: number): Promise<void> =>
  inTempDir('bench', async (root) => {
    const sides = await makeSides(root)
    const [plain, tracked] = [join(root, 'plain'), join(root, 'tracked')]
    await copyTree('debian:6.1', [plain, tracked, sides.theirs], root)
    for (const dir of [tracked, sides.theirs]) await commitAll(dir)
    say(`first look and first build: ${(await seconds(() => harness(sides, `dir:${plain}`))).toFixed(1)} s`)
    const qemu = await equip(sides, await harness(sides, `dir:${plain}`))
    say(`first make by hand: ${(await seconds(() => byHand(sides, qemu))).toFixed(1)} s`)
    // The first look reads every file.
    await harness(sides, `dir:${tracked}`)
    for (let nth = 1; nth <= rounds; nth++) {
      await measureEdits(sides, qemu, plain, { what: 'plain folder', cases: CASES, nth })
      const cases = CASES.filter(({ path }) => path !== 'include/linux/mm.h')
      await measureEdits(sides, qemu, tracked, { what: 'git work tree', cases, nth })
      await measureCommits(sides, qemu, nth)
    }
    await measureLies(sides, plain)
  })
