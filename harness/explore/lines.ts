// SPDX-License-Identifier: MIT

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { objectDir, sourceDir } from '../kernel/layout.ts'
import { type Instruction, readInstructions } from '../kernel/points/instructions.ts'
import type { Call } from '../lib/dwarf/calls.ts'
import { readElf } from '../lib/elf.ts'
import { exists } from '../lib/files/exists.ts'
import { HostError } from '../model/errors.ts'
import { resolveAddresses, runTool } from '../splat/symbols/addr2line.ts'
import type { Objects } from './objects.ts'
import type { Executed } from './records.ts'
import { type Place, placeOf } from './symbols.ts'
import { type Branch, linesLeftOut, markBranches } from './unseen/branches.ts'
import { isUninstrumented } from './unseen/functions.ts'
import {
  type Change,
  changesBetween,
  haveCodeOrCondition,
  type KnownLines,
  rangesOf,
  removedUnseen,
  uninstrumenting,
} from './unseen/hunks.ts'
import { branchesOf } from './unseen/preprocess.ts'
import { unexploredUsers, usersOf } from './unseen/users.ts'

/** Which lines that a patch adds to a file have code, and which of these ran in some schedule. */
export interface FileLines {
  readonly file: string
  readonly lines: readonly { readonly line: number; readonly text: string; readonly ran: boolean }[]
}

const ENDS = /^(?:ud2|hlt)$/

/** Instructions that run together: whoever enters at the first leaves after the last. */
interface Block {
  readonly first: number
  readonly last: number
  /** Indices of blocks. */
  readonly next: readonly number[]
}

const startsOf = (code: readonly Instruction[], at: ReadonlyMap<bigint, number>): readonly number[] => {
  const starts = new Set<number>(code.length > 0 ? [0] : [])
  for (const [index, { flow, mnemonic, target }] of code.entries()) {
    if (flow === 'none' && !ENDS.test(mnemonic)) continue
    if (flow === 'call') continue
    if (index + 1 < code.length) starts.add(index + 1)
    const to = target === undefined ? undefined : at.get(target)
    if (to !== undefined) starts.add(to)
  }
  return [...starts].sort((a, b) => a - b)
}

const blocksOf = (code: readonly Instruction[]): readonly Block[] => {
  const at = new Map(code.map(({ address }, index) => [address, index]))
  const starts = startsOf(code, at)
  const blockAt = new Map(starts.map((start, block) => [start, block]))
  return starts.map((first, block) => {
    const last = (starts[block + 1] ?? code.length) - 1
    const { flow, mnemonic, target } = code[last]!
    const stops = flow === 'jump' || flow === 'return' || ENDS.test(mnemonic)
    const jumps = flow === 'jump' || flow === 'branch'
    const to = jumps && target !== undefined ? blockAt.get(at.get(target) ?? -1) : undefined
    const follows = !stops && block + 1 < starts.length ? [block + 1] : []
    return { first, last, next: to === undefined ? follows : [...follows, to] }
  })
}

type Edges = readonly (readonly number[])[]

/** The blocks that are reached from these along the edges without passing one of them. */
const reachedWithout = (from: readonly number[], edges: Edges, without: number): ReadonlySet<number> => {
  const found = new Set(from.filter((block) => block !== without))
  const open = [...found]
  for (let block = open.pop(); block !== undefined; block = open.pop())
    for (const to of edges[block]!)
      if (to !== without && !found.has(to)) {
        found.add(to)
        open.push(to)
      }
  return found
}

/**
 * Adds the blocks through which every way leads: from the start of the function to a block that ran, or on from it to an
 * end. Not each block has a call that counts it. With a table of jumps, or several starts, there are ways that nobody sees.
 */
const spread = (blocks: readonly Block[], ran: Set<number>): void => {
  const next = blocks.map((block) => block.next)
  const before = blocks.map((): number[] => [])
  for (const [index, to] of next.entries()) for (const block of to) before[block]!.push(index)
  const ends = [...blocks.keys()].filter((block) => next[block]!.length === 0)
  const known = [...ran]
  for (const block of blocks.keys()) {
    if (ran.has(block)) continue
    const fromStart = reachedWithout([0], next, block)
    const toEnd = reachedWithout(ends, before, block)
    if (known.some((one) => !fromStart.has(one) || !toEnd.has(one))) ran.add(block)
  }
}

