// SPDX-License-Identifier: MIT
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { exists } from '../../lib/files/exists.ts'
import { paths } from '../../lib/paths.ts'
import { didYouMean } from '../../lib/text/suggest.ts'
import { UsageError } from '../../model/errors.ts'
import { loadYaml } from '../yaml/load.ts'
import { touchedBy } from './diff.ts'
import { readPatches } from './files.ts'
import type { Patch, Series, Variant } from './model.ts'
import { type SeriesFile, seriesSchema } from './schema.ts'

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

const readAll = async (dir: string, files: readonly string[]): Promise<readonly Patch[]> => {
  const patches: Patch[] = []
  for (const file of files) patches.push(...(await readPatches(join(dir, file))))
  return patches
}

const readVariants = async (dir: string, file: SeriesFile): Promise<readonly Variant[]> => {
  const variants: Variant[] = []
  for (const [index, { versions, touches, knownFindings, ...variant }] of file.variants.entries()) {
    const patches = await readAll(dir, variant.patches)
    const own = { touches: touches ?? file.touches, knownFindings: knownFindings ?? file.knownFindings }
    checkTouches(`${join(dir, YAML)}: variants[${index}] (${versions})`, own.touches, patches)
    variants.push({ versions, patches, ...own })
  }
  return variants
}

const read = async (root: string, name: string, stack: readonly string[]): Promise<Series> => {
  const known = await listSeries(root)
  const by = stack.length === 0 ? '' : `${join(root, stack.at(-1)!, YAML)}: requires: `
  if (!known.includes(name))
    throw new UsageError(
      `${by}there is no series "${name}"${didYouMean(name, known)}`,
      `the series are ${known.join(', ') || 'none'}`,
    )
  if (stack.includes(name))
    throw new UsageError(
      `${by}the series ${[...stack, name].join(' → ')} require each other`,
      'remove one of these from requires',
    )
  const dir = join(root, name)
  const file = await loadYaml(join(dir, YAML), seriesSchema, 'patches/README.md')
  await checkFolder(dir, file)
  const patches = await readAll(dir, file.patches)
  checkTouches(join(dir, YAML), file.touches, patches)
  const variants = await readVariants(dir, file)
  const bases = new Map<string, Series>()
  for (const { series } of file.requires)
    if (!bases.has(series)) bases.set(series, await read(root, series, [...stack, name]))
  return { ...file, name, dir, patches, variants, bases }
}

/** The series `name` with its patches and the series that it may require. */
export const loadSeries = (name: string, root = paths.patches): Promise<Series> => read(root, name, [])

/** The patches of `--patch FILE…` as a series without version rules. */
export const patchSeriesFromFiles = async (files: readonly string[]): Promise<Series> => {
  const patches: Patch[] = []
  for (const file of files) patches.push(...(await readPatches(file)))
  const [first] = patches
  if (!first) throw new UsageError('--patch names no file', 'give one or more patches or mboxes')
  return {
    name: basename(first.file).replace(/\.(patch|diff|mbox|eml|txt)$/, ''),
    dir: undefined,
    title: first.subject,
    touches: [...new Set(patches.flatMap(({ text }) => touchedBy(text)))],
    patches,
    variants: [],
    requires: [],
    bases: new Map(),
    applicability: [],
    signature: [],
    knownFindings: [],
  }
}
