// SPDX-License-Identifier: MIT
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { exists } from '../../lib/files/exists.ts'
import { paths } from '../../lib/paths.ts'
import { didYouMean } from '../../lib/text/suggest.ts'
import { UsageError } from '../../model/errors.ts'
import { parseHold } from '../hold/parse.ts'
import { configNames, profileNames } from '../kconfig/compose.ts'
import { parseFragment } from '../kconfig/fragment.ts'
import { loadYaml } from '../yaml/load.ts'
import { touchedBy } from './diff.ts'
import { exerciseOf } from './exercise.ts'
import { readPatches } from './files.ts'
import type { Patch, Series, Variant } from './model.ts'
import { NO_SERIES, noSeries } from './none.ts'
import { type SeriesFile, seriesSchema } from './schema.ts'
import { isSource, type ReadPatches, readSource } from './sources.ts'

const YAML = 'series.yaml'

/** The names of all series in a patches folder: its folders that have a series.yaml. */
export const listSeries = async (root = paths.patches): Promise<readonly string[]> => {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => [])
  const names: string[] = []
  for (const entry of entries)
    if (entry.isDirectory() && !entry.name.startsWith('.') && (await exists(join(root, entry.name, YAML))))
      names.push(entry.name)
  return names.sort()
}

const readFileOf = (dir: string): Promise<SeriesFile> => loadYaml(join(dir, YAML), seriesSchema, 'patches/README.md')

/** The series.yaml of a series of `root`, without its patches. */
export const loadSeriesFile = async (name: string, root = paths.patches): Promise<SeriesFile> =>
  readFileOf(await folderIn([root], name, ''))

/** The names of the series with the key `corpus`. One that cannot be read counts: its cells say why, where none would say nothing. */
export const listCorpus = async (root = paths.patches): Promise<readonly string[]> => {
  const names: string[] = []
  for (const name of await listSeries(root)) {
    // Parsing takes its time, and most series have no such word.
    if (!(await readFile(join(root, name, YAML), 'utf8')).includes('corpus')) continue
    const file = await readFileOf(join(root, name)).catch((error: unknown) => {
      if (error instanceof UsageError) return undefined
      throw error
    })
    if (file === undefined || file.corpus !== undefined) names.push(name)
  }
  return names
}

const checkFolder = async (dir: string, { patches: own, variants }: SeriesFile): Promise<void> => {
  const patches = [...own, ...variants.flatMap((variant) => variant.patches)]
  const there = (await readdir(dir)).filter((name) => name.endsWith('.patch'))
  const yaml = join(dir, YAML)
  const missing = patches.find((name) => !there.includes(name))
  if (missing)
    throw new UsageError(
      `${yaml}: ${missing} is listed but does not exist${didYouMean(missing, there)}`,
      'correct the name',
    )
  const unlisted = there.find((name) => !patches.includes(name))
  if (unlisted) throw new UsageError(`${yaml}: ${unlisted} is in the folder but not listed`, 'list it or remove it')
}

const checkTouches = (place: string, touches: readonly string[], patches: readonly Patch[]): void => {
  const actual = [...new Set(patches.flatMap(({ text }) => touchedBy(text)))].sort()
  const named = [...touches].sort()
  if (actual.join('\n') !== named.join('\n'))
    throw new UsageError(
      `${place}: touches names ${named.join(', ')}, the patches change ${actual.join(', ')}`,
      'name in touches what the patches change',
    )
}

const checkNames = (place: string, what: string, names: readonly string[], known: readonly string[]): void => {
  const bad = names.find((name) => !known.includes(name))
  if (bad !== undefined)
    throw new UsageError(
      `${place}: there is no ${what} "${bad}"${didYouMean(bad, known)}`,
      `choose one of ${known.join(', ')}`,
    )
}

const checkSettings = async (dir: string, { settings, corpus }: SeriesFile): Promise<void> => {
  const { configs = [], profile, options = [] } = settings
  const place = `${join(dir, YAML)}: settings`
  const known = await configNames()
  checkNames(`${place}.configs`, 'config', configs, known)
  checkNames(`${join(dir, YAML)}: corpus.configs`, 'config', corpus?.configs ?? [], known)
  checkNames(`${place}.profile`, 'profile', profile === undefined ? [] : [profile], await profileNames())
  for (const [index, line] of options.entries()) {
    const { wanted, problems } = parseFragment(line, YAML)
    if (wanted.length !== 1 || problems.length > 0)
      throw new UsageError(
        `${place}.options[${index}]: not a Kconfig line: ${JSON.stringify(line)}`,
        'write one line as in kconfigs/, for example CONFIG_FAILSLAB=y # versions: >=6.1',
      )
  }
}

const readAll = async (dir: string, files: readonly string[]): Promise<readonly Patch[]> => {
  const patches: Patch[] = []
  for (const file of files) patches.push(...(await readPatches(join(dir, file))))
  return patches
}

