// SPDX-License-Identifier: MIT
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import { HostError } from '../model/errors.ts'
import { relocate } from './relocate.ts'

/** A function of the file: where it is and how long. */
export interface ElfSymbol {
  /** Address in vmlinux; offset into its section in a module. */
  readonly value: bigint
  readonly size: number
  /** Name of the section, which a module's offsets count from. */
  readonly section: string
}

/** What symbolising needs of an ELF file; its debug sections are never read here. */
export interface ElfFile {
  readonly path: string
  /** e_machine of the ELF header. */
  readonly machine: number
  readonly relocatable: boolean
  readonly buildId: string | null
  /** `Linux version …`, of a vmlinux. */
  readonly banner: string | null
  readonly functions: ReadonlyMap<string, readonly ElfSymbol[]>
}

interface Section {
  readonly name: string
  readonly type: number
  readonly flags: bigint
  readonly addr: bigint
  readonly offset: number
  readonly size: number
  readonly link: number
  readonly info: number
}

const ET_REL = 1
const SHF_WRITE = 1n
const SHF_ALLOC = 2n
const SHF_COMPRESSED = 0x800n
const SHT_NOTE = 7
const SHT_NOBITS = 8
const SHT_SYMTAB = 2
const STT_NOTYPE = 0
const STT_OBJECT = 1
const STT_FUNC = 2
const SYM_BYTES = 24
const NT_GNU_BUILD_ID = 3

/** Reads the symbol table, build id and banner of a 64-bit little-endian ELF file. */
export const readElf = (path: string): ElfFile => withFile(path, (read) => parse(path, read))

/** Bytes of code and constants, what `size` calls text. */
export const readTextBytes = (path: string): number =>
  withFile(path, (read) =>
    readSections(readHead(path, read), read)
      .filter(({ flags }) => (flags & (SHF_ALLOC | SHF_WRITE)) === SHF_ALLOC)
      .reduce((sum, { size }) => sum + size, 0),
  )

/** The bytes that the file has for these addresses of the program. */
export const readBytes = (path: string, address: bigint, size: number): Buffer =>
  withFile(path, (read) => {
    const holds = ({ addr, size: length, type }: Section): boolean =>
      addr !== 0n && type !== SHT_NOBITS && addr <= address && address + BigInt(size) <= addr + BigInt(length)
    const section = readSections(readHead(path, read), read).find(holds)
    if (section === undefined) throw new HostError(`${path} has nothing at 0x${address.toString(16)}`)
    return read(section.offset + Number(address - section.addr), size)
  })

const COMPRESSED_HEAD = 24
const ZLIB = 1

const contentOf = ({ name, flags, offset, size, type }: Section, read: Read): Buffer => {
  if (type === SHT_NOBITS) return Buffer.alloc(0)
  const bytes = read(offset, size)
  if ((flags & SHF_COMPRESSED) === 0n) return bytes
  if (bytes.readUInt32LE(0) !== ZLIB) throw new HostError(`${name} is compressed in a way that is not known`)
  return inflateSync(bytes.subarray(COMPRESSED_HEAD))
}

const SHT_RELA = 4

/**
 * The values of a module's symbols as its debug sections count: from the beginnings of the debug sections, and of this
 * section of code. Those of other code are undefined.
 */
const symbolValues = (sections: readonly Section[], code: string, read: Read) => {
  const table = sections.find(({ type }) => type === SHT_SYMTAB)
  const symbols = table === undefined ? Buffer.alloc(0) : read(table.offset, table.size)
  return (index: number): bigint | undefined => {
    const at = index * SYM_BYTES
    const home = sections[symbols.readUInt16LE(at + 6)]
    if (home === undefined || ((home.flags & SHF_ALLOC) !== 0n && home.name !== code)) return undefined
    return symbols.readBigUInt64LE(at + 8)
  }
}

