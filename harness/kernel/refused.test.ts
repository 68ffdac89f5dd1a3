// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { describeRefused, refusedTool } from './refused.ts'

const tooOld = (what: string, name: string, yours: string, minimum: string): string[] => [
  '  HOSTLD  scripts/kconfig/conf',
  '***',
  `*** ${what} is too old.`,
  `***   Your ${name} version:    ${yours}`,
  `***   Minimum ${name} version: ${minimum}`,
  '***',
  `scripts/Kconfig.include:45: Sorry, this ${what} is not supported.`,
]

const gcc = { prefix: '', cc: 'gcc', llvm: false, version: '' }
const cross = { ...gcc, prefix: 'aarch64-linux-gnu-', cc: 'aarch64-linux-gnu-gcc' }
const clang = { ...gcc, llvm: true }

test.each([
  ['C compiler', 'Clang', clang, /clang, lld and llvm 17\.0\.1 or newer .*clang-19 .*or leave out --llvm$/],
  ['Linker', 'LLD', clang, /clang, lld and llvm 17\.0\.1 or newer/],
  ['C compiler', 'GCC', gcc, /^install GCC 17\.0\.1 or newer, with gcc first in PATH, or choose an older --tree$/],
  ['C compiler', 'GCC', cross, /with aarch64-linux-gnu-gcc first in PATH/],
  ['Linker', 'GNU ld', cross, /with aarch64-linux-gnu-ld first in PATH/],
  ['Assembler', 'GNU assembler', gcc, /with as first in PATH/],
])('%s %s is too old', (what, name, toolchain, hint) => {
  const refused = refusedTool(tooOld(what, name, '14.0.6', '17.0.1'))
  expect(refused).toEqual({ name, yours: '14.0.6', minimum: '17.0.1' })
  const described = describeRefused(refused!, '7.3.4', toolchain)
  expect(described.message).toBe(`Linux 7.3.4 needs ${name} 17.0.1 or newer, and this host has 14.0.6`)
  expect(described.hint).toMatch(hint)
})

test.each([
  [['scripts/Kconfig.include:45: Sorry, this C compiler is not supported.']],
  [['*** C compiler is too old.']],
  [["mm/zswap.c:1:1: error: '*** C compiler is too old.'"]],
  [["*** Rust compiler 'rustc' is too old.", '***   Your version:     1.60', '***   Minimum version:  1.78']],
  [[]],
])('%j names no program', (lines) => {
  expect(refusedTool(lines)).toBeUndefined()
})
