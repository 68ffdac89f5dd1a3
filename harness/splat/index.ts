// SPDX-License-Identifier: MIT
export { createSplatReader, type Header, type ReadOptions, readSplats, type SplatReader } from './engine/reader.ts'
export { families } from './families.ts'
export type { Family } from './family.ts'
export { type MachineEnd, machineSplat } from './machine.ts'
export type { Access, Frame, Splat } from './model.ts'
export { matchesSignature, type Signature } from './signature.ts'
