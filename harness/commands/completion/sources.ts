// SPDX-License-Identifier: MIT

/** What can stand at a place of the command line. The shell itself completes `files` and `folders`; `text` is the user's own. */
export type Source =
  | 'archs'
  | 'cells'
  | 'checks'
  | 'configs'
  | 'files'
  | 'folders'
  | 'lanes'
  | 'legs'
  | 'plans'
  | 'profiles'
  | 'runs'
  | 'series'
  | 'text'
  | 'trees'

const OPTIONS: Readonly<Record<string, Source>> = {
  arch: 'archs',
  baseline: 'runs',
  bundle: 'files',
  checks: 'checks',
  config: 'configs',
  'extra-patch': 'files',
  kconfig: 'files',
  lane: 'lanes',
  leg: 'legs',
  modules: 'folders',
  'node-command': 'files',
  output: 'files',
  part: 'files',
  patch: 'files',
  profile: 'profiles',
  replay: 'files',
  results: 'folders',
  schedule: 'files',
  script: 'files',
  series: 'series',
  store: 'folders',
  tree: 'trees',
  vmlinux: 'files',
  workload: 'files',
}

const ARGUMENTS: Readonly<Record<string, Source>> = {
  dir: 'folders',
  file: 'files',
  plan: 'plans',
  results: 'folders',
  run: 'runs',
  runs: 'runs',
  'run/cell': 'cells',
}

/** What an option takes, by its long name without dashes. */
export const sourceOfOption = (name: string): Source => OPTIONS[name] ?? 'text'

/** What an argument is, by its name. */
export const sourceOfArgument = (name: string): Source => ARGUMENTS[name] ?? 'text'

// These take several values with commas between them.
const LISTS: readonly Source[] = ['archs', 'checks', 'configs', 'lanes', 'profiles', 'series']

/** Whether values of it may be joined by commas. */
export const isList = (source: Source): boolean => LISTS.includes(source)
