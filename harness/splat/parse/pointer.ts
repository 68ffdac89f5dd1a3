// SPDX-License-Identifier: MIT
import { question, type Text } from '../lines/shape.ts'
import { holding, leading } from '../patterns.ts'
import { frameIn, ipIn, isPlainFrame } from './frame.ts'
import { plainName } from './title.ts'

/** Lines that are printed below the line of the instruction pointer. */
const BELOW: readonly RegExp[] = [
  // x86
  /^(?:RSP: 00(?:00|10|18):|RAX: |RDX: |RBP: |R1[03]: |Code: |EAX: |ESI: |DS: [0-9a-f]{4} )/,
  // arm64, where the link register comes between
  /^(?:lr : |sp : |x\d\d?: ?[0-9a-f])/,
  // riscv prints the numbers below the names
  /^(?:epc : [0-9a-f]{8,16} ra : |ra : [A-Za-z_]|gp : |t\d : |status: [0-9a-f])/,
  // mips
  /^(?:ra {2,}: [0-9a-f]|Status: [0-9a-f]{8}\b|Cause : [0-9a-f]|BadVA : [0-9a-f])/,
  // arm, sh, powerpc, s390
  /^(?:[LP]R is at |PC {2}: [0-9a-f]{8} SP {2}: |LR \[|R:\d T:\d |Krnl (?:GPRS|Code): ?)/,
  // parisc, sparc
  /^(?:IAOQ\[1\]: |RP\(r2\): |g0: [0-9a-f]{16} g1: )/,
  // loongarch
  /^(?:[CP]RMD|EUEN|ECFG|ESTAT|PRID): [0-9a-f]{8}\b/,
]
const below = BELOW.map(leading)
const isBelow = question((text) => below.some((fits) => fits(text)))

/** Below the frames of a stack: registers of what an interrupt found there. */
const isInside = question(
  leading(/^(?:RSP: |RAX: |RDX: |RBP: |R1[03]: |DS: [0-9a-f]{4} .* SS: 0068\b|lr : |LR is at |LR \[)/),
)
/** Registers of a program, when it called the kernel. */
const isUser = question(holding(['RSP: 00', 'RAX'], /^RSP: 00(?:2b|33):|^RAX: ffffffffffffffda |ORIG_RAX/))
/** Registers of arm64 that are printed below its link register. */
const isBelowLink = question(leading(/^(?:sp : |x\d\d?: ?[0-9a-f])/))
/** 32-bit ARM, and arm64 of old, name both registers before, and print their values in one line. */
const isLink = question(
  leading(/^(?:lr : |[LP]R is at |LP is at |LR \[|ra {0,4}: [A-Za-z_0-9]|epc : [A-Za-z_][\w.$]*\+0x.* ra : )/),
)

/** arm, arm64, riscv, powerpc and mips always print the link register below this one. */
const isAboveLink = question(leading(/^(?:pc : |PC is at |epc : [A-Za-z_][\w.$]*\+0x|NIP \[|epc {3}: )/))

/** 32-bit ARM, and arm64 of old, print both in one line: the names are above it. */
const areBoth = question(leading(/^pc : .* lr : /))

/** arm64 of old names the function in a line above this one, powerpc in one below. */
const isNumber = question(leading(/^pc : \[<[0-9a-f]{8,16}>\] {1,8}lr : \[<[0-9a-f]{8,16}>\] /))
const isAbovePointer = question(leading(/^REGS: [0-9a-f]{8,16} TRAP: /))

/** The number of an Oops. */
export const isNumbered = question(leading(/^(?:Internal error: |Oops\b)/))

/** What is wrong with the registers of a report. */
export type RegisterGap = 'no pointer' | 'no pointer inside' | 'no link' | 'two pointers'

class Registers {
  #pointer: string | undefined
  #seen = false
  #linked = false
  #linkFollows = false
  #pointerFollows = false
  #inStack = false

  take(line: Text): RegisterGap | undefined {
    const { text, shape } = line
    if (isPlainFrame(shape)) return this.#frame()
    if (areBoth(shape) && this.#linkFollows && !this.#linked) return 'no link'
    this.#link(line)
    if (!this.#inStack && isBelow(shape)) return this.#below(line)
    if (isNumber(shape) && !this.#seen) return 'no pointer'
    if (isAbovePointer(shape)) this.#pointerFollows = true
    const ip = ipIn(line)
    if (ip !== undefined) return this.#point(ip.frame?.isInline === true ? undefined : ip.frame?.function, text)
    if (frameIn(line) !== undefined) return this.#frame()
    return this.#inStack ? this.#inside(line) : undefined
  }

  #link({ shape }: Text): void {
    if (isLink(shape) || areBoth(shape)) this.#linked = true
    else if (isAboveLink(shape)) this.#linkFollows = true
  }

  #frame(): RegisterGap | undefined {
    const inStack = this.#inStack
    this.#inStack = true
    this.#seen = false
    if (this.#pointerFollows) return inStack ? 'no pointer inside' : 'no pointer'
    return this.#linkFollows && !this.#linked && !inStack ? 'no link' : undefined
  }

  #below({ shape }: Text): RegisterGap | undefined {
    if (!this.#seen) return 'no pointer'
    return !this.#linked && isBelowLink(shape) ? 'no link' : undefined
  }

  #inside({ shape }: Text): RegisterGap | undefined {
    if (isUser(shape)) this.#seen = true
    return !this.#seen && isInside(shape) ? 'no pointer inside' : undefined
  }

  #point(name: string | undefined, text: string): RegisterGap | undefined {
    this.#seen = true
    this.#pointerFollows = false
    if (text.startsWith('ERA: ') && !this.#linked && !this.#inStack) return 'no link'
    // Old kernels name the function once more before the registers.
    if (this.#inStack || name === undefined || text.startsWith('IP: ')) return undefined
    const before = this.#pointer
    this.#pointer = plainName(name)
    return before !== undefined && before !== this.#pointer ? 'two pointers' : undefined
  }
}

/** What can be seen to be missing, or to be there twice, in the registers of a report. */
export const registerGap = (lines: readonly Text[]): RegisterGap | undefined => {
  let registers = new Registers()
  for (const line of lines) {
    // Those before it may be of other CPUs.
    if (isNumbered(line.shape)) registers = new Registers()
    const gap = registers.take(line)
    if (gap !== undefined) return gap
  }
  return undefined
}
