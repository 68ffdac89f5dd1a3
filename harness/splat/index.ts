// SPDX-License-Identifier: MIT
export { bucketOf, isBucket, isNamed } from './bucket/bucket.ts'
export { withStackFile } from './bucket/guilty.ts'
export { createSplatReader } from './engine/reader.ts'
export { families } from './families.ts'
export { type ConsoleHealth, ConsoleWatch } from './health.ts'
export type { Guilty, Maintainer, Splat } from './model.ts'
export { plainName } from './parse/title.ts'
export { matchesSignature, type Signature, stackOf } from './signature.ts'
