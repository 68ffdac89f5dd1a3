// SPDX-License-Identifier: MIT
import { posix } from 'node:path'
import type { Call } from '../../lib/dwarf/calls.ts'
import type { ElfFile } from '../../lib/elf.ts'
import { withStackFile } from '../bucket/guilty.ts'
import type { Frame, Splat } from '../model.ts'
import { type RunTool, resolveAddresses, runTool } from './addr2line.ts'
import { type ElfStore, elfOf, findSymbol, openFiles, type SymbolFiles, symbolOf } from './files.ts'
import { checkIdentity } from './identity.ts'

/** Splats with file and line. */
export interface Symbolized {
  readonly splats: readonly Splat[]
  /** Reasons to doubt the lines: a wrong or missing build id, unknown functions. */
  readonly notes: readonly string[]
}

/** Symbolises splat after splat with the same files; each address is resolved once. */
export interface Symbolizer {
  symbolize(splats: readonly Splat[]): Promise<Symbolized>
}

interface Place {
  readonly elf: ElfFile
  /** The section, in a module; undefined in vmlinux. */
  readonly section: string | undefined
  readonly address: bigint
}

type Shorten = (path: string) => string
type Cache = Map<string, readonly Call[]>

const groupOf = (place: Place): string => `${place.elf.path} ${place.section ?? ''}`

const keyOf = (place: Place): string => `${groupOf(place)} ${place.address}`

const framesOf = (splat: Splat): readonly Frame[] => [...splat.frames, ...splat.allocStack, ...splat.freeStack]

const mapFrames = (splat: Splat, apply: (frame: Frame) => Frame): Splat =>
  withStackFile({
    ...splat,
    frames: splat.frames.map(apply),
    allocStack: splat.allocStack.map(apply),
    freeStack: splat.freeStack.map(apply),
  })

// A return address is after its call: one byte less is inside the call, and gives its line.
const placeOf = (store: ElfStore, frame: Frame): Place | undefined => {
  if (frame.offset === null) return undefined
  const elf = elfOf(store, frame)
  const symbol = elf === undefined ? undefined : symbolOf(elf, frame)
  if (elf === undefined || symbol === undefined) return undefined
  const back = frame.ip === true || frame.offset === 0 ? 0n : 1n
  const section = elf.relocatable ? symbol.section : undefined
  return { elf, section, address: symbol.value + BigInt(frame.offset) - back }
}

const callsOf = (cache: Cache, store: ElfStore, frame: Frame): readonly Call[] => {
  const place = placeOf(store, frame)
  return place === undefined ? [] : (cache.get(keyOf(place)) ?? [])
}

const fill = async (cache: Cache, places: readonly Place[], run: RunTool): Promise<void> => {
  const groups = new Map<string, Place[]>()
  for (const place of places) {
    if (cache.has(keyOf(place))) continue
    groups.set(groupOf(place), [...(groups.get(groupOf(place)) ?? []), place])
  }
  for (const group of groups.values()) {
    const [first] = group
    if (first === undefined) continue
    const addresses = [...new Set(group.map(({ address }) => address))]
    const found = await resolveAddresses(first.elf, first.section, addresses, run)
    for (const place of group) cache.set(keyOf(place), found.get(place.address) ?? [])
  }
}

// start_kernel() is in init/main.c of every kernel: what comes before that in its path is the folder of the build.
const anchorOf = (store: ElfStore): Place | undefined => {
  const symbol = findSymbol(store.vmlinux, 'start_kernel')
  return symbol === undefined ? undefined : { elf: store.vmlinux, section: undefined, address: symbol.value }
}

const prefixOf = (calls: readonly Call[] | undefined): string => {
  const file = calls?.at(-1)?.file
  const path = file === undefined ? '' : posix.normalize(file)
  return path.endsWith('/init/main.c') ? path.slice(0, -'init/main.c'.length) : ''
}

const shortener =
  (prefix: string, pattern: RegExp | undefined): Shorten =>
  (path) => {
    if (pattern?.test(path)) return path.replace(pattern, '')
    return prefix !== '' && path.startsWith(prefix) ? path.slice(prefix.length) : path
  }

const locationOf = (call: Call, shorten: Shorten): string | null =>
  call.file === undefined ? null : `${shorten(posix.normalize(call.file))}:${call.line}`

const annotate = (frame: Frame, calls: readonly Call[], shorten: Shorten): Frame => {
  const own = calls.at(-1)
  if (own === undefined) return frame
  const inlined = calls.slice(0, -1).map((call) => ({ function: call.function, location: locationOf(call, shorten) }))
  return { ...frame, location: locationOf(own, shorten), inlined }
}

/** Opens the files for many splats. */
export const makeSymbolizer = (files: SymbolFiles, run: RunTool = runTool): Symbolizer => {
  const store = openFiles(files)
  const cache: Cache = new Map()
  let prefix: string | undefined
  return {
    symbolize: async (splats) => {
      const anchor = anchorOf(store)
      const places = splats.flatMap(framesOf).flatMap((frame) => placeOf(store, frame) ?? [])
      await fill(cache, anchor === undefined ? places : [...places, anchor], run)
      prefix ??= anchor === undefined ? '' : prefixOf(cache.get(keyOf(anchor)))
      const shorten = shortener(prefix, files.sourcePrefix)
      const apply = (frame: Frame): Frame => annotate(frame, callsOf(cache, store, frame), shorten)
      return { splats: splats.map((splat) => mapFrames(splat, apply)), notes: checkIdentity(store, splats) }
    },
  }
}

/** Adds file, line and inlined calls to every frame that the files know. */
export const symbolize = async (
  splats: readonly Splat[],
  files: SymbolFiles,
  run: RunTool = runTool,
): Promise<Symbolized> =>
  // Most boots have none, and the files are large.
  splats.length === 0 ? { splats, notes: [] } : makeSymbolizer(files, run).symbolize(splats)
