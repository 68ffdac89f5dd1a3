// SPDX-License-Identifier: MIT
export { makeSymbolizer, symbolize } from './symbolize.ts'
