// SPDX-License-Identifier: MIT
import { sh } from '../lib/process/sh.ts'
import { isInEveryCommand } from './everyobject.ts'

/** What depends on options and files, in builds of one architecture. */
export interface Touches {
  /** Objects of a full build. */
  readonly all: number
  /** Objects that are compiled again when these options, without `CONFIG_`, and files differ. */
  readonly again: (options: readonly string[], files: readonly string[]) => number
}

// The version, the tables of exports and of kallsyms: compiled in every build of 6.1, whatever else is.
const EVERY_BUILD = 5

/**
 * Measured: objects of a full build, and the share of them that names the option. 6.1.192, zpool-on, kasan: 745 objects on
 * x86_64, of which 429 name ZSWAP, 90 FRONTSWAP, 604 COMPACTION, 429 MIGRATION, 645 PROVE_LOCKING, 655 DEBUG_LOCK_ALLOC;
 * `grep -rlF 'include/config/ZSWAP)' --include='.*.o.cmd'` in a build folder of the cache counts them. They include each
 * other, so of several options the largest share is taken: all of these together are 604 without lockdep.
 */
const FULL: Readonly<Record<string, number>> = { x86_64: 745, arm64: 640 }
const SHARES: Readonly<Record<string, number>> = {
  ZSWAP: 0.576,
  FRONTSWAP: 0.121,
  MIGRATION: 0.576,
  COMPACTION: 0.811,
  PROVE_LOCKING: 0.866,
  DEBUG_LOCK_ALLOC: 0.879,
}
// ZRAM, ZPOOL and ZSWAP's defaults are named by at most one object.
const OTHER_SHARE = 0.002

const guessedObjects = (all: number, options: readonly string[], files: readonly string[]): number => {
  if (options.some(isInEveryCommand)) return all
  const share = Math.max(0, ...options.map((name) => SHARES[name] ?? OTHER_SHARE))
  // Most patched files are not headers.
  return Math.min(all, Math.round(share * all) + files.length + EVERY_BUILD)
}

/** The touches of an architecture of which no build is in the cache. */
export const guessedTouches = (arch: string): Touches => {
  const all = FULL[arch] ?? FULL.x86_64!
  return { all, again: (options, files) => guessedObjects(all, options, files) }
}

const markOf = (option: string): string => `include/config/${option})`
const fileMark = (file: string): string => `../${file}`

/** The touches of a build of `all` objects, from the objects whose records name each option or file. */
export const touchesFrom = (all: number, named: ReadonlyMap<string, ReadonlySet<string>>): Touches => ({
  all,
  again: (options, files) => {
    if (options.some(isInEveryCommand)) return all
    const marks = [...options.map(markOf), ...files.map(fileMark)]
    const objects = new Set(marks.flatMap((mark) => [...(named.get(mark) ?? [])]))
    return Math.min(all, objects.size + EVERY_BUILD)
  },
})

/** From grep's lines, `RECORD:MARK`, the records of each mark. */
export const parseMarks = (lines: string): ReadonlyMap<string, ReadonlySet<string>> => {
  const named = new Map<string, Set<string>>()
  for (const line of lines.split('\n')) {
    const at = line.indexOf(':')
    if (at < 0) continue
    const [record, mark] = [line.slice(0, at), line.slice(at + 1)]
    named.set(mark, (named.get(mark) ?? new Set()).add(record))
  }
  return named
}

// The programs of the host are not compiled with the kernel's options.
const RECORDS = ['--include=.*.o.cmd', '--exclude-dir=scripts', '--exclude-dir=tools']

/** The touches of a finished build of `all` objects, for these options and files. */
export const readTouches = async (
  objectDir: string,
  all: number,
  options: readonly string[],
  files: readonly string[],
): Promise<Touches> => {
  const marks = [...options.map(markOf), ...files.map(fileMark)].flatMap((mark) => ['-e', mark])
  if (marks.length === 0) return touchesFrom(all, new Map())
  const { stdout } = await sh({ cwd: objectDir })`grep -roF ${marks} ${RECORDS} .`
  return touchesFrom(all, parseMarks(stdout))
}

/** How many objects a finished build consists of, those that it took over included. */
export const objectsOf = async (objectDir: string): Promise<number> => {
  const { stdout } = await sh({
    cwd: objectDir,
  })`find . -name ${'.*.o.cmd'} -not -path ${'./scripts/*'} -not -path ${'./tools/*'}`
  return stdout.split('\n').filter((line) => line !== '').length
}
