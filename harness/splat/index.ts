// SPDX-License-Identifier: MIT
export type { Header, ReadOptions, SplatReader } from './engine/options.ts'
export { createSplatReader, readSplats } from './engine/reader.ts'
export { families } from './families.ts'
export type { Family } from './family.ts'
export { type MachineEnd, machineSplat } from './machine.ts'
export type { Access, Frame, Splat } from './model.ts'
export { matchesSignature, type Signature } from './signature.ts'
