// SPDX-License-Identifier: MIT
export { createSplatReader, readSplats } from './engine/reader.ts'
export { families } from './families.ts'
export { machineSplat } from './machine.ts'
export type { Splat } from './model.ts'
export { matchesSignature, type Signature } from './signature.ts'