const COUNTS = /<__sanitizer_cov_trace_pc>/

const isCount = ({ flow, operands }: Instruction): boolean => flow === 'call' && COUNTS.test(operands)

/** Which block has the call that returns to each address, and which blocks have none that counts. */
const countsOf = (code: readonly Instruction[], blocks: readonly Block[]) => {
  const blockOf = new Map<bigint, number>()
  const uncounted = new Set<number>()
  for (const [index, { first, last }] of blocks.entries()) {
    const own = code.slice(first, last + 1)
    if (!own.some(isCount)) uncounted.add(index)
    for (let at = first; at <= last; at++) {
      const after = code[at + 1]?.address
      if (code[at]!.flow === 'call' && after !== undefined) blockOf.set(after, index)
    }
  }
  return { blockOf, uncounted }
}

/** Adds the blocks without a call that counts them, through which every way leads from one counted block to the next. */
const addBetween = (
  blocks: readonly Block[],
  ran: Set<number>,
  pairs: readonly (readonly [number, number])[],
  uncounted: ReadonlySet<number>,
): void => {
  for (const [from, to] of pairs) {
    // A way ends at a block that counts: it would have been the next one.
    const edges = blocks.map(({ next }, block) =>
      block === from || uncounted.has(block) ? next.filter((one) => one === to || uncounted.has(one)) : [],
    )
    const starts = edges[from]!
    if (!reachedWithout(starts, edges, -1).has(to)) continue
    for (const block of uncounted)
      if (!ran.has(block) && block !== to && !reachedWithout(starts, edges, block).has(to)) ran.add(block)
  }
}

/** What is known of calls that count blocks. */
export interface Counted {
  /** Addresses to which they returned. */
  readonly returned: ReadonlySet<bigint>
  /** Two of these that one thread came to, one after the other. */
  readonly pairs: readonly (readonly [bigint, bigint])[]
}

/** The addresses of a function's instructions that ran, by the calls in it that returned. Pure. */
export const ranIn = (
  code: readonly Instruction[],
  { returned, pairs }: Counted,
  hasOneStart = true,
): ReadonlySet<bigint> => {
  const blocks = blocksOf(code)
  const { blockOf, uncounted } = countsOf(code, blocks)
  const ran = new Set([...blockOf].filter(([address]) => returned.has(address)).map(([, block]) => block))
  const isSeen = hasOneStart && !code.some(({ flow, target }) => flow === 'jump' && target === undefined)
  if (isSeen && ran.size > 0) {
    const own = pairs.flatMap(([from, to]) => {
      const [first, second] = [blockOf.get(from), blockOf.get(to)]
      // Two calls of one block follow each other without a way between.
      if (first === undefined || second === undefined || (first === second && from < to)) return []
      return [[first, second] as const]
    })
    addBetween(blocks, ran, own, uncounted)
    spread(blocks, ran)
  }
  return new Set(
    [...ran].flatMap((block) => code.slice(blocks[block]!.first, blocks[block]!.last + 1)).map((one) => one.address),
  )
}

interface Span {
  readonly name: string
  readonly from: bigint
  readonly to: bigint
}

/** Where the functions of an object are in the program that it was linked to. */
const spansIn = (program: string, objects: readonly string[]): readonly Span[] => {
  const linked = readElf(program).functions
  const names = new Set(objects.flatMap((object) => [...readElf(object).functions.keys()]))
  return [...names]
    .flatMap((name) => (linked.get(name) ?? []).map((symbol) => ({ name, ...symbol })))
    .filter(({ size }) => size > 0)
    .map(({ name, value, size }) => ({ name, from: value, to: value + BigInt(size) }))
    .sort((a, b) => (a.from < b.from ? -1 : 1))
}

