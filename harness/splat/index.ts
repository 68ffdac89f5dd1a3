// SPDX-License-Identifier: MIT
export { createSplatReader } from './engine/reader.ts'
export { families } from './families.ts'
export { type ConsoleHealth, ConsoleWatch } from './health.ts'
export { createLogReader } from './inputs/reader.ts'
export type { Splat } from './model.ts'
export { plainName } from './parse/title.ts'
export { matchesSignature, type Signature, stackOf } from './signature.ts'
