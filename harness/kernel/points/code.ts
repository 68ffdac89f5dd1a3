// SPDX-License-Identifier: MIT
import { posix } from 'node:path'
import type { Arch } from '../../inputs/arch/index.ts'
import type { Call } from '../../lib/dwarf/calls.ts'
import { type CodeFiles, codeFiles } from './files.ts'
import { type Instruction, instructionRefusal, readInstructions } from './instructions.ts'
import { jumpLabels } from './jumplabels.ts'
import { type KernelFunction, readTable, type SymbolTable } from './table.ts'

/** An instruction with its lines: the innermost inlined call first, the function itself last. */
export interface Step extends Instruction {
  readonly calls: readonly Call[]
}

/** The code of one function. */
export interface Body {
  readonly of: KernelFunction
  readonly steps: readonly Step[]
}

/** The code of a built kernel, read when it is needed and then kept. */
export interface KernelCode {
  readonly arch: Arch
  readonly table: SymbolTable
  /** The code of these functions, in the order of addresses. */
  readonly bodies: (wanted: readonly KernelFunction[]) => Promise<readonly Body[]>
  /** The code of all functions in the object of a source file; undefined when the kernel has no such object. */
  readonly bodiesOf: (file: string) => Promise<readonly Body[] | undefined>
  /** Source files whose code has or calls one of these functions. */
  readonly filesNaming: (names: readonly string[]) => Promise<readonly string[]>
  /** Why no probe can be on this instruction; undefined when one can. */
  readonly refusalAt: (body: Body, index: number) => string | undefined
}

// Objects that were taken over from other builds have the folders of these.
const BUILT_SOURCE = /^.*\/builds\/[^/]+\/src\//

const shorten = (call: Call): Call =>
  call.file === undefined ? call : { ...call, file: posix.normalize(call.file).replace(BUILT_SOURCE, '') }

// Functions that are this near are read together: a process costs more than what lies between them.
const NEAR = 16384n

const endOf = ({ address, size }: KernelFunction): bigint => address + BigInt(size)

const spansOf = (sorted: readonly KernelFunction[]): readonly (readonly KernelFunction[])[] => {
  const spans: KernelFunction[][] = []
  for (const wanted of sorted) {
    const last = spans.at(-1)
    if (last !== undefined && wanted.address - endOf(last.at(-1)!) < NEAR) last.push(wanted)
    else spans.push([wanted])
  }
  return spans
}

const byAddress = (a: KernelFunction, b: KernelFunction): number => (a.address < b.address ? -1 : 1)

const readSpan = async (
  files: CodeFiles,
  arch: Arch,
  span: readonly KernelFunction[],
): Promise<ReadonlyMap<KernelFunction, readonly Instruction[]>> => {
  const text = await files.disassemble(span[0]!.address, endOf(span.at(-1)!))
  const code = readInstructions(arch.name, text)
  const found = new Map<KernelFunction, Instruction[]>(span.map((wanted) => [wanted, []]))
  let index = 0
  for (const instruction of code) {
    while (index < span.length && instruction.address >= endOf(span[index]!)) index += 1
    const owner = span[index]
    if (owner !== undefined && instruction.address >= owner.address) found.get(owner)!.push(instruction)
  }
  return found
}

const readBodies = async (
  files: CodeFiles,
  arch: Arch,
  wanted: readonly KernelFunction[],
): Promise<readonly Body[]> => {
  const found: [KernelFunction, readonly Instruction[]][] = []
  for (const span of spansOf(wanted)) found.push(...(await readSpan(files, arch, span)))
  const calls = await files.callsAt(found.flatMap(([, code]) => code.map(({ address }) => address)))
  return found.map(([of, code]) => ({
    of,
    steps: code.map((instruction) => ({ ...instruction, calls: (calls.get(instruction.address) ?? []).map(shorten) })),
  }))
}

/** Finds the functions of an object: where several have one name, the one nearest to the object's others. */
const placeFunctions = (table: SymbolTable, names: readonly string[]): readonly KernelFunction[] => {
  const all = [...new Set(names)].map((name) => table.byName.get(name) ?? [])
  const sure = all.filter((found) => found.length === 1).map(([found]) => found!)
  const gap = (a: KernelFunction, b: KernelFunction): number => Math.abs(Number(a.address - b.address))
  const distance = (a: KernelFunction): number => sure.reduce((least, b) => Math.min(least, gap(a, b)), Infinity)
  const unsure = all
    .filter((found) => found.length > 1)
    .map((found) => found.reduce((best, next) => (distance(next) < distance(best) ? next : best)))
  return [...new Set([...sure, ...unsure])].sort(byAddress)
}

const sourceOf = (object: string): string => object.replace(/\.o$/, '.c')
const objectOf = (file: string): string => file.replace(/\.[cS]$/, '.o')

/** Opens the code of the kernel that was built in the folder `objects`. */
export const openCode = async (
  { arch, objects }: { readonly arch: Arch; readonly objects: string },
  files: CodeFiles = codeFiles(arch, objects),
): Promise<KernelCode> => {
  const table = readTable(await files.systemMap())
  const labels = await jumpLabels(table.markers, files)
  const known = new Map<KernelFunction, Body>()
  const bodies = async (wanted: readonly KernelFunction[]): Promise<readonly Body[]> => {
    const unread = [...new Set(wanted)].filter((one) => !known.has(one)).sort(byAddress)
    if (unread.length > 0) for (const body of await readBodies(files, arch, unread)) known.set(body.of, body)
    return [...new Set(wanted)].sort(byAddress).map((one) => known.get(one)!)
  }
  return {
    arch,
    table,
    bodies,
    bodiesOf: async (file) => {
      const names = await files.functionsIn(objectOf(file))
      return names && bodies(placeFunctions(table, names))
    },
    filesNaming: async (names) => (await files.objectsNaming(names)).map(sourceOf),
    refusalAt: ({ steps }, index) =>
      labels.has(steps[index]!.address)
        ? 'it is a static branch, which the kernel patches'
        : instructionRefusal(arch.name, steps, index),
  }
}

/** A function with the code that the compiler moved out of it, which comes last. */
export const withCold = (table: SymbolTable, of: KernelFunction): readonly KernelFunction[] => [
  of,
  ...(table.byName.get(`${of.name}.cold`) ?? []),
]
