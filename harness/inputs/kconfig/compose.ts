// SPDX-License-Identifier: MIT
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { paths } from '../../lib/paths.ts'
import { didYouMean } from '../../lib/text/suggest.ts'
import { UsageError } from '../../model/errors.ts'
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

const readFragment = async (path: string): Promise<Fragment> => {
  const file = relative(join(paths.kconfigs, '..'), path)
  const fragment = parseFragment(await readFile(path, 'utf8'), file)
  const first = fragment.problems[0]
  if (first) {
    throw new UsageError(
      `${first.file}:${first.line}:1: ${first.message}`,
      'write CONFIG_NAME=value or # CONFIG_NAME is not set; append # versions: RANGE if only some kernels have it, # when: CONFIG_OTHER if it needs that option, or # or: CONFIG_OTHER if some kernels have that one instead',
    )
  }
  return fragment
}

/** Whether the release after this version is no longer in the range. */
const endsAfter = ({ major, minor }: KernelVersion, range: string): boolean =>
  !inRange({ major, minor: minor + 1, patch: 0, rc: 1 }, range)

/** The wanted options of a kernel of this version: base, arch, profile and config; later files win. */
export const composeConfig = async (choice: ConfigChoice, version: KernelVersion): Promise<readonly Wanted[]> => {
  requireName('config', choice.config, await configNames())
  requireName('profile', choice.profile, await profileNames())
  const files = ['base', join('arch', choice.arch), join('profiles', choice.profile), join('configs', choice.config)]
  const fragments = await Promise.all(files.map((file) => readFragment(join(paths.kconfigs, `${file}.config`))))
  const wanted = fragments.flatMap((fragment) => fragment.wanted)
  const ofVersion = wanted.flatMap(({ versions, ...option }): Wanted[] => {
    if (versions === null) return [option]
    if (!inRange(version, versions)) return []
    return [endsAfter(version, versions) ? { ...option, leaving: true } : option]
  })
  return mergeWanted(ofVersion)
}
