// SPDX-License-Identifier: MIT
import { appendFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { parseTreeSpec } from '../../../inputs/tree/spec.ts'
import { obtainTree } from '../../../inputs/tree/tree.ts'
import { objectDir } from '../../../kernel/layout.ts'
import { inTempDir } from '../../../lib/files/temp.ts'
import { cacheRoot, packageRoot } from '../../../lib/paths.ts'
import type { RunResult } from '../../../model/results.ts'
import { folderOf } from '../../stored.ts'

const CLI = join(packageRoot, 'dist/cli.js')
const BY_HAND = join(packageRoot, 'harness/testing/bench/edit/byhand.sh')
const { signal } = new AbortController()

/** Patches nothing that is compiled, so that both sides compile the folder's own text. */
const NO_PATCH = `--- a/COPYING
+++ b/COPYING
@@ -1,2 +1,2 @@
-The Linux Kernel is provided under:
+The Linux kernel is provided under:
${' '}
`

interface Sides {
  /** The folder that the harness tests. */
  readonly ours: string
  /** The same files, with the script's build folder. */
  readonly theirs: string
  readonly patch: string
  readonly results: string
  readonly work: string
}

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

const LANES = ['--lane', 'race', 'pump', '--duration', '5s']

const harness = async ({ ours, patch, results }: Sides): Promise<RunResult> => {
  const selection = ['--tree', `dir:${ours}`, '--config', 'zpool-on', '--leg', 'after', '--runs', '1', ...LANES]
  const flags = [...selection, '--patch', patch, '--results', results, '--format', 'plain']
  const run = await execa('node', [CLI, 'run', ...flags], {
    reject: false,
  })
  const text = await readFile(join(results, 'latest', 'run.json'), 'utf8').catch(() => '')
  if (text === '') throw new Error(`the harness failed: ${run.stdout}\n${run.stderr}`)
  return JSON.parse(text) as RunResult
}

/** QEMU's argv of a cell, for a kernel and files of the script's own. */
const qemuFor = ({ theirs, work }: Sides, argv: readonly string[]): readonly string[] =>
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

const byHand = (sides: Sides, qemu: readonly string[]): Promise<unknown> =>
  execa('bash', [BY_HAND, sides.theirs, sides.work, ...qemu])

/** Adds a line to a file of both folders. */
const edit = async ({ ours, theirs }: Sides, path: string, nth: number): Promise<void> => {
  for (const dir of [ours, theirs]) await appendFile(join(dir, path), `/* edit ${nth} */\n`)
}

const prepared = async (root: string): Promise<Sides> => {
  const sides = {
    ours: join(root, 'ours'),
    theirs: join(root, 'theirs'),
    patch: join(root, 'none.patch'),
    results: join(root, 'results'),
    work: join(root, 'work'),
  }
  for (const dir of [sides.results, sides.work]) await mkdir(dir)
  await writeFile(sides.patch, NO_PATCH)
  const context = { emit: () => undefined, scope: 'bench', signal }
  await using tree = await obtainTree(parseTreeSpec('debian:6.1'), { cache: cacheRoot(), context })
  // Copies: what is edited in place must not be a link to the cache.
  const linked = await folderOf(cacheRoot(), tree.meta.listing, join(root, 'linked'))
  for (const dir of [sides.ours, sides.theirs]) await execa('cp', ['-r', linked, dir])
  await rm(linked, { recursive: true })
  return sides
}

const say = (text: string): void => void process.stdout.write(`${text}\n`)

interface Case {
  readonly name: string
  readonly path: string | undefined
}

const CASES: readonly Case[] = [
  { name: 'one line of mm/zsmalloc.c', path: 'mm/zsmalloc.c' },
  { name: 'include/linux/mm.h', path: 'include/linux/mm.h' },
  { name: 'nothing', path: undefined },
]

const measure = async (sides: Sides, qemu: readonly string[], { name, path }: Case, nth: number): Promise<void> => {
  if (path !== undefined) await edit(sides, path, nth)
  const hand = await seconds(() => byHand(sides, qemu))
  let run: RunResult | undefined
  const ours = await seconds(async () => {
    run = await harness(sides)
  })
  const [cell] = run!.cells
  const parts = Object.entries(cell!.timings).map(([part, ms]) => `${part.replace('Ms', '')} ${(ms / 1000).toFixed(1)}`)
  const limit = hand * 1.1 + 3
  say(
    `${name.padEnd(28)} by hand ${hand.toFixed(1).padStart(6)} s, zsharness ${ours.toFixed(1).padStart(6)} s, ratio ${(ours / hand).toFixed(2)}, ${ours <= limit ? 'within' : 'NOT within'} 1.1 + 3 s; ${parts.join(', ')}; ${cell!.kernel?.compiled} objects; ${cell!.verdict}`,
  )
}

/**
 * From an edit to a verdict of the after leg, beside a script that keeps its own build folder: make, then the same QEMU
 * command with the same lanes. Side by side in one run: ratios count, not seconds.
 */
export const benchEdit = (rounds: number): Promise<void> =>
  inTempDir('bench', async (root) => {
    const sides = await prepared(root)
    const first = await seconds(() => harness(sides))
    say(`first look and first build: ${first.toFixed(1)} s`)
    const [cell] = (await harness(sides)).cells
    const kernel = join(cacheRoot(), 'builds', cell!.kernel!.key)
    const initramfs = cell!.commands.qemu.find((arg) => arg.endsWith('/initramfs.cpio'))!
    await cp(initramfs, join(sides.work, 'initramfs.cpio'))
    await mkdir(join(sides.theirs, 'o'))
    await cp(join(objectDir(kernel), '.config'), join(sides.theirs, 'o/.config'))
    const qemu = qemuFor(sides, cell!.commands.qemu)
    say(`first make by hand: ${(await seconds(() => byHand(sides, qemu))).toFixed(1)} s`)
    for (let nth = 1; nth <= rounds; nth++) for (const one of CASES) await measure(sides, qemu, one, nth)
  })
