// SPDX-License-Identifier: MIT

export type { SymbolFiles } from './files.ts'
export { makeSymbolizer, type Symbolized, type Symbolizer, symbolize } from './symbolize.ts'
