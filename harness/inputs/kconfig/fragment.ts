// SPDX-License-Identifier: MIT

/** One wanted option: `y`, `n` for "is not set", a number or a quoted string, and the line that wants it. */
export interface Wanted {
  readonly name: string
  readonly value: string
  readonly file: string
  readonly line: number
  /** Wanted only when one of these is on; otherwise it may be missing. */
  readonly when?: readonly string[]
  /** Another option that may be on in its place: kernels that lack this one have that. */
  readonly or?: readonly string[]
  /** The next release lacks it, so a commit between the two may lack it already. */
  readonly leaving?: boolean
}

export interface FragmentProblem {
  readonly file: string
  readonly line: number
  readonly message: string
}

export interface Fragment {
  readonly wanted: readonly (Wanted & { readonly versions: string | null })[]
  readonly problems: readonly FragmentProblem[]
}

const SET = /^(CONFIG_[A-Za-z0-9_]+)=("(?:[^"\\]|\\.)*"|[^\s"#]\S*)(?:\s+(#.*)?)?$/
const UNSET = /^# (CONFIG_[A-Za-z0-9_]+) is not set\s*(#.*)?$/
const MAX_LINE = 4_096
const COMMENT = /^\s*(#.*)?$/
const LIMIT = /^(versions|when|or):\s*(\S.*)$/
const NAMES = /^CONFIG_\w+(?: or CONFIG_\w+)*$/

type Limits = Pick<Wanted, 'when' | 'or'> & { readonly versions: string | null }

/** What follows an option on its line: `# KEY: VALUE`, each key at most once; undefined for anything else. */
const parseLimits = (text: string): Limits | undefined => {
  const found = new Map<string, string>()
  for (const part of text.split('#').slice(1)) {
    const [, key, value] = LIMIT.exec(part.trim()) ?? []
    if (key === undefined || found.has(key) || (key !== 'versions' && !NAMES.test(value!))) return undefined
    found.set(key, value!)
  }
  const names = ['when', 'or'].flatMap((key) => (found.has(key) ? [[key, found.get(key)!.split(' or ')]] : []))
  return { versions: found.get('versions') ?? null, ...Object.fromEntries(names) }
}

type Parsed = Pick<Wanted, 'name' | 'value'> & Limits

const parseLine = (raw: string): Parsed | undefined => {
  // No line is longer, and the patterns would take long.
  if (raw.length > MAX_LINE) return undefined
  const set = SET.exec(raw)
  const unset = set ? null : UNSET.exec(raw)
  const limits = parseLimits(set?.[3] ?? unset?.[2] ?? '')
  if (set && limits) return { name: set[1]!, value: set[2]!, ...limits }
  return unset && limits?.or === undefined && limits ? { name: unset[1]!, value: 'n', ...limits } : undefined
}

/** A comment; a line that sets or unsets an option is none, whatever is wrong with it. */
const isComment = (raw: string): boolean => COMMENT.test(raw) && !UNSET.test(raw)

/**
 * Parses a fragment: lines `CONFIG_X=value` and `# CONFIG_X is not set`, with limits after them (kconfigs/README.md has
 * all). Other `#` lines are comments.
 */
export const parseFragment = (text: string, file: string): Fragment => {
  const wanted: Fragment['wanted'][number][] = []
  const problems: FragmentProblem[] = []
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1
    const parsed = parseLine(raw)
    if (parsed) wanted.push({ ...parsed, file, line })
    else if (!isComment(raw))
      problems.push({ file, line, message: `not a Kconfig line: ${JSON.stringify(raw.slice(0, 200))}` })
  }
  return { wanted, problems }
}

/** The options of a `.config`, from name to value; options that are absent or "not set" are not in the map. */
export const parseDotConfig = (text: string): ReadonlyMap<string, string> => {
  const values = new Map<string, string>()
  for (const { name, value } of parseFragment(text, '.config').wanted) if (value !== 'n') values.set(name, value)
  return values
}

/** A wanted option as a line for KCONFIG_ALLCONFIG. */
export const renderOption = ({ name, value }: Wanted): string =>
  value === 'n' ? `# ${name} is not set` : `${name}=${value}`

/**
 * All wanted options as lines for KCONFIG_ALLCONFIG. What may be on in place of another comes first: the last of a choice
 * wins where a kernel offers both.
 */
export const renderOptions = (wanted: readonly Wanted[]): readonly string[] => {
  const named = new Set(wanted.map(({ name }) => name))
  const instead = wanted.flatMap(({ or = [] }) => or).filter((name) => !named.has(name))
  return [...[...new Set(instead)].sort().map((name) => `${name}=y`), ...wanted.map(renderOption)]
}

/** Merges wanted options: the last one of a name wins. Sorted by name, so that equal options give equal text. */
export const mergeWanted = (wanted: readonly Wanted[]): readonly Wanted[] =>
  [...new Map(wanted.map((option) => [option.name, option])).values()].sort((a, b) => (a.name < b.name ? -1 : 1))