const disassemble = async (
  program: string,
  { from, to }: Pick<Span, 'from' | 'to'>,
): Promise<readonly Instruction[]> => {
  const range = [`--start-address=0x${from.toString(16)}`, `--stop-address=0x${to.toString(16)}`]
  const { ok, stdout, why } = await runTool(['objdump', '-d', '--no-show-raw-insn', ...range, program])
  if (!ok) throw new HostError(`objdump ${why}`, 'run: apt-get install binutils')
  return readInstructions('x86_64', stdout)
}

/** What the explorer has of the lines of these files. */
interface Known {
  readonly lines: ReadonlyMap<string, KnownLines>
  /** Functions whose accesses no call tells of. */
  readonly uninstrumented: ReadonlySet<string>
}

interface FunctionCode {
  readonly name: string
  /** Code that was moved out of a function is entered anywhere. */
  readonly hasOneStart: boolean
  readonly own: readonly Instruction[]
}

const codeOf = async (program: string, objects: readonly string[]): Promise<readonly FunctionCode[]> => {
  const spans = spansIn(program, objects)
  const [first, last] = [spans[0], spans.at(-1)]
  if (!first || !last) return []
  const all = await disassemble(program, { from: first.from, to: last.to })
  return spans.map(({ name, from, to }) => ({
    name,
    hasOneStart: !name.includes('.cold'),
    own: all.filter(({ address }) => address >= from && address < to),
  }))
}

/** What code has to do with each line of these files. */
const knownLines = (
  code: readonly FunctionCode[],
  files: readonly string[],
  placesAt: (address: bigint) => readonly Place[],
  ran: ReadonlySet<bigint>,
): ReadonlyMap<string, KnownLines> => {
  const found = new Map(files.map((file) => [file, new Map<number, { ran: boolean; functions: Set<string> }>()]))
  const add = (name: string, address: bigint, place: Place): void => {
    const lines = place.file === null ? undefined : found.get(place.file)
    if (!lines || place.line <= 0) return
    const known = lines.get(place.line) ?? { ran: false, functions: new Set() }
    lines.set(place.line, known)
    known.ran ||= ran.has(address)
    known.functions.add(name).add(place.function)
  }
  for (const { name, own } of code)
    for (const { address } of own) for (const place of placesAt(address)) add(name, address, place)
  return found
}

const linesThatRan = async (
  program: string,
  objects: readonly string[],
  files: readonly string[],
  { pcs, pairs }: Executed,
): Promise<Known> => {
  const code = await codeOf(program, objects)
  const counted = {
    returned: new Set(pcs.map(BigInt)),
    pairs: pairs.map(([from, to]) => [BigInt(from), BigInt(to)] as const),
  }
  const ran = new Set(code.flatMap(({ own, hasOneStart }) => [...ranIn(own, counted, hasOneStart)]))
  const addresses = code.flatMap(({ own }) => own.map(({ address }) => address))
  const calls =
    addresses.length === 0 ? new Map() : await resolveAddresses(readElf(program), undefined, addresses, runTool)
  const placesAt = (address: bigint): readonly Place[] => ((calls.get(address) ?? []) as readonly Call[]).map(placeOf)
  const uninstrumented = code.filter(({ own }) => isUninstrumented(own)).map(({ name }) => name)
  return { lines: knownLines(code, files, placesAt, ran), uninstrumented: new Set(uninstrumented) }
}

/** What the search ran of the lines that a patch adds. */
export interface LinesAsked {
  readonly program: string
  readonly kernel: Objects
  /** Those of its objects that are explored. */
  readonly objects: readonly string[]
  /** The source without the patch. */
  readonly before: string
  /** The files that it changes, and that are explored. */
  readonly files: readonly string[]
  readonly executed: Executed
  readonly signal: AbortSignal
}

