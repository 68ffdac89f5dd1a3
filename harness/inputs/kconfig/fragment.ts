// SPDX-License-Identifier: MIT

/** One wanted option: `y`, `n` for "is not set", a number or a quoted string, and the line that wants it. */
export interface Wanted {
  readonly name: string
  readonly value: string
  readonly file: string
  readonly line: number
  /** Wanted only when one of these is on; otherwise it may be missing. */
  readonly when?: readonly string[]
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

const SET =
  /^(CONFIG_[A-Za-z0-9_]+)=("(?:[^"\\]|\\.)*"|\S+)\s*(?:#\s*versions:\s*(.+?)\s*|#\s*when:\s*(CONFIG_\w+(?: or CONFIG_\w+)*)\s*)?$/
const UNSET = /^# (CONFIG_[A-Za-z0-9_]+) is not set\s*(?:#\s*versions:\s*(.+?)\s*)?$/
const MAX_LINE = 4_096
const COMMENT = /^\s*(#.*)?$/

const matchLine = (raw: string) => {
  // No line is longer, and the patterns would take long.
  if (raw.length > MAX_LINE) return { set: null, unset: null }
  const set = SET.exec(raw)
  return { set, unset: set ? null : UNSET.exec(raw) }
}

/**
 * Parses a fragment: lines `CONFIG_X=value` and `# CONFIG_X is not set`. `# versions: RANGE` after one limits it to the
 * kernels that have the option, `# when: CONFIG_A or CONFIG_B` to configs that have one of these. Other `#` lines are
 * comments.
 */
export const parseFragment = (text: string, file: string): Fragment => {
  const wanted: Fragment['wanted'][number][] = []
  const problems: FragmentProblem[] = []
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1
    const { set, unset } = matchLine(raw)
    const when = set?.[4] === undefined ? {} : { when: set[4].split(' or ') }
    if (set) wanted.push({ name: set[1]!, value: set[2]!, versions: set[3] ?? null, file, line, ...when })
    else if (unset) wanted.push({ name: unset[1]!, value: 'n', versions: unset[2] ?? null, file, line })
    else if (!COMMENT.test(raw))
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

/** Merges wanted options: the last one of a name wins. Sorted by name, so that equal options give equal text. */
export const mergeWanted = (wanted: readonly Wanted[]): readonly Wanted[] =>
  [...new Map(wanted.map((option) => [option.name, option])).values()].sort((a, b) => (a.name < b.name ? -1 : 1))
