// SPDX-License-Identifier: MIT
import { posix } from 'node:path'
import type { ElfFile } from '../../lib/elf.ts'
import type { Frame, Splat } from '../model.ts'
import { type Call, type RunTool, resolveAddresses, runTool } from './addr2line.ts'
import { type ElfStore, findSymbol, openFiles, type SymbolFiles } from './files.ts'
import { checkIdentity } from './identity.ts'

export interface Symbolized {
  readonly splats: readonly Splat[]
  /** What the reader must know before believing the lines: a wrong or missing build id, unknown functions. */
  readonly notes: readonly string[]
}

/** Symbolises splat after splat with the same files; what was asked once is remembered. */
export interface Symbolizer {
  symbolize(splats: readonly Splat[]): Promise<Symbolized>
}

interface Place {
  readonly elf: ElfFile
  /** Section for a module, null for vmlinux. */
  readonly section: string | null
  readonly address: bigint
}

const keyOf = (place: Place): string => `${place.elf.path} ${place.section ?? ''} ${place.address}`

export const makeSymbolizer = (files: SymbolFiles, run: RunTool = runTool): Symbolizer => {
  const store = openFiles(files)
  const cache = new Map<string, readonly Call[]>()
  let prefix: string | null = null
  return {
    symbolize: async (splats) => {
      const anchor = anchorOf(store)
      const places = splats.flatMap(framesOf).flatMap((frame) => placeOf(store, frame) ?? [])
      await fill(cache, anchor === null ? places : [...places, anchor], run)
      prefix ??= anchor === null ? '' : prefixOf(cache.get(keyOf(anchor)))
      const shorten = shortener(prefix ?? '', files.sourcePrefix)
      const apply = (frame: Frame): Frame => annotate(frame, callsOf(cache, store, frame), shorten)
      return { splats: splats.map((splat) => mapFrames(splat, apply)), notes: checkIdentity(store, splats) }
    },
  }
}

/** Adds file, line and inlined calls to every frame that the files know. */
export const symbolize = (splats: readonly Splat[], files: SymbolFiles, run: RunTool = runTool): Promise<Symbolized> =>
  makeSymbolizer(files, run).symbolize(splats)

const framesOf = (splat: Splat): readonly Frame[] => [...splat.frames, ...splat.allocStack, ...splat.freeStack]

const mapFrames = (splat: Splat, apply: (frame: Frame) => Frame): Splat => ({
  ...splat,
  frames: splat.frames.map(apply),
  allocStack: splat.allocStack.map(apply),
  freeStack: splat.freeStack.map(apply),
})

// A return address stands after its call: one byte less is inside the call, and so is its line.
const placeOf = (store: ElfStore, frame: Frame): Place | null => {
  if (frame.offset === null) return null
  const elf = frame.module === null ? store.vmlinux : store.module(frame.module)
  const symbol = elf === null ? null : findSymbol(elf, frame.function, frame.size)
  if (elf === null || symbol === null) return null
  const back = frame.ip === true || frame.offset === 0 ? 0n : 1n
  return { elf, section: elf.relocatable ? symbol.section : null, address: symbol.value + BigInt(frame.offset) - back }
}

const callsOf = (cache: ReadonlyMap<string, readonly Call[]>, store: ElfStore, frame: Frame): readonly Call[] => {
  const place = placeOf(store, frame)
  return place === null ? [] : (cache.get(keyOf(place)) ?? [])
}

const fill = async (cache: Map<string, readonly Call[]>, places: readonly Place[], run: RunTool): Promise<void> => {
  const groups = new Map<string, Place[]>()
  for (const place of places) {
    if (cache.has(keyOf(place))) continue
    const group = `${place.elf.path} ${place.section ?? ''}`
    groups.set(group, [...(groups.get(group) ?? []), place])
  }
  for (const group of groups.values()) {
    const [first] = group
    if (first === undefined) continue
    const addresses = [...new Set(group.map(({ address }) => address))]
    const found = await resolveAddresses(first.elf, first.section, addresses, run)
    for (const place of group) cache.set(keyOf(place), found.get(place.address) ?? [])
  }
}

// start_kernel() is in init/main.c of every kernel: what stands before that is the build's folder.
const anchorOf = (store: ElfStore): Place | null => {
  const symbol = findSymbol(store.vmlinux, 'start_kernel', null)
  return symbol === null ? null : { elf: store.vmlinux, section: null, address: symbol.value }
}

const prefixOf = (calls: readonly Call[] | undefined): string => {
  const file = calls?.at(-1)?.file
  const path = file === undefined || file === null ? '' : posix.normalize(file)
  return path.endsWith('/init/main.c') ? path.slice(0, -'init/main.c'.length) : ''
}

type Shorten = (path: string) => string

const shortener =
  (prefix: string, pattern: RegExp | undefined): Shorten =>
  (path) => {
    if (pattern?.test(path)) return path.replace(pattern, '')
    return prefix !== '' && path.startsWith(prefix) ? path.slice(prefix.length) : path
  }

const locationOf = (call: Call, shorten: Shorten): string | null =>
  call.file === null ? null : `${shorten(posix.normalize(call.file))}:${call.line}`

const annotate = (frame: Frame, calls: readonly Call[], shorten: Shorten): Frame => {
  const own = calls.at(-1)
  if (own === undefined) return frame
  const inlined = calls.slice(0, -1).map((call) => ({ function: call.function, location: locationOf(call, shorten) }))
  return { ...frame, location: locationOf(own, shorten), inlined }
}
