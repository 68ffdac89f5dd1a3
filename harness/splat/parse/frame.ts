// SPDX-License-Identifier: MIT
import { codeAt } from '../codes.ts'
import { ofText, question } from '../lines/shape.ts'
import type { Frame } from '../model.ts'
import { byLead } from '../patterns.ts'
import { scan, scannedFrame } from './scan.ts'

/** A line of a stack: a frame, or a call inlined into the frame that follows. */
export interface ParsedFrame extends Frame {
  readonly isInline: boolean
}

const NAME = String.raw`(?<fn>[A-Za-z_$.][\w$.]*(?:\[\w+\])?)`
const OFFSET = String.raw`\+(?<off>0x[0-9a-f]+|\d+)(?:\/(?<size>0x[0-9a-f]+|\d+))?`
// Addresses are in [<…>] up to 4.9 and on s390, riscv and mips, and twice in [..] on powerpc.
const ADDRESS = String.raw`(?:\(?\[(?:<[0-9a-f]{8,16}>|[0-9a-f]{8,16})\] *)*`
// Numbers of 8 to 16 digits are addresses: two parts of a pattern that take the same text take the square of its length.
const GUESS = String.raw`(?<guess>\? |\(\[<(?:[0-9a-f]{1,7}|[0-9a-f]{17,})>\] )?`
const GUESS_AND_ADDRESS = `(?:${GUESS.slice(0, -1)}${ADDRESS})?`
const MODULE = String.raw`(?: +\[(?<mod>[A-Za-z_][\w-]*)(?: [0-9a-f]{8,40})?(?: [A-Z()+-]+)?\])?`
const LOCATION = String.raw`(?: +(?<loc>[\w./+-]+\.[chSs](?:o\.)?[ch]?:\d+))?`
// powerpc marks a frame that may be left over with `(unreliable)`.
const FLAGS = String.raw`(?: +\((?:[A-Z]{1,4}|(?<doubt>unreliable))\))?`

// The module comes before or after the file and line.
const MODULE_LAST = MODULE.replace('<mod>', '<mod2>')
const FLAGS_LAST = FLAGS.replace('<doubt>', '<doubt2>').replace('unreliable', 'unreliable|[PLUFK]+')

const FULL = new RegExp(
  `^${ADDRESS}${GUESS_AND_ADDRESS}\\(?${NAME}${OFFSET}\\)?${MODULE}${FLAGS}` +
    `${LOCATION}${MODULE_LAST}${FLAGS_LAST} ?(?<inl>\\[inline\\])?$`,
)
const INLINE = new RegExp(`^${ADDRESS}${GUESS}${NAME} (?<loc>[\\w./+-]+\\.[chSs]:\\d+) \\[inline\\]$`)
// scripts/decode_stacktrace.sh: `name (file:line inlined-into:line …) module`, no offset.
const DISCRIMINATOR = String.raw`\(discriminator \d+\)`
const DECODED = new RegExp(
  `^${GUESS}${NAME}(?:${OFFSET})? \\((?<locs>(?:[^()]|${DISCRIMINATOR})+)\\)(?: (?<mod>[a-z_][\\w-]*))?${FLAGS}$`,
)
const DISCRIMINATORS = new RegExp(` ${DISCRIMINATOR}`, 'g')
const PLACES = /(?:\.[chS]:\d+|^\?\?:[?0])(?: \?\?:[?0])*$/
/** Whether `DECODED` found places: paths may have blanks, so that it cannot tell them apart itself. */
const arePlaces = (text: string): boolean => PLACES.test(text.replace(DISCRIMINATORS, ''))
// 32-bit arm: `[<addr>] (callee) from [<addr>] (caller+0x1/0x2)`, later without addresses.
// The caller needs an offset or a place, or brackets around it: `packet from host` is no frame.
const CALLER = String.raw`(?:\[<[0-9a-f]{8}>\] \(|(?:\[<[0-9a-f]{8}>\] )?\(?[A-Za-z_$.][\w$.]*(?:\+0x[0-9a-f]+| \([\w./+-]+:\d+))`
const ARM_FROM = new RegExp(
  `^(?:\\[<[0-9a-f]{8}>\\] )?\\(?(?<fn>[A-Za-z_][\\w$.]*)(?:${OFFSET})?(?: \\[(?<mod>\\w+)\\])?\\)? from ${CALLER}`,
)

