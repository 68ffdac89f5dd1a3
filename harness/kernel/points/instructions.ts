// SPDX-License-Identifier: MIT
import type { ArchName } from '../../model/results.ts'

/** One instruction of a disassembly. */
export interface Instruction {
  readonly address: bigint
  readonly mnemonic: string
  readonly operands: string
  /** Where it may go next, besides the instruction after it. */
  readonly flow: 'call' | 'jump' | 'branch' | 'return' | 'none'
  /** The target of a direct call, jump or branch. */
  readonly target: bigint | undefined
}

type Flow = Instruction['flow']

// `jump` never goes on with the next instruction, `branch` may.
const FLOWS: Record<ArchName, readonly (readonly [RegExp, Flow])[]> = {
  x86_64: [
    [/^(?:bnd |notrack )*callq?$/, 'call'],
    [/^(?:bnd |notrack )*jmpq?$/, 'jump'],
    [/^(?:bnd |repz |rep )*(?:retq?|iretq?|sysretq?)$/, 'return'],
    [/^(?:bnd |notrack )*(?:j[a-z]+|loop[a-z]*)(?:,p[nt])?$/, 'branch'],
  ],
  arm64: [
    [/^(?:bl|blr|blraaz?|blrabz?)$/, 'call'],
    [/^(?:b|br|braaz?|brabz?)$/, 'jump'],
    [/^(?:ret|retaa|retab|eret)$/, 'return'],
    [/^(?:b\.[a-z]+|bc\.[a-z]+|cbn?z|tbn?z)$/, 'branch'],
  ],
}

// Words before the mnemonic itself.
const PREFIXED = /^((?:(?:bnd|notrack|rep|repz|repnz|lock|data16|cs|ds|es|ss|fs|gs|rex\S*) +)*\S+)(.*)$/s
// A program of user space has short addresses.
const LINE = /^\s*([0-9a-f]{4,16}):\s*(\S.*)$/
const TARGET = /(?:^|[\s,])(?:0x)?([0-9a-f]+) </

const flowOf = (arch: ArchName, mnemonic: string): Flow =>
  FLOWS[arch].find(([pattern]) => pattern.test(mnemonic))?.[1] ?? 'none'

const targetOf = (flow: Flow, operands: string): bigint | undefined => {
  // `*` is an indirect jump: what objdump names there is the place of its pointer.
  if (flow === 'none' || flow === 'return' || operands.startsWith('*')) return undefined
  const hex = TARGET.exec(operands)?.[1]
  return hex === undefined ? undefined : BigInt(`0x${hex}`)
}

/** Reads the output of `objdump -d --no-show-raw-insn`. */
export const readInstructions = (arch: ArchName, text: string): readonly Instruction[] =>
  text.split('\n').flatMap((line) => {
    const [, address, code] = LINE.exec(line) ?? []
    if (address === undefined || code === undefined || code.endsWith('>:')) return []
    const [, words = '', rest = ''] = PREFIXED.exec(code) ?? []
    const operands = rest.trimStart()
    const mnemonic = words.replace(/ +/g, ' ')
    const flow = flowOf(arch, mnemonic)
    return [{ address: BigInt(`0x${address}`), mnemonic, operands, flow, target: targetOf(flow, operands) }]
  })

// Single stepping clears the monitor: the store would fail for ever.
const EXCLUSIVE_LOAD = /^lda?x[pr][bh]?$/
const EXCLUSIVE_STORE = /^stl?x[pr][bh]?$/
// As far back as the kernel looks.
const MOST_BEFORE = 32

const isWithinExclusive = (code: readonly Instruction[], index: number): boolean => {
  for (const { mnemonic } of code.slice(Math.max(0, index - MOST_BEFORE), index).reverse()) {
    if (EXCLUSIVE_STORE.test(mnemonic)) return false
    if (EXCLUSIVE_LOAD.test(mnemonic)) return true
  }
  return false
}

const arm64Refusal = (code: readonly Instruction[], index: number): string | undefined => {
  const { mnemonic } = code[index]!
  if (/^(?:brk|svc|hvc|smc|hlt|eret|msr|udf)$/.test(mnemonic)) return `kprobes cannot step over ${mnemonic}`
  if (EXCLUSIVE_LOAD.test(mnemonic) || EXCLUSIVE_STORE.test(mnemonic) || isWithinExclusive(code, index))
    return 'it is within an exclusive load and store'
  return undefined
}

const x86Refusal = (code: readonly Instruction[], index: number): string | undefined => {
  const { mnemonic, operands } = code[index]!
  if (/^(?:ud2|int3|hlt|iretq?|sysretq?)$/.test(mnemonic)) return `kprobes refuse ${mnemonic}`
  return /<__SCT__/.test(operands) ? 'it is a static call, which the kernel patches' : undefined
}

/** Why kprobes refuse this instruction of a function; undefined when they take it. */
export const instructionRefusal = (arch: ArchName, code: readonly Instruction[], index: number): string | undefined =>
  arch === 'arm64' ? arm64Refusal(code, index) : x86Refusal(code, index)
