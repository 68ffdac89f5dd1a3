// SPDX-License-Identifier: MIT
import { appendFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { parseTreeSpec } from '../../../inputs/tree/spec.ts'
import { obtainTree } from '../../../inputs/tree/tree.ts'
import { objectDir } from '../../../kernel/layout.ts'
import { cacheRoot, packageRoot } from '../../../lib/paths.ts'
import type { RunResult } from '../../../model/results.ts'
import { folderOf } from '../../stored.ts'

const CLI = join(packageRoot, 'dist/cli.js')
const BY_HAND = join(packageRoot, 'harness/testing/bench/edit/byhand.sh')
const { signal } = new AbortController()

/** Patches nothing that is compiled, so that both sides compile the tree's own text. */
const NO_PATCH = `--- a/COPYING
+++ b/COPYING
@@ -1,2 +1,2 @@
-The Linux Kernel is provided under:
+The Linux kernel is provided under:
${' '}
`

/** The harness and a script that keeps its own build folder, on the same sources. */
export interface Sides {
  /** The source of the script, with its build folder `o`. */
  readonly theirs: string
  readonly patch: string
  readonly results: string
  readonly work: string
}

/** What both sides run: QEMU's command of the harness, with the script's own kernel and files. */
export type Qemu = readonly string[]

export const say = (text: string): void => void process.stdout.write(`${text}\n`)

export const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

const LANES = ['--lane', 'race', 'pump', '--duration', '5s']

/** Runs the harness on the after leg of a tree. */
export const harness = async ({ patch, results }: Sides, tree: string): Promise<RunResult> => {
  const selection = ['--tree', tree, '--config', 'zpool-on', '--leg', 'after', '--runs', '1', ...LANES]
  // A script that builds and boots explores nothing.
  const flags = [...selection, '--explore', 'off', '--patch', patch, '--results', results, '--format', 'plain']
  await rm(join(results, 'latest'), { force: true })
  const run = await execa('node', [CLI, 'run', ...flags], { reject: false })
  const text = await readFile(join(results, 'latest', 'run.json'), 'utf8').catch(() => '')
  if (text === '') throw new Error(`the harness failed: ${run.stdout}\n${run.stderr}`)
  return JSON.parse(text) as RunResult
}

/** make, then QEMU. */
export const byHand = ({ theirs, work }: Sides, qemu: Qemu): Promise<unknown> =>
  execa('bash', [BY_HAND, theirs, work, ...qemu])

/** Copies a tree of the cache to new folders: what is edited in place must not be a link to the cache. */
export const copyTree = async (spec: string, folders: readonly string[], scratch: string): Promise<void> => {
  const context = { emit: () => undefined, scope: 'bench', signal }
  await using tree = await obtainTree(parseTreeSpec(spec), { cache: cacheRoot(), context })
  const linked = await folderOf(cacheRoot(), tree.meta.listing, join(scratch, 'linked'))
  for (const dir of folders) await execa('cp', ['-r', linked, dir])
  await rm(linked, { recursive: true })
}

export const makeSides = async (root: string): Promise<Sides> => {
  const sides = {
    theirs: join(root, 'theirs'),
    patch: join(root, 'none.patch'),
    results: join(root, 'results'),
    work: join(root, 'work'),
  }
  for (const dir of [sides.results, sides.work]) await mkdir(dir)
  await writeFile(sides.patch, NO_PATCH)
  return sides
}

/** QEMU's argv of a cell, for a kernel and files of the script's own. */
const qemuFor = ({ theirs, work }: Sides, argv: readonly string[]): Qemu =>
  argv
    .map((arg) => {
      if (arg.endsWith('/bzImage')) return join(theirs, 'o/arch/x86/boot/bzImage')
      if (arg.endsWith('/initramfs.cpio')) return join(work, 'initramfs.cpio')
      if (arg.startsWith('socket,id=records')) return `file,id=records,path=${work}/records`
      return arg.replace(/file=[^,]*swap\.img/, `file=${work}/swap.img`)
    })
    .filter((arg, nth, all) => {
      const isQmp = (at: number): boolean => /id=qmp|chardev=qmp/.test(all[at] ?? '')
      return !isQmp(nth) && !((arg === '-chardev' || arg === '-mon') && isQmp(nth + 1))
    })

/** Gives the script what the harness used for this run: its configuration, its initramfs and its QEMU command. */
export const equip = async (sides: Sides, run: RunResult): Promise<Qemu> => {
  const [cell] = run.cells
  const kernel = join(cacheRoot(), 'builds', cell!.kernel.key)
  const initramfs = cell!.commands.qemu.find((arg) => arg.endsWith('/initramfs.cpio'))!
  await cp(initramfs, join(sides.work, 'initramfs.cpio'))
  await mkdir(join(sides.theirs, 'o'), { recursive: true })
  await cp(join(objectDir(kernel), '.config'), join(sides.theirs, 'o/.config'))
  return qemuFor(sides, cell!.commands.qemu)
}

/** Adds a line to a file of each folder. */
export const edit = async (folders: readonly string[], path: string, nth: string): Promise<void> => {
  for (const dir of folders) await appendFile(join(dir, path), `/* edit ${nth} */\n`)
}

const partsOf = ({ phases, durationMs }: RunResult): string =>
  [...phases.map(({ name, ms }) => `${name} ${(ms / 1000).toFixed(1)}`), `all ${(durationMs / 1000).toFixed(1)}`].join(
    ', ',
  )

/** What both sides took for one change, in a line, and the phases of the harness in another. */
export const compare = async (
  name: string,
  hand: () => Promise<unknown>,
  ours: () => Promise<RunResult>,
): Promise<void> => {
  const theirs = await seconds(hand)
  let run: RunResult | undefined
  const own = await seconds(async () => {
    run = await ours()
  })
  const within = own <= theirs * 1.1 + 3 ? 'within' : 'NOT within'
  const { kernel, verdict } = run!.cells[0]!
  const figures = `by hand ${theirs.toFixed(1).padStart(6)} s, zsharness ${own.toFixed(1).padStart(6)} s, ratio ${(own / theirs).toFixed(2)}`
  say(`${name.padEnd(44)} ${figures}, ${within} 1.1 + 3 s; ${kernel.compiled} objects; ${verdict}`)
  say(`    ${partsOf(run!)}`)
}
