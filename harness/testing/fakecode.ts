// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'
import { findArch } from '../inputs/arch/index.ts'
import { type KernelCode, openCode } from '../kernel/points/code.ts'
import type { CodeFiles } from '../kernel/points/files.ts'
import { parseAddr2line } from '../splat/symbols/addr2line.ts'

const FIXTURES = new URL('../kernel/points/fixtures/', import.meta.url)

const section = (text: string, name: string): string => {
  const from = text.indexOf(`== ${name}\n`) + name.length + 4
  const to = text.indexOf('\n== ', from)
  return text.slice(from, to < 0 ? undefined : to + 1)
}

const addressOf = (line: string): bigint | undefined => {
  const hex = /^([0-9a-f]{16}):/.exec(line)?.[1]
  return hex === undefined ? undefined : BigInt(`0x${hex}`)
}

/** What the tools printed about parts of a built kernel: all of them are of one object. */
export const fixtureFiles = (name: string, object: string): CodeFiles => {
  const text = readFileSync(new URL(`${name}.txt`, FIXTURES), 'utf8')
  const code = section(text, 'objdump').split('\n')
  const lines = section(text, 'addr2line')
  const calls = parseAddr2line(lines)
  return {
    systemMap: async () => section(text, 'System.map'),
    disassemble: async (start, stop) =>
      code
        .filter((line) => {
          const address = addressOf(line)
          return address !== undefined && address >= start && address < stop
        })
        // The lines begin with their addresses.
        .sort()
        .join('\n'),
    callsAt: async () => calls,
    functionsIn: async (wanted) =>
      wanted === object ? code.flatMap((line) => /^[0-9a-f]{16} <(\S+)>:$/.exec(line)?.[1] ?? []) : undefined,
    objectsNaming: async (names) => (lines.split('\n').some((line) => names.includes(line)) ? [object] : []),
    bytes: async (_, size) => Buffer.alloc(size),
  }
}

/** The code of a fixture, with another System.map or other tools where given. */
export const fixtureCode = (name: string, changes: Partial<CodeFiles> = {}): Promise<KernelCode> =>
  openCode(
    { arch: findArch(name.split('-')[0]!), objects: '/nowhere' },
    { ...fixtureFiles(name, 'mm/zsmalloc.o'), ...changes },
  )
