// SPDX-License-Identifier: MIT
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { configNames, profileNames } from '../../inputs/kconfig/compose.ts'
import { PLAN_FILE } from '../../inputs/plans/load.ts'
import { listSeries } from '../../inputs/series/load.ts'
import { paths } from '../../lib/paths.ts'
import { ARCHS, CHECKS, OWN_LANES } from '../../model/names.ts'
import type { Source } from './sources.ts'

const KERNELS = ['debian:6.1', 'debian:6.12', 'debian:7.3']
// Trees whose rest is a path.
const ON_DISK = /^(?:dir|tar|git):/

const entriesOf = (dir: string) => readdir(dir, { withFileTypes: true }).catch(() => [])

const foldersIn = async (dir: string): Promise<readonly string[]> =>
  (await entriesOf(dir)).filter((entry) => !entry.isFile()).map(({ name }) => name)

/** The paths that go on from this one. */
const pathsFrom = async (path: string): Promise<readonly string[]> => {
  const head = path.slice(0, path.lastIndexOf('/') + 1)
  const isHidden = path.slice(head.length).startsWith('.')
  const entries = await entriesOf(head === '' ? '.' : head)
  return entries
    .filter(({ name }) => name.startsWith('.') === isHidden)
    .map((entry) => `${head}${entry.name}${entry.isFile() ? '' : '/'}`)
}

const trees = async (text: string): Promise<readonly string[]> => {
  const [scheme] = ON_DISK.exec(text) ?? []
  if (scheme === undefined) return [...KERNELS, 'dir:', 'git:', 'tar:']
  return (await pathsFrom(text.slice(scheme.length))).map((path) => scheme + path)
}

const runs = async (): Promise<readonly string[]> => [...(await foldersIn(paths.results))].sort().reverse()

/** Runs, and behind a slash the cells of that one. */
const cells = async (text: string): Promise<readonly string[]> => {
  if (!text.includes('/')) return (await runs()).map((run) => `${run}/`)
  const run = dirname(`${text}x`)
  const inResults = await foldersIn(join(paths.results, run, 'cells'))
  const found = inResults.length > 0 ? inResults : await foldersIn(join(run, 'cells'))
  return found.map((cell) => `${run}/${cell}`)
}

const plans = async (): Promise<readonly string[]> =>
  (await readdir(paths.plans)).filter((name) => PLAN_FILE.test(name)).map((name) => name.replace(PLAN_FILE, ''))

const NAMES: Readonly<Record<Source, (text: string) => Promise<readonly string[]>>> = {
  archs: async () => [...ARCHS, 'all'],
  cells,
  checks: async () => CHECKS,
  configs: async () => [...(await configNames()), 'all'],
  files: async () => [],
  folders: async () => [],
  lanes: async () => OWN_LANES,
  legs: async () => ['before', 'after', 'both'],
  plans,
  profiles: profileNames,
  runs,
  series: async () => [...(await listSeries()), 'none'],
  text: async () => [],
  trees,
}

/** What there is of a source now, for a word that begins with `text`. */
export const namesOf = (source: Source, text: string): Promise<readonly string[]> => NAMES[source](text)