const checkHolds = (place: string, holds: readonly string[]): void => {
  for (const [index, text] of holds.entries()) parseHold(text, `${place}hold[${index}]`)
}

const readVariants = async (dir: string, file: SeriesFile): Promise<readonly Variant[]> => {
  const variants: Variant[] = []
  for (const [index, { versions, ...variant }] of file.variants.entries()) {
    const patches = await readAll(dir, variant.patches)
    const { touches = file.touches, knownFindings = file.knownFindings, hold = file.hold } = variant
    const place = `${join(dir, YAML)}: variants[${index}]`
    checkTouches(`${place} (${versions})`, touches, patches)
    checkHolds(`${place}.`, hold)
    variants.push({ versions, patches, touches, knownFindings, hold })
  }
  return variants
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

/** Whether this names no series of `root`, but a folder: it has a slash, or is one. */
export const isSeriesPath = async (spec: string, root = paths.patches): Promise<boolean> =>
  ![...(await listSeries(root)), NO_SERIES].includes(spec) && (spec.includes('/') || (await isFolder(resolve(spec))))

/** The folder that a path names; throws unless it is one of a series. */
const folderAt = async (path: string): Promise<string> => {
  const dir = resolve(path)
  if (!(await isFolder(dir))) throw new UsageError(`--series ${path}: there is no folder ${dir}`, 'correct the path')
  if (await exists(join(dir, YAML))) return dir
  throw new UsageError(`--series ${path}: ${dir} has no ${YAML}`, 'write one; patches/README.md describes its keys')
}

/** The folder of the series `name` in the first of these folders that has it. */
const folderIn = async (roots: readonly string[], name: string, by: string): Promise<string> => {
  const known: string[] = []
  for (const root of roots) {
    const names = await listSeries(root)
    if (names.includes(name)) return join(root, name)
    known.push(...names)
  }
  throw new UsageError(
    `${by}there is no series "${name}"${didYouMean(name, known)}`,
    `the series are ${[...new Set(known)].join(', ') || 'none'}${by === '' ? '; for another folder give its path' : ''}`,
  )
}

/** The folder of the series that `series.yaml` in `dir` requires: beside it, else in `root`. */
export const requiredFolder = (dir: string, name: string, root = paths.patches): Promise<string> =>
  folderIn([...new Set([dirname(dir), root])], name, `${join(dir, YAML)}: requires: `)

const read = async (dir: string, root: string, stack: readonly string[]): Promise<Series> => {
  const chain = [...stack, dir]
  if (stack.includes(dir))
    throw new UsageError(
      `${join(stack.at(-1)!, YAML)}: requires: the series ${chain.map((one) => basename(one)).join(' → ')} require each other`,
      'remove one of these from requires',
    )
  const file = await readFileOf(dir)
  await checkFolder(dir, file)
  await checkSettings(dir, file)
  checkHolds(`${join(dir, YAML)}: `, file.hold)
  const patches = await readAll(dir, file.patches)
  checkTouches(join(dir, YAML), file.touches, patches)
  const variants = await readVariants(dir, file)
  const bases = new Map<string, Series>()
  for (const { series } of file.requires)
    if (!bases.has(series)) bases.set(series, await read(await requiredFolder(dir, series, root), root, chain))
  return { ...file, name: basename(dir), dir, patches, variants, bases }
}

/** The folder of a series: a name in `root`, else a path. */
export const seriesFolder = async (spec: string, root = paths.patches): Promise<string> =>
  (await isSeriesPath(spec, root)) ? folderAt(spec) : folderIn([root], spec, '')

/** A series with its patches and the series that it may require; `none` is the tree as it is. */
export const loadSeries = async (spec: string, root = paths.patches): Promise<Series> =>
  spec === NO_SERIES ? noSeries : read(await seriesFolder(spec, root), root, [])

/** A name for the series of a `--patch` value: that of its file, or of what it names. */
const nameOfPatches = (file: string): string => {
  if (file === '-') return 'stdin'
  if (isSource(file)) return file.replace(/^git:.*#|^lore:/, '').replace(/[^\w.@-]+/g, '-')
  return basename(file).replace(/\.(patch|diff|mbox|eml|txt)$/, '')
}

/** The patches of `--patch` as a series without version rules. */
export const patchSeriesFromFiles = async (
  files: readonly string[],
  read: ReadPatches = readSource,
): Promise<Series> => {
  const patches: Patch[] = []
  for (const file of files) patches.push(...(await read(file)))
  const [first] = patches
  if (!first) throw new UsageError('--patch names no file', 'give one or more patches or mboxes')
  const touches = [...new Set(patches.flatMap(({ text }) => touchedBy(text)))]
  return {
    name: nameOfPatches(first.file),
    dir: undefined,
    title: first.subject,
    touches,
    patches,
    variants: [],
    requires: [],
    bases: new Map(),
    applicability: [],
    signature: [],
    knownFindings: [],
    hold: [],
    settings: exerciseOf(touches),
  }
}
