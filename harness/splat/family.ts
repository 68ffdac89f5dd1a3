// SPDX-License-Identifier: MIT

/**
 * The place of a header line in its report. Header lines of different layers are one report: the `cause` that a check
 * prints (`list_add corruption`), the `report` itself (`kernel BUG at`), the `trap` that carried it (`invalid opcode:
 * 0000`), and the `panic` that ended it. Two header lines of the same layer are two reports.
 */
type Layer = 'cause' | 'report' | 'trap' | 'panic'

/** How the guilty function is found; see `parse/guilty.ts`. */
export type Blame = 'trap' | 'trace' | 'stall' | 'blocked' | 'hang' | 'lock' | 'holder' | 'race' | 'named' | 'none'

/** One header line that the kernel prints. */
export interface Head {
  /** A literal of at least four bytes that every such line holds: the byte search looks for it. */
  readonly word: string | readonly string[]
  /** Matches the message without its prefix. */
  readonly re: RegExp
  readonly kind: string | ((match: RegExpExecArray) => string)
  /** The kind, where only the functions of the stack show it. */
  readonly kindOfStack?: (names: readonly string[]) => string | undefined
  /** `{fn}`, `{access}` and `{1}` are filled in; ` in {fn}` is left out when no function is known. */
  readonly title: string | ((match: RegExpExecArray) => string)
  readonly layer?: Layer
  readonly blame?: Blame
  /** The line alone is a whole report; other reports need a stack or registers. */
  readonly bare?: true
  /** Nothing belongs to it but its own line, which may stand inside another report. */
  readonly single?: true
  /** It is printed below the reports of its family. */
  readonly last?: true
  /** Lines of other CPUs and tasks belong to the report (NMI backtraces, task dumps). */
  readonly everyone?: true
  /** A warning of the unwinder: inside another report it is a line of that report. */
  readonly aside?: true
  /** Whatever its prefix, the line is a report only when a body follows. */
  readonly weak?: true
}

/** One family of reports: its name, its kinds, and how its reports start. */
export interface Family {
  readonly name: string
  /** Each kind with its meaning. */
  readonly kinds: Readonly<Record<string, string>>
  readonly heads: readonly Head[]
  /** After more than this number of foreign lines in a row the report is over. */
  readonly patience?: number
}