// Up to 4.8 x86 puts the name of the stack on the first frame's line.
const LEADING = /^(?:Call [Tt]race: ?|<<?\/?[A-Z#]+>>? +)+(?=\S)/

const number = (text: string | undefined): number | null => (text === undefined ? null : Number(text))

// The places of inlined calls come before the function's own.
const ownPlace = (places: string | undefined): string | undefined =>
  places?.split(' ').findLast((part) => /:\d+$/.test(part))

const build = (groups: Record<string, string | undefined>, isInline: boolean): ParsedFrame => ({
  function: groups.fn ?? '',
  offset: number(groups.off),
  size: number(groups.size),
  module: groups.mod ?? groups.mod2 ?? null,
  location: groups.loc ?? ownPlace(groups.locs) ?? null,
  unreliable: groups.guess !== undefined || groups.doubt === 'unreliable' || groups.doubt2 === 'unreliable',
  inlined: [],
  isInline,
})

const MAX_FRAME = 400

/** A stack line, in any of the forms that kernels and symbolising scripts print; undefined when it is none. */
export const parseFrame = (line: string): ParsedFrame | undefined => {
  if (line.length > MAX_FRAME) return undefined
  const found = scan(line)
  if (found === 'none') return undefined
  if (found === 'unsure') return parseOther(line)
  const { function: name, offset, size, module, unreliable } = scannedFrame(line)
  return { function: name, offset, size, module, location: null, unreliable, inlined: [], isInline: false }
}

/** The frame that a line is, parsed once. */
export const frameIn = ofText(parseFrame)

/** A frame in its most common form: it is no line of any other kind. */
export const isPlainFrame = question((text) => text.length <= MAX_FRAME && scan(text) === 'frame')

/** A frame of a less common form. */
export const parseOther = (line: string): ParsedFrame | undefined => {
  const text = line.replace(LEADING, '')
  const full = FULL.exec(text)
  if (full?.groups !== undefined) return build(full.groups, full.groups.inl !== undefined)
  if (text.endsWith('[inline]')) {
    const inline = INLINE.exec(text)
    return inline?.groups === undefined ? undefined : build(inline.groups, true)
  }
  const other = text.includes(' from ') ? ARM_FROM.exec(text) : text.includes(' (') ? DECODED.exec(text) : null
  if (other?.groups === undefined) return undefined
  const { locs } = other.groups
  return locs === undefined || arePlaces(locs) ? build(other.groups, false) : undefined
}

const POINTERS: readonly RegExp[] = [
  /^RIP: (?:(?<seg>[0-9a-f]{4}):)?(?:\[<[0-9a-f]+>\] +)*(?<rest>\S[\s\S]*)/,
  /^EIP: (?:(?<seg>[0-9a-f]{4}):)?(?:\[<[0-9a-f]+>\] +)*(?<rest>[A-Za-z_]\S*(?:\+| \()[\s\S]*|0x[0-9a-f]+$)/,
  // Up to 4.19 x86 prints it once more, before the registers.
  /^IP: (?:\[<[0-9a-f]+>\] )?(?<rest>[A-Za-z_]\S*\+0x[\s\S]*|[A-Za-z_]\S* \S+:\d+ \[inline\]$)/,
  /^(?:EIP|RIP|PC) is at +(?<rest>\S[\s\S]*)/,
  /^pc : +(?:\[<[0-9a-f]+>\] )?(?<rest>\S[\s\S]*)/,
  /^epc *: *(?:[0-9a-f]{8,16} +)?(?<rest>(?:[A-Za-z_]|0x|\(null\))[\s\S]*)/,
  /^NIP \[[0-9a-f]+\] +(?<rest>\S[\s\S]*)/,
  /^(?:Krnl PSW : [0-9a-f]+ [0-9a-f]+ )\((?<rest>[^)]+)\)$/,
  /^(?:ERA|era|pc) *: [0-9a-f]{8,16} (?<rest>[A-Za-z_]\S*(?: \([^()]+\))?(?: \[[^\]]+\]| [a-z_]\w*)?|0x[0-9a-f]+)$/,
  // sparc and parisc
  /^TPC: <(?<rest>[^>]+)>$/,
  /^IAOQ\[0\]: (?<rest>\S[\s\S]*)/,
]

const RETURNS: readonly RegExp[] = [
  /^lr : (?:\[<[0-9a-f]+>\] )?(?<rest>\S[\s\S]*)/,
  /^LR is at (?<rest>\S[\s\S]*)/,
  /^LR \[[0-9a-f]+\] (?<rest>\S[\s\S]*)/,
  /^ra *: *(?:[0-9a-f]{8,16} )?(?<rest>[A-Za-z_][\s\S]*)/,
]

const USER_SEGMENTS = new Set(['0033', '0023', '002b', '0073', '001b'])

/** A register that holds an address of code. */
export interface Pointer {
  /** Undefined when the address is of no kernel function. */
  readonly frame: ParsedFrame | undefined
  readonly user: boolean
  /** It holds a function whose name cannot be read: a byte of the line was lost. */
  readonly damaged: boolean
}

type Candidates = (text: string) => readonly RegExp[]

const pointer = (candidates: Candidates, text: string): Pointer | undefined => {
  for (const re of candidates(text)) {
    const match = re.exec(text)
    if (match === null) continue
    const seg = match.groups?.seg
    const rest = match.groups?.rest ?? ''
    const frame = parseFrame(rest.trim())
    // Old kernels have another register behind it.
    const [name = ''] = frame === undefined ? rest.split(' ', 1) : []
    const damaged = name.includes('+0x') && parseFrame(name) === undefined
    return { frame, user: seg !== undefined && USER_SEGMENTS.has(seg), damaged }
  }
  return undefined
}

const pointers = byLead(POINTERS, (re) => re)

// The first two characters of all lines that can match. Other registers begin with the same letter.
const POINTER_NAMES = new Set(
  [...'RIP EIP IP PC pc epc NIP Krnl ERA era TPC IAOQ'.split(' ')].map((name) => name.slice(0, 2)),
)
const isPointerName: readonly boolean[] = Array.from({ length: 1 << 14 }, (_, pair) =>
  POINTER_NAMES.has(String.fromCharCode(pair >> 7, pair & 127)),
)
const maybePointer = (text: string): boolean => isPointerName[(codeAt(text, 0) << 7) | codeAt(text, 1)] === true
const returns = byLead(RETURNS, (re) => re)

/** The instruction pointer's line of a register dump, on any architecture. */
export const parseIp = (text: string): Pointer | undefined => (maybePointer(text) ? pointer(pointers, text) : undefined)

/** That line, parsed once. */
export const ipIn = ofText(parseIp)

/** The link register's line, for jumps to a bad address, parsed once. */
export const returnIn = ofText((text) => pointer(returns, text))

// Up to 5.10 powerpc prints registers of the interrupted code in brackets of its own; `Exception` up to 4.19.
const PPC_INTERRUPT = /^--- (?:interrupt|Exception): ([0-9a-f]{3,4})(?: at (\S.*))?$/

/** A line of powerpc between an exception's stack and that of the code which it interrupted. */
export interface Crossing {
  readonly frame: ParsedFrame | undefined
}

/** `--- interrupt: 700 at foo+0x1/0x2`. */
export const parseCrossing = (text: string): Crossing | undefined => {
  const match = text.startsWith('--- ') ? PPC_INTERRUPT.exec(text) : null
  if (match === null) return undefined
  return { frame: match[2] === undefined ? undefined : parseFrame(match[2]) }
}
