// SPDX-License-Identifier: MIT

/**
 * What a header line says of its report. Lines of different layers make one report: the `cause` a check prints
 * (`list_add corruption`), the `report` itself (`kernel BUG at`), the `trap` that carried it (`invalid opcode: 0000`),
 * and the `panic` that ended it. Two lines of one layer are two reports.
 */
type Layer = 'cause' | 'report' | 'trap' | 'panic'

/** Where the guilty function is looked for. */
export type Blame = 'trap' | 'trace' | 'stall' | 'blocked' | 'lock' | 'holder' | 'race' | 'none'

/** One header line that the kernel prints. */
export interface Head {
  /** A literal of at least four bytes that every such line holds: the trigger of the byte search. */
  readonly word: string | readonly string[]
  /** Matches the message without its prefix. */
  readonly re: RegExp
  readonly kind: string | ((match: RegExpExecArray) => string)
  /** `{fn}`, `{access}` and `{1}` are filled in; ` in {fn}` goes when no function is known. */
  readonly title: string | ((match: RegExpExecArray) => string)
  readonly layer?: Layer
  readonly blame?: Blame
  /** The line alone is a whole report; other reports need a stack or registers to be believed. */
  readonly bare?: true
  /** Lines of other CPUs and tasks belong to it (NMI backtraces, task dumps). */
  readonly everyone?: true
  /** The unwinder's own trouble: inside another report it is a line of that one. */
  readonly aside?: true
  /** The line is the kernel's only when a body follows, whatever its prefix. */
  readonly weak?: true
}

/** One family of reports: what it is called, which kinds it has, how it starts. */
export interface Family {
  readonly name: string
  readonly kinds: Readonly<Record<string, string>>
  readonly heads: readonly Head[]
  /** Lines that are not the report's own which may follow each other before the report is taken as ended. */
  readonly patience?: number
}
