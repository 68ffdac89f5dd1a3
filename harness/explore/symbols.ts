// SPDX-License-Identifier: MIT

import { posix } from 'node:path'
import type { Call } from '../lib/dwarf/calls.ts'
import { readElf } from '../lib/elf.ts'
import { type RunTool, resolveAddresses, runTool } from '../splat/symbols/addr2line.ts'

/** A place in the source: of the function itself, or of one that was inlined there. */
export interface Place {
  readonly function: string
  /** Within the tree; null when unknown. */
  readonly file: string | null
  readonly line: number
}

/** The places at a return address, innermost first. */
export type Lookup = (address: string) => readonly Place[]

// Objects that were taken over have the folders of others. A build has the name of its staging folder.
const BUILT_SOURCE = /^.*\/objects\/[^/]+\/src\//
const OWN_SOURCE = /^.*\/guest\/explore\//

/** A path of the debug information as it is in the tree, or in guest/explore. */
export const shortPath = (path: string): string =>
  posix.normalize(path).replace(BUILT_SOURCE, '').replace(OWN_SOURCE, 'guest/explore/')

/** The places of a call of addr2line. */
export const placeOf = ({ function: name, file, line }: Call): Place => ({
  function: name,
  file: file === undefined ? null : shortPath(file),
  line,
})

// It is after its call: one byte less is inside the call, and gives its line.
const inside = (address: string): bigint => BigInt(address) - 1n

/** Looks up return addresses of the explorer. */
export const lookUp = async (
  program: string,
  addresses: readonly string[],
  run: RunTool = runTool,
): Promise<Lookup> => {
  const wanted = [...new Set(addresses)].map(inside).filter((address) => address > 0n)
  const found = wanted.length === 0 ? new Map() : await resolveAddresses(readElf(program), undefined, wanted, run)
  return (address) => ((found.get(inside(address)) ?? []) as readonly Call[]).map(placeOf)
}
