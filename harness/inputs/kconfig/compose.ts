// SPDX-License-Identifier: MIT
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { paths } from '../../lib/paths.ts'
import { didYouMean } from '../../lib/text/suggest.ts'
import { UsageError } from '../../model/errors.ts'
import type { KconfigText } from '../../model/results.ts'
import { inRange, type KernelVersion } from '../tree/version.ts'
import { type Fragment, mergeWanted, parseFragment, type Wanted } from './fragment.ts'

export interface ConfigChoice {
  readonly arch: string
  readonly config: string
  readonly profile: string
}

const namesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(join(paths.kconfigs, folder)))
    .filter((file) => file.endsWith('.config'))
    .map((file) => file.slice(0, -'.config'.length))
    .sort()

/** Names of the configs, one file each in `kconfigs/configs/`. */
export const configNames = (): Promise<readonly string[]> => namesIn('configs')
/** Names of the profiles, one file each in `kconfigs/profiles/`. */
export const profileNames = (): Promise<readonly string[]> => namesIn('profiles')

/** Throws a UsageError unless `name` is one of `known`. */
export const requireName = (what: string, name: string, known: readonly string[]): void => {
  if (known.includes(name)) return
  throw new UsageError(`unknown ${what} '${name}'${didYouMean(name, known)}`, `choose one of: ${known.join(', ')}`)
}

const HINT =
  'write CONFIG_NAME=value or # CONFIG_NAME is not set; append # versions: RANGE if only some kernels have it, # when: CONFIG_OTHER if it needs that option, or # or: CONFIG_OTHER if some kernels have that one instead'

const parsed = ({ text, file }: KconfigText): Fragment => {
  const fragment = parseFragment(text, file)
  const [first] = fragment.problems
  if (first) throw new UsageError(`${first.file}:${first.line}:1: ${first.message}`, HINT)
  return fragment
}

const readFragment = async (path: string): Promise<Fragment> =>
  parsed({ text: await readFile(path, 'utf8'), file: relative(join(paths.kconfigs, '..'), path) })

/** Whether the release after this version is no longer in the range. */
const endsAfter = ({ major, minor }: KernelVersion, range: string): boolean =>
  !inRange({ major, minor: minor + 1, patch: 0, rc: 1 }, range)

const forVersion = (fragments: readonly Fragment[], version: KernelVersion): readonly Wanted[] =>
  fragments
    .flatMap(({ wanted }) => wanted)
    .flatMap(({ versions, ...option }): Wanted[] => {
      if (versions === null) return [option]
      if (!inRange(version, versions)) return []
      return [endsAfter(version, versions) ? { ...option, leaving: true } : option]
    })

/** Throws where the user changes what the harness needs to boot and watch a guest: its kernel would look broken. */
const requireOurs = (needed: readonly Wanted[], own: readonly Wanted[]): void => {
  const ours = new Map(needed.map((option) => [option.name, option]))
  for (const { name, value, file, line } of own) {
    const other = ours.get(name)
    if (other && other.value !== value)
      throw new UsageError(
        `${file}:${line}:1: ${name}=${value}: the harness needs ${name}=${other.value} to boot and watch the guest (${other.file}:${other.line})`,
        'remove the line',
      )
  }
}

/** The fragments of the user, parsed; a UsageError names the first bad line. */
export const parseKconfig = (texts: readonly KconfigText[]): readonly Fragment[] => {
  const fragments = texts.map(parsed)
  for (const [index, { wanted }] of fragments.entries())
    if (wanted.length === 0)
      throw new UsageError(`${texts[index]!.file}: sets no option`, 'give a file of lines such as CONFIG_FOO=y')
  return fragments
}

const readFragments = (files: readonly string[]): Promise<readonly Fragment[]> =>
  Promise.all(files.map((file) => readFragment(join(paths.kconfigs, `${file}.config`))))

/** The wanted options of a kernel of this version: base, arch, profile, config and the user's files; later files win. */
export const composeConfig = async (
  choice: ConfigChoice,
  version: KernelVersion,
  own: readonly KconfigText[] = [],
): Promise<readonly Wanted[]> => {
  requireName('config', choice.config, await configNames())
  requireName('profile', choice.profile, await profileNames())
  const needed = forVersion(await readFragments(['base', join('arch', choice.arch)]), version)
  const chosen = forVersion(
    await readFragments([join('profiles', choice.profile), join('configs', choice.config)]),
    version,
  )
  const added = forVersion(parseKconfig(own), version)
  requireOurs(needed, added)
  return mergeWanted([...needed, ...chosen, ...added])
}

/** The wanted options of objects that are explored in user space: explore.config and a config. */
export const composeExplored = async (config: string, version: KernelVersion): Promise<readonly Wanted[]> => {
  requireName('config', config, await configNames())
  return mergeWanted(forVersion(await readFragments(['explore', join('configs', config)]), version))
}
