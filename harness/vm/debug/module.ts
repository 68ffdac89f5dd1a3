// SPDX-License-Identifier: MIT
import { basename } from 'node:path'
import { loadedSections } from '../../lib/elf.ts'

/** A module of the guest, for a debugger. */
export interface DebugModule {
  readonly name: string
  /** Its file, with debug information. */
  readonly file: string
  /** The sections that a debugger needs, with their numbers in the file. */
  readonly sections: readonly { readonly name: string; readonly index: number }[]
}

// The others hold tables that the kernel reads and drops, and variables that each CPU has for itself.
const USED = /^\.(?:init\.|exit\.)?(?:text|rodata|data|bss)(?!.*percpu)/

/** The module in this file. */
export const debugModule = (file: string): DebugModule => ({
  name: basename(file, '.ko'),
  file,
  sections: loadedSections(file).filter(({ name }) => USED.test(name)),
})
