// SPDX-License-Identifier: MIT
import { readFile, rename, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sourceDir } from '../../../kernel/layout.ts'
import { cacheRoot } from '../../../lib/paths.ts'
import type { RunResult } from '../../../model/results.ts'
import { harness, type Sides, say } from './sides.ts'

const FILE = 'mm/zsmalloc.c'

/** The text that the kernel of a run was compiled from. */
const builtFrom = ({ cells: [cell] }: RunResult): Promise<string> =>
  readFile(join(sourceDir(join(cacheRoot(), 'builds', cell!.kernel.key)), FILE), 'utf8')

const tell = (lie: string, isTrue: boolean, end = 'the text on the disk was tested'): void => {
  say(`${`a lie: ${lie}`.padEnd(60)} ${isTrue ? end : 'BELIEVED'}`)
  if (!isTrue) process.exitCode = 1
}

/** Changes a file and puts back what `stat` shows of its size and its time. */
const lieByStat = async (sides: Sides, folder: string): Promise<void> => {
  const file = join(folder, FILE)
  await harness(sides, `dir:${folder}`)
  const { atime, mtime } = await stat(file)
  const text = (await readFile(file, 'utf8')).replace('/* edit', '/* tide')
  await writeFile(file, text)
  await utimes(file, atime, mtime)
  tell('the old size and time', (await builtFrom(await harness(sides, `dir:${folder}`))) === text)
}

/** Gives a changed file a time of before the last build. */
const lieByTime = async (sides: Sides, folder: string): Promise<void> => {
  const file = join(folder, FILE)
  const text = `${await readFile(file, 'utf8')}/* of the past */\n`
  await writeFile(file, text)
  await utimes(file, 1e9, 1e9)
  tell('a time of 2001', (await builtFrom(await harness(sides, `dir:${folder}`))) === text)
}

/** Replaces a file by one of two texts again and again, while the harness reads, builds and boots. */
const lieWhileRead = async (sides: Sides, folder: string): Promise<void> => {
  const file = join(folder, FILE)
  const old = await readFile(file, 'utf8')
  // Not in the folder: it would be a file of the tree.
  const next = `${folder}.next`
  const texts = [`${old}/* one */\n`, `${old}/* two */\n`]
  let running = true
  const writer = (async () => {
    for (let nth = 0; running; nth++) {
      await writeFile(next, texts[nth % 2]!)
      await rename(next, file)
      await sleep(1)
    }
  })()
  const run = await harness(sides, `dir:${folder}`).catch(String)
  running = false
  await writer
  const lie = 'a file that changes while it is read'
  if (typeof run === 'string') tell(lie, /changed while/.test(run), 'no verdict: it changed while it was read')
  else tell(lie, texts.includes(await builtFrom(run)))
}

/** Tells the harness lies about an edited folder. The clock stays: tests without a kernel step it back. */
export const measureLies = async (sides: Sides, folder: string): Promise<void> => {
  await lieByStat(sides, folder)
  await lieByTime(sides, folder)
  await lieWhileRead(sides, folder)
}
