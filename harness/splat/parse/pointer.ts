// SPDX-License-Identifier: MIT
import { parseFrame, parseIp } from './frame.ts'
import { plainName } from './title.ts'

/** Lines that are printed below the line of the instruction pointer. */
const BELOW: readonly RegExp[] = [
  // x86
  /^(?:RSP: 00(?:00|10|18):|RAX: |RDX: |RBP: |R1[03]: |Code: |EAX: |ESI: |DS: [0-9a-f]{4} )/,
  // arm64, where the link register comes between
  /^(?:lr : |sp : |x\d\d?: ?[0-9a-f])/,
  // riscv prints the numbers below the names
  /^(?:epc : [0-9a-f]{8,16} ra : |ra : [A-Za-z_]|gp : |t\d : |status: [0-9a-f])/,
  // arm, powerpc, s390, loongarch
  /^(?:LR is at |LR \[|R:\d T:\d |Krnl (?:GPRS|Code): ?|CRMD: )/,
]
const isBelow = (text: string): boolean => BELOW.some((re) => re.test(text))

/** Below the frames of a stack: registers of what an interrupt found there. */
const INSIDE = /^(?:RSP: |RAX: |RDX: |RBP: |R1[03]: |DS: [0-9a-f]{4} .* SS: 0068\b|lr : |LR is at |LR \[)/
/** Registers of a program, when it called the kernel. */
const USER = /^RSP: 00(?:2b|33):|^RAX: ffffffffffffffda |ORIG_RAX/
/** Registers of arm64 that are printed below its link register. */
const BELOW_LINK = /^(?:sp : |x\d\d?: ?[0-9a-f])/
/** 32-bit ARM, and arm64 of old, name both registers before, and print their values in one line. */
const LINK = /^(?:lr : |LR is at |PC is at |pc : .* lr : )/

/** What is wrong with the registers of a report. */
export type RegisterGap = 'no pointer' | 'no pointer inside' | 'no link' | 'two pointers'

class Registers {
  #pointer: string | undefined
  #seen = false
  #linked = false
  #inStack = false

  take(text: string): RegisterGap | undefined {
    if (LINK.test(text)) this.#linked = true
    if (!this.#inStack && isBelow(text)) return this.#below(text)
    const ip = parseIp(text)
    if (ip !== undefined) return this.#point(ip.frame?.isInline === true ? undefined : ip.frame?.function, text)
    if (parseFrame(text) === undefined) return this.#inStack ? this.#inside(text) : undefined
    this.#inStack = true
    this.#seen = false
    return undefined
  }

  #below(text: string): RegisterGap | undefined {
    if (!this.#seen) return 'no pointer'
    return !this.#linked && BELOW_LINK.test(text) ? 'no link' : undefined
  }

  #inside(text: string): RegisterGap | undefined {
    if (USER.test(text)) this.#seen = true
    return !this.#seen && INSIDE.test(text) ? 'no pointer inside' : undefined
  }

  #point(name: string | undefined, text: string): RegisterGap | undefined {
    this.#seen = true
    // Old kernels name the function once more before the registers.
    if (this.#inStack || name === undefined || text.startsWith('IP: ')) return undefined
    const before = this.#pointer
    this.#pointer = plainName(name)
    return before !== undefined && before !== this.#pointer ? 'two pointers' : undefined
  }
}

/** What can be seen to be missing, or to be there twice, in the registers of a report. */
export const registerGap = (texts: readonly string[]): RegisterGap | undefined => {
  const registers = new Registers()
  for (const text of texts) {
    const gap = registers.take(text)
    if (gap !== undefined) return gap
  }
  return undefined
}
