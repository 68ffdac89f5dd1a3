// SPDX-License-Identifier: MIT
import type { LaneName } from '../model/results.ts'
import type { GuestRecord } from './records.ts'

/** What a guest was asked for. */
export interface Asked {
  readonly lanes: readonly { readonly name: LaneName; readonly seconds: number }[]
  readonly seed: string
  /** The kernel command line that QEMU was given; a machine may append to it. */
  readonly parameters: string
  readonly cpus: number
  /** The programs of the user by name, and the processes of each. */
  readonly programs?: { readonly names: readonly string[]; readonly processes: number }
}

/** Finds contradictions, one sentence each. */
export type Check = (records: readonly GuestRecord[], asked: Asked) => readonly string[]

/** The text where the condition holds. */
export const when = (condition: boolean, text: string): readonly string[] => (condition ? [text] : [])
