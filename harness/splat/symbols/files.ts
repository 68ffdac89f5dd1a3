// SPDX-License-Identifier: MIT
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type ElfFile, type ElfSymbol, readElf } from '../../lib/elf.ts'
import type { Frame } from '../model.ts'

/** The files of the kernel that wrote the log. */
export interface SymbolFiles {
  readonly vmlinux: string
  /** Searched for MODULE.ko and MODULE.ko.debug. */
  readonly modulesDir?: string | undefined
  /** What to cut off source paths when the folder of init/main.c is not the same for all: objects of several builds. */
  readonly sourcePrefix?: RegExp | undefined
}

/** The ELF files, each read once. */
export interface ElfStore {
  readonly vmlinux: ElfFile
  /** The module's file, if there is one. */
  module(name: string): ElfFile | undefined
}

// Module names have underscores where file names may have dashes.
const moduleName = (file: string): string =>
  basename(file)
    .replace(/\.ko(?:\.debug)?$/, '')
    .replaceAll('-', '_')

/** Opens vmlinux and finds the modules; their files are read when they are needed. */
export const openFiles = (files: SymbolFiles): ElfStore => {
  const paths = new Map<string, string>()
  if (files.modulesDir !== undefined) {
    for (const entry of readdirSync(files.modulesDir, { recursive: true, encoding: 'utf8' })) {
      if (/\.ko(?:\.debug)?$/.test(entry)) paths.set(moduleName(entry), join(files.modulesDir, entry))
    }
  }
  const open = new Map<string, ElfFile>()
  return {
    vmlinux: readElf(files.vmlinux),
    module: (name) => {
      const known = open.get(name)
      if (known !== undefined) return known
      const path = paths.get(name.replaceAll('-', '_'))
      if (path === undefined) return undefined
      const elf = readElf(path)
      open.set(name, elf)
      return elf
    },
  }
}

/**
 * The symbol of this name. Several static functions may share a name: the printed size tells them apart.
 * kallsyms counts the padding up to the next symbol as well, so the printed size is never the smaller one.
 */
export const findSymbol = (elf: ElfFile, name: string, size?: number): ElfSymbol | undefined => {
  const all = elf.functions.get(name) ?? []
  if (all.length < 2 || size === undefined) return all[0]
  const padding = (symbol: ElfSymbol): number => (symbol.size > size ? Number.MAX_SAFE_INTEGER : size - symbol.size)
  return [...all].sort((a, b) => padding(a) - padding(b))[0]
}

/** The file that holds a frame's function. */
export const elfOf = (store: ElfStore, frame: Frame): ElfFile | undefined =>
  frame.module === null ? store.vmlinux : store.module(frame.module)

/** The symbol of a frame's function in its file. */
export const symbolOf = (elf: ElfFile, frame: Frame): ElfSymbol | undefined =>
  findSymbol(elf, frame.function, frame.size ?? undefined)
