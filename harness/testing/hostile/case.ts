// SPDX-License-Identifier: MIT

/** A hostile input, ready to be read. */
export interface HostileCase {
  readonly family: string
  readonly name: string
  /** The text that a clear message contains: the file, the flag, the value. */
  readonly place?: string
  /**
   * Reads it. Everything goes below `dir`, an empty folder. Throws what the program would throw; returns what is wrong
   * with the reading, if anything.
   */
  readonly read: (dir: string) => Promise<string | undefined>
}

/** Cases by number, so that a sample takes from each family. */
export type Family = (seed: number) => readonly HostileCase[]
