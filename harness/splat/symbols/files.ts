// SPDX-License-Identifier: MIT
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type ElfFile, type ElfSymbol, readElf } from '../../lib/elf.ts'

export interface SymbolFiles {
  readonly vmlinux: string
  /** Searched for MODULE.ko and MODULE.ko.debug. */
  readonly modulesDir?: string | undefined
  /** What to cut off source paths where the folder of init/main.c does not stand for all: objects of several builds. */
  readonly sourcePrefix?: RegExp | undefined
}

/** The files that functions come from, each read once. */
export interface ElfStore {
  readonly vmlinux: ElfFile
  /** The module's file, or null when there is none. */
  module(name: string): ElfFile | null
}

// Module names have underscores where file names may have dashes.
const moduleName = (file: string): string =>
  basename(file)
    .replace(/\.ko(?:\.debug)?$/, '')
    .replaceAll('-', '_')

export const openFiles = (files: SymbolFiles): ElfStore => {
  const paths = new Map<string, string>()
  if (files.modulesDir !== undefined) {
    for (const entry of readdirSync(files.modulesDir, { recursive: true, encoding: 'utf8' })) {
      if (/\.ko(?:\.debug)?$/.test(entry)) paths.set(moduleName(entry), join(files.modulesDir, entry))
    }
  }
  const open = new Map<string, ElfFile | null>()
  return {
    vmlinux: readElf(files.vmlinux),
    module: (name) => {
      const known = open.get(name)
      if (known !== undefined) return known
      const path = paths.get(name.replaceAll('-', '_'))
      const elf = path === undefined ? null : readElf(path)
      open.set(name, elf)
      return elf
    },
  }
}

/**
 * The symbol that a frame names. Several static functions may share a name: the printed size tells them apart.
 * kallsyms counts the padding up to the next symbol as well, so the printed size is never the smaller one.
 */
export const findSymbol = (elf: ElfFile, name: string, size: number | null): ElfSymbol | null => {
  const all = elf.functions.get(name) ?? []
  if (all.length < 2 || size === null) return all[0] ?? null
  const padding = (symbol: ElfSymbol): number => (symbol.size > size ? Number.MAX_SAFE_INTEGER : size - symbol.size)
  return [...all].sort((a, b) => padding(a) - padding(b))[0] ?? null
}
