// SPDX-License-Identifier: MIT
export { makeSymbolizer, type Symbolized, symbolize } from './symbolize.ts'
