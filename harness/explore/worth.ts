// SPDX-License-Identifier: MIT
import { composeExplored } from '../inputs/kconfig/compose.ts'
import { touchedBy } from '../inputs/series/diff.ts'
import { changeOf } from '../inputs/series/legs.ts'
import { parseVersion } from '../inputs/tree/version.ts'
import { type ExploreInputs, isExplored } from './leg.ts'
import { OBJECTS } from './objects.ts'

// Of these the objects are made. Others, of drivers for example, they do not include.
const HEADER = /^(?:mm|include|arch\/x86\/include)\/.*\.h$/

const isLinked = (file: string, objects: readonly string[]): boolean =>
  file.endsWith('.h') ? HEADER.test(file) : isExplored(file, objects)

/** Whether a patch changes a file of the objects that the explorer links, if the kernel has them. */
export const touchesExplored = ({ legs }: Pick<ExploreInputs, 'legs'>): boolean =>
  changeOf(legs)
    .flatMap(({ text }) => touchedBy(text))
    .some((file) => isLinked(file, Object.values(OBJECTS)))

/** Why the code of a config cannot be explored on this host, as far as is known before anything is compiled. */
export const whyNotExplorable = async (
  { tree, legs }: Pick<ExploreInputs, 'tree' | 'legs'>,
  config: string,
  hostArch: string = process.arch,
): Promise<string | undefined> => {
  if (hostArch !== 'x64') return 'the objects run on x86_64 hosts only'
  const version = parseVersion(tree.meta.version)
  if (!version) return `the version of the tree is not known: ${tree.meta.version}`
  const wanted = await composeExplored(config, version)
  const has = (option: string): boolean => wanted.some(({ name, value }) => name === option && value === 'y')
  const users = ['CONFIG_ZSWAP', 'CONFIG_ZRAM']
  if (!users.some(has)) return `${config} does not build mm/zsmalloc.o`
  const objects = Object.entries(OBJECTS).flatMap(([option, object]) =>
    option === 'CONFIG_ZSMALLOC' || has(option) ? [object] : [],
  )
  const files = changeOf(legs).flatMap(({ text }) => touchedBy(text))
  return files.some((file) => isLinked(file, objects)) ? undefined : `${config} does not build what the patch changes`
}
