// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FileKind } from './look.ts'
import { formatIndex, type Known, parseIndex } from './statindex.ts'

const bytes = fc.string({
  unit: fc.integer({ min: 1, max: 255 }).map((byte) => String.fromCharCode(byte)),
  minLength: 1,
})
const file = fc.record({
  kind: fc.constantFrom<FileKind>('-', 'x', 'l'),
  hash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((hash) => Buffer.from(hash).toString('hex')),
  stamp: fc
    .array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n }), { minLength: 6, maxLength: 6 })
    .map((n) => n.join(':')),
})
const indexes: fc.Arbitrary<Known> = fc.record({
  dir: fc.constantFrom('/a', '/with a space', '/é\n'),
  madeAt: fc.nat(),
  files: fc.array(fc.tuple(bytes, file), { maxLength: 20 }).map((entries) => new Map(entries)),
})

test('an index file has all of the index', () => {
  fc.assert(
    fc.property(indexes, (known) => {
      expect(parseIndex(formatIndex(known))).toEqual(known)
    }),
  )
})

test('an index file with a wrong or missing byte is none', () => {
  fc.assert(
    fc.property(indexes, fc.nat(), fc.integer({ min: 1, max: 255 }), (known, where, change) => {
      const good = formatIndex(known)
      const at = where % good.length
      expect(parseIndex(good.subarray(0, at))).toBeUndefined()
      expect(parseIndex(Buffer.concat([good, Buffer.from([change])]))).toBeUndefined()
      const flipped = Buffer.from(good)
      flipped[at]! ^= change
      expect(parseIndex(flipped)).toBeUndefined()
    }),
  )
})