/** The sections of debug information; those that the file does not have are empty. In a module, addresses are offsets into `code`. */
export const readDebugSections = (path: string, code = '.text') =>
  withFile(path, (read) => {
    const head = readHead(path, read)
    const sections = readSections(head, read)
    const isModule = head.readUInt16LE(16) === ET_REL
    const valueOfSymbol = symbolValues(isModule ? sections : [], code, read)
    const named = (name: string): Buffer => {
      const index = sections.findIndex((one) => one.name === name)
      if (index < 0) return Buffer.alloc(0)
      const bytes = contentOf(sections[index]!, read)
      const fixes = isModule && sections.find(({ type, info }) => type === SHT_RELA && info === index)
      return fixes ? relocate(bytes, read(fixes.offset, fixes.size), valueOfSymbol) : bytes
    }
    return {
      info: named('.debug_info'),
      abbrev: named('.debug_abbrev'),
      str: named('.debug_str'),
      lineStr: named('.debug_line_str'),
      strOffsets: named('.debug_str_offsets'),
      addr: named('.debug_addr'),
      line: named('.debug_line'),
      ranges: named('.debug_ranges'),
      rngLists: named('.debug_rnglists'),
    }
  })

/** The content of the section with this name; empty where the file has none. */
export const readSection = (path: string, name: string): Buffer =>
  withFile(path, (read) => {
    const section = readSections(readHead(path, read), read).find((one) => one.name === name)
    return section === undefined ? Buffer.alloc(0) : contentOf(section, read)
  })

/** The sections that are in memory when the file runs, with their numbers. */
export const loadedSections = (path: string): readonly { readonly name: string; readonly index: number }[] =>
  withFile(path, (read) =>
    readSections(readHead(path, read), read).flatMap(({ name, flags, size }, index) =>
      (flags & SHF_ALLOC) !== 0n && size > 0 ? [{ name, index }] : [],
    ),
  )

/** The names and contents of all sections but these. */
export const readSectionsBut = (path: string, names: readonly string[]): readonly (readonly [string, Buffer])[] =>
  withFile(path, (read) =>
    readSections(readHead(path, read), read)
      .filter(({ name }) => !names.includes(name))
      .map((section) => [section.name, contentOf(section, read)]),
  )

const SHT_STRTAB = 3
const FOR_LINES = new Set(
  ['aranges', 'info', 'abbrev', 'line', 'str', 'line_str', 'str_offsets', 'addr', 'ranges', 'rnglists'].map(
    (name) => `.debug_${name}`,
  ),
)

const servesSymbols = ({ name, type }: Section): boolean =>
  type === SHT_NOTE || type === SHT_SYMTAB || type === SHT_STRTAB || FOR_LINES.has(name)

/** The program with zeros for all that neither symbols, nor source lines, nor its banner and build id need. */
export const symbolsOnly = (path: string): Buffer =>
  withFile(path, (read) => {
    const sections = readSections(readHead(path, read), read)
    const { banner } = readSymbols(sections, read)
    const whole = readFileSync(path)
    const kept = Buffer.from(whole)
    for (const section of sections)
      if (section.type !== SHT_NOBITS && section.type !== 0 && !servesSymbols(section))
        kept.fill(0, section.offset, section.offset + section.size)
    const home = banner === null ? undefined : sections[banner.section]
    if (banner === null || home === undefined) return kept
    const at = home.offset + Number(banner.value - home.addr)
    whole.copy(kept, at, at, whole.indexOf(10, at) + 1)
    return kept
  })

const withFile = <T>(path: string, use: (read: Read) => T): T => {
  const fd = openSync(path, 'r')
  try {
    return use((offset, size) => readAt(fd, offset, size))
  } catch (error) {
    if (error instanceof RangeError) throw new HostError(`${path} is truncated`, 'give the vmlinux of the build')
    throw error
  } finally {
    closeSync(fd)
  }
}

type Read = (offset: number, size: number) => Buffer

const readAt = (fd: number, offset: number, size: number): Buffer => {
  const buffer = Buffer.alloc(size)
  const got = readSync(fd, buffer, 0, size, offset)
  if (got < size) throw new RangeError('short read')
  return buffer
}

const readHead = (path: string, read: Read): Buffer => {
  const head = read(0, 64)
  if (head.readUInt32BE(0) !== 0x7f454c46 || head[4] !== 2 || head[5] !== 1)
    throw new HostError(
      `${path} is not a 64-bit little-endian ELF file`,
      'give the vmlinux of the build, not a bzImage or Image',
    )
  return head
}

