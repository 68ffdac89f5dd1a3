// SPDX-License-Identifier: MIT
import { posix } from 'node:path'
import { Cursor } from './cursor.ts'
import { type DebugSections, readForm, type UnitShape } from './forms.ts'

/** From this byte of a sequence on, the code is of this line. */
interface Row {
  readonly offset: number
  readonly file: number
  readonly line: number
}

/** A run of code without gaps. */
interface Sequence {
  readonly start: bigint
  readonly size: number
  readonly rows: readonly Row[]
}

/** The source lines of one unit. */
export interface LineTable {
  readonly sequences: readonly Sequence[]
  /** The path of a source, by its number in this unit. */
  readonly files: ReadonlyMap<number, string>
}

interface Head {
  readonly shape: UnitShape
  readonly minLength: number
  readonly lineBase: number
  readonly lineRange: number
  readonly opcodeBase: number
  readonly operands: readonly number[]
  readonly files: ReadonlyMap<number, string>
  readonly end: number
}

const CONTENT_PATH = 1
const CONTENT_DIR = 2
const MOST_FILES = 100_000

/** A list of version 5: its head says which form each part has. */
const readList = (from: Cursor, shape: UnitShape, sections: DebugSections) => {
  const format = Array.from({ length: from.number(1) }, () => [from.uleb(), from.uleb()] as const)
  const count = from.uleb()
  if (count > MOST_FILES) throw new RangeError(`a list of ${count} files`)
  return Array.from({ length: count }, () => {
    const parts = new Map(format.map(([content, form]) => [content, readForm(form, from, shape, sections)]))
    return { path: String(parts.get(CONTENT_PATH) ?? ''), dir: Number(parts.get(CONTENT_DIR) ?? 0) }
  })
}

function* texts(from: Cursor): Generator<string> {
  for (let text = from.text(); text !== ''; text = from.text()) yield text
}

const readFiles = (from: Cursor, shape: UnitShape, sections: DebugSections, home: string): Head['files'] => {
  const isNew = shape.version >= 5
  const dirs = isNew ? readList(from, shape, sections).map(({ path }) => path) : [home, ...texts(from)]
  const files: { path: string; dir: number }[] = []
  if (isNew) files.push(...readList(from, shape, sections))
  else
    for (const path of texts(from)) {
      files.push({ path, dir: from.uleb() })
      // Its time and its size.
      from.uleb()
      from.uleb()
    }
  // Until version 4, numbers begin at 1.
  return new Map(files.map(({ path, dir }, at) => [at + (isNew ? 0 : 1), posix.resolve(home, dirs[dir] ?? '', path)]))
}

const signed = (byte: number): number => (byte < 0x80 ? byte : byte - 0x100)

const readHead = (from: Cursor, sections: DebugSections, home: string): Head => {
  const start = from.at
  const short = from.number(4)
  const offsetBytes = short === 0xffffffff ? 8 : 4
  const offset = (): number => (offsetBytes === 8 ? Number(from.u64()) : from.number(4))
  const length = offsetBytes === 8 ? offset() : short
  const end = from.at + length
  const version = from.number(2)
  if (version < 2 || version > 5) throw new RangeError(`line numbers of version ${version}`)
  const addressBytes = version >= 5 ? from.number(1) : 8
  if (version >= 5) from.number(1)
  const headBytes = offset()
  const program = from.at + headBytes
  const minLength = from.number(1)
  // The operations of an instruction, where it has several, and whether a row begins a statement.
  from.bytes(version >= 4 ? 2 : 1)
  const [lineBase, lineRange, opcodeBase] = [signed(from.number(1)), from.number(1), from.number(1)]
  if (lineRange === 0) throw new RangeError('line numbers without a range')
  const operands = [0, ...Array.from({ length: opcodeBase - 1 }, () => from.number(1))]
  const shape = { start, version, offsetBytes, addressBytes } as const
  const files = readFiles(from, shape, sections, home)
  from.at = program
  return { shape, minLength, lineBase, lineRange, opcodeBase, operands, files, end }
}

const EXTENDED = 0
const COPY = 1
const ADVANCE_PC = 2
const ADVANCE_LINE = 3
const SET_FILE = 4
const CONST_ADD_PC = 8
const FIXED_ADVANCE_PC = 9
const END_SEQUENCE = 1
const SET_ADDRESS = 2

/** Executes the program that a unit's lines are written as. */
class Machine {
  readonly sequences: Sequence[] = []
  readonly #head: Head
  #start: bigint | undefined
  #offset = 0
  #file = 1
  #line = 1
  #rows: Row[] = []

  constructor(head: Head) {
    this.#head = head
  }

  step(from: Cursor): void {
    const opcode = from.number(1)
    const { minLength, operands, opcodeBase } = this.#head
    if (opcode >= opcodeBase) this.#special(opcode)
    else if (opcode === EXTENDED) this.#extended(from)
    else if (opcode === COPY) this.#emit()
    else if (opcode === ADVANCE_PC) this.#offset += from.uleb() * minLength
    else if (opcode === ADVANCE_LINE) this.#line += from.sleb()
    else if (opcode === SET_FILE) this.#file = from.uleb()
    else if (opcode === CONST_ADD_PC) this.#advance(0xff)
    else if (opcode === FIXED_ADVANCE_PC) this.#offset += from.number(2)
    else for (let left = operands[opcode]!; left > 0; left -= 1) from.uleb()
  }

  #advance(opcode: number): number {
    const { opcodeBase, lineRange, minLength } = this.#head
    const adjusted = opcode - opcodeBase
    this.#offset += Math.floor(adjusted / lineRange) * minLength
    return adjusted % lineRange
  }

  #special(opcode: number): void {
    this.#line += this.#head.lineBase + this.#advance(opcode)
    this.#emit()
  }

  #emit(): void {
    this.#rows.push({ offset: this.#offset, file: this.#file, line: this.#line })
  }

  #extended(from: Cursor): void {
    const length = from.uleb()
    const end = from.at + length
    const kind = length === 0 ? 0 : from.number(1)
    if (kind === SET_ADDRESS) {
      const address = length > 8 ? from.u64() : BigInt(from.number(length - 1))
      this.#start ??= address
      this.#offset = Number(address - this.#start)
    } else if (kind === END_SEQUENCE) {
      this.sequences.push({ start: this.#start ?? 0n, size: this.#offset, rows: this.#rows })
      this.#start = undefined
      this.#offset = 0
      this.#file = 1
      this.#line = 1
      this.#rows = []
    }
    from.at = end
  }
}

/** The lines of the unit whose table begins here; `home` is the folder that it was compiled in. */
export const readLines = (sections: DebugSections, at: number, home: string): LineTable => {
  const from = new Cursor(sections.line, at)
  const head = readHead(from, sections, home)
  const machine = new Machine(head)
  while (from.at < head.end) machine.step(from)
  return { sequences: machine.sequences, files: head.files }
}

/** The source line of the code at this address; of several rows at one place the last counts. */
export const lineAt = (
  { sequences, files }: LineTable,
  address: bigint,
): { readonly file: string | undefined; readonly line: number } | undefined => {
  const holds = ({ start, size }: Sequence): boolean => address >= start && address - start < BigInt(size)
  const sequence = sequences.find(holds)
  if (sequence === undefined) return undefined
  const offset = Number(address - sequence.start)
  const row = sequence.rows.findLast((one) => one.offset <= offset)
  return row && { file: files.get(row.file), line: row.line }
}
