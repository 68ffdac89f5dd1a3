// SPDX-License-Identifier: MIT

/** The user as git knows them. */
export interface Identity {
  readonly name: string
  readonly email: string
}

/** What a report needs to know that no run has: a command finds it out, so that the formats stay pure. */
export interface ReportContext {
  /** Null where git has none. */
  readonly identity: Identity | null
  /** Who reports to KCIDB. */
  readonly origin: string
  /** Where the folders of runs are published; null where they are not. */
  readonly baseUrl: string | null
}

/** The context of a report that asks for nothing. */
export const NO_CONTEXT: ReportContext = { identity: null, origin: 'zsharness', baseUrl: null }