/** What is known of a patch's lines. */
export interface PatchLines {
  /** Those that it adds and that have code, each with whether it ran. */
  readonly files: readonly FileLines[]
  /** Places of the patch that the search cannot have seen, in words. */
  readonly unexplored: readonly string[]
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

const unseenBranches = async (
  { kernel, signal }: LinesAsked,
  file: string,
  text: string,
  changes: readonly Change[],
): Promise<readonly string[]> => {
  const withCode = changes.filter(
    ({ addedText, removedText }) => haveCodeOrCondition(addedText) || haveCodeOrCondition(removedText),
  )
  const lines = withCode.flatMap(({ at, added }) => (added.length === 0 ? [at] : added))
  if (file.endsWith('.h')) {
    // Whoever includes it decides what is left of it.
    const { branches } = markBranches(text)
    const within = linesLeftOut(lines, branches.filter(isNotGuard(text)), new Set())
    return within.length === 0 ? [] : [`${file}:${rangesOf(within)} (within #if)`]
  }
  const found = await branchesOf(kernel, file, text, signal)
  if (!found) return [`${file}:${rangesOf(lines)} (its preprocessor failed)`]
  const left = linesLeftOut(lines, found.branches, found.kept)
  return left.length === 0 ? [] : [`${file}:${rangesOf(left)} (this config leaves it out)`]
}

// The branch that keeps a header from being read twice.
const isNotGuard =
  (text: string) =>
  ({ first }: Branch): boolean =>
    !/^\s*#\s*ifndef\s+\w+_H_*\s*$/.test(text.split('\n')[first - 2] ?? '')

const unseenIn = async (
  asked: LinesAsked,
  file: string,
  changes: readonly Change[],
  known: KnownLines,
  uninstrumented: ReadonlySet<string>,
): Promise<readonly string[]> => {
  const text = await textOf(join(sourceDir(asked.kernel.dir), file))
  const hidden = changes.flatMap(({ added }) =>
    added.flatMap((line) => [...(known.get(line)?.functions ?? [])].filter((name) => uninstrumented.has(name))),
  )
  const users = file.endsWith('.h')
    ? unexploredUsers(file, await usersOf(sourceDir(asked.kernel.dir), file), asked.objects)
    : undefined
  return [
    ...(users === undefined ? [] : [users]),
    ...(await unseenBranches(asked, file, text, changes)),
    ...removedUnseen(changes, known, text.split('\n')).map(
      (line) => `${file}:${line} (what is removed there did not run)`,
    ),
    ...uninstrumenting(changes).map(([line, word]) => `${file}:${line} (${word}: its accesses are not seen)`),
    ...[...new Set(hidden)].map((name) => `${name}() in ${file} (no call tells of its accesses)`),
  ]
}

const linesOfFile = (text: string, file: string, changes: readonly Change[], known: KnownLines): FileLines => {
  const texts = text.split('\n')
  const lines = changes
    .flatMap(({ added }) => added)
    .flatMap((line) => {
      const ran = known.get(line)?.ran
      return ran === undefined ? [] : [{ line, text: texts[line - 1] ?? '', ran }]
    })
  return { file, lines }
}

/** Which of the lines that a patch adds have code, which ran in some schedule, and what nobody could see. */
export const patchLines = async (asked: LinesAsked): Promise<PatchLines> => {
  const { program, kernel, objects, before, executed } = asked
  const after = sourceDir(kernel.dir)
  const files: string[] = []
  for (const file of asked.files) if (await exists(join(after, file))) files.push(file)
  if (files.length === 0) return { files: [], unexplored: [] }
  const paths = objects.map((object) => join(objectDir(kernel.dir), object))
  const known = await linesThatRan(program, paths, files, executed)
  const found = await Promise.all(
    files.map(async (file) => {
      const changes = await changesBetween(before, after, file)
      const lines = known.lines.get(file)!
      return {
        lines: linesOfFile(await textOf(join(after, file)), file, changes, lines),
        unseen: await unseenIn(asked, file, changes, lines, known.uninstrumented),
      }
    }),
  )
  return { files: found.map(({ lines }) => lines), unexplored: found.flatMap(({ unseen }) => unseen) }
}

/** How many lines have code, and how many of them ran. */
export const countLines = (files: readonly FileLines[]): { readonly executable: number; readonly executed: number } => {
  const all = files.flatMap(({ lines }) => lines)
  return { executable: all.length, executed: all.filter(({ ran }) => ran).length }
}