const parse = (path: string, read: Read): ElfFile => {
  const head = readHead(path, read)
  const sections = readSections(head, read)
  const symbols = readSymbols(sections, read)
  return {
    path,
    machine: head.readUInt16LE(18),
    relocatable: head.readUInt16LE(16) === ET_REL,
    buildId: readBuildId(sections, read),
    banner: readBanner(symbols.banner, sections, read),
    functions: symbols.functions,
  }
}

const readSections = (head: Buffer, read: Read): readonly Section[] => {
  const at = Number(head.readBigUInt64LE(40))
  const bytes = head.readUInt16LE(58)
  const count = head.readUInt16LE(60)
  const table = read(at, bytes * count)
  const raw = Array.from({ length: count }, (_, i) => table.subarray(i * bytes, (i + 1) * bytes))
  const names = raw[head.readUInt16LE(62)]
  if (names === undefined) return []
  const strings = read(Number(names.readBigUInt64LE(24)), Number(names.readBigUInt64LE(32)))
  return raw.map((entry) => ({
    name: stringAt(strings, entry.readUInt32LE(0)),
    type: entry.readUInt32LE(4),
    flags: entry.readBigUInt64LE(8),
    addr: entry.readBigUInt64LE(16),
    offset: Number(entry.readBigUInt64LE(24)),
    size: Number(entry.readBigUInt64LE(32)),
    link: entry.readUInt32LE(40),
    info: entry.readUInt32LE(44),
  }))
}

const stringAt = (strings: Buffer, offset: number): string =>
  strings.toString('latin1', offset, strings.indexOf(0, offset))

interface Symbols {
  readonly functions: Map<string, ElfSymbol[]>
  readonly banner: { readonly value: bigint; readonly section: number } | null
}

const readSymbols = (sections: readonly Section[], read: Read): Symbols => {
  const functions = new Map<string, ElfSymbol[]>()
  let banner: Symbols['banner'] = null
  const table = sections.find(({ type }) => type === SHT_SYMTAB)
  const strings = table === undefined ? undefined : sections[table.link]
  if (table === undefined || strings === undefined) return { functions, banner }
  const entries = read(table.offset, table.size)
  const names = read(strings.offset, strings.size)
  for (let at = 0; at + SYM_BYTES <= entries.length; at += SYM_BYTES) {
    const type = entries[at + 4]! & 0xf
    if (type !== STT_FUNC && type !== STT_NOTYPE && type !== STT_OBJECT) continue
    const name = stringAt(names, entries.readUInt32LE(at))
    const index = entries.readUInt16LE(at + 6)
    const value = entries.readBigUInt64LE(at + 8)
    if (name === 'linux_banner') banner = { value, section: index }
    if (name === '' || index === 0 || type === STT_OBJECT) continue
    const section = sections[index]?.name ?? ''
    const list = functions.get(name) ?? []
    list.push({ value, size: Number(entries.readBigUInt64LE(at + 16)), section })
    functions.set(name, list)
  }
  return { functions, banner }
}

const readBuildId = (sections: readonly Section[], read: Read): string | null => {
  for (const note of sections.filter(({ type }) => type === SHT_NOTE)) {
    const bytes = read(note.offset, note.size)
    for (let at = 0; at + 12 <= bytes.length; ) {
      const nameBytes = align4(bytes.readUInt32LE(at))
      const size = bytes.readUInt32LE(at + 4)
      const start = at + 12 + nameBytes
      const owner = bytes.toString('latin1', at + 12, at + 15)
      if (bytes.readUInt32LE(at + 8) === NT_GNU_BUILD_ID && owner === 'GNU')
        return bytes.toString('hex', start, start + size)
      at = start + align4(size)
    }
  }
  return null
}

const align4 = (size: number): number => (size + 3) & ~3

const readBanner = (banner: Symbols['banner'], sections: readonly Section[], read: Read): string | null => {
  const section = banner === null ? undefined : sections[banner.section]
  if (banner === null || section === undefined) return null
  const start = Number(banner.value - section.addr)
  const bytes = read(section.offset + start, Math.min(256, section.size - start))
  return bytes.toString('latin1', 0, Math.max(0, bytes.indexOf(10)))
}
