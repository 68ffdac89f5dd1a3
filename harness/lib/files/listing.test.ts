// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  differingPaths,
  differingTexts,
  formatListing,
  type Listing,
  ListingError,
  listingKey,
  parseListing,
  toListing,
} from './listing.ts'
import type { FileKind, ListedFile } from './look.ts'

const HASH = 'a'.repeat(64)
const file = (path: string, kind: FileKind = '-', hash = HASH): ListedFile => ({ path, kind, hash })

// Any byte but NUL and the slash, in a folder of its own letter: no file can be another's folder.
const names = fc
  .string({ unit: fc.integer({ min: 1, max: 255 }).map((byte) => String.fromCharCode(byte)), minLength: 1 })
  .map((name) => name.replaceAll('/', '_'))
  .filter((name) => name !== '.' && name !== '..')
const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const files = fc.record({
  path: fc.oneof(
    names.map((name) => `f${name}`),
    fc.tuple(names, names).map(([folder, name]) => `d${folder}/${name}`),
  ),
  kind: fc.constantFrom<FileKind>('-', 'x', 'l'),
  hash: hashes,
})
const listings = fc.uniqueArray(files, { selector: ({ path }) => path, maxLength: 30 }).map(toListing)

describe('the text of a listing', () => {
  test('has all of it, whatever bytes the names have', () => {
    fc.assert(
      fc.property(listings, (listing) => {
        expect(parseListing(formatListing(listing))).toEqual(listing)
      }),
    )
  })

  test('does not depend on the order of the files', () => {
    fc.assert(
      fc.property(listings, (listing) => {
        expect(listingKey(toListing(listing.toReversed()))).toBe(listingKey(listing))
      }),
    )
  })

  test('is no other listing when a byte of it is changed or cut off', () => {
    const parsed = (text: string): Listing | undefined => {
      try {
        return parseListing(text)
      } catch (error) {
        expect(error).toBeInstanceOf(ListingError)
        return undefined
      }
    }
    const some = listings.filter((listing) => listing.length > 0)
    fc.assert(
      fc.property(some, fc.nat(), fc.integer({ min: 1, max: 255 }), (listing, at, change) => {
        const bytes = Buffer.from(formatListing(listing), 'latin1')
        const cut = bytes.toString('latin1', 0, at % bytes.length)
        expect(parsed(cut)).not.toEqual(listing)
        bytes[at % bytes.length]! ^= change
        expect(parsed(bytes.toString('latin1'))).not.toEqual(listing)
      }),
    )
  })

  test('is in the order of bytes, each line with NUL at its end', () => {
    const listing = toListing([file('b\n', 'x'), file('a/b', 'l'), file('a.c')])
    expect(formatListing(listing)).toBe(`- ${HASH} a.c\0l ${HASH} a/b\0x ${HASH} b\n\0`)
  })

  test.each([
    ['no NUL at the end', `- ${HASH} a`],
    ['another kind', `d ${HASH} a\0`],
    ['a short hash', `- ${HASH.slice(1)} a\0`],
    ['a hash in capitals', `- ${HASH.toUpperCase()} a\0`],
    ['no path', `- ${HASH} \0`],
    ['an empty line', '\0'],
    ['a character that is no byte', `- ${HASH} \u0100\0`],
    ['a path of the root', `- ${HASH} /a\0`],
    ['a path that leaves the folder', `- ${HASH} a/../../b\0`],
    ['a path with a dot', `- ${HASH} ./a\0`],
    ['a path of a folder', `- ${HASH} a/\0`],
    ['a path twice', `- ${HASH} a\0- ${HASH} a\0`],
    ['another order', `- ${HASH} b\0- ${HASH} a\0`],
    ['a file that is a folder too', `- ${HASH} a\0- ${HASH} a.c\0- ${HASH} a/b/c\0`],
  ])('%s is refused', (_, text) => {
    expect(() => parseListing(text)).toThrow(ListingError)
  })

  test('files that no folder can have make no listing', () => {
    expect(() => toListing([file('a'), file('a/b')])).toThrow('both a file and a folder: "a"')
    expect(() => toListing([file('a'), file('a', 'x')])).toThrow('twice')
    expect(() => toListing([file('a\0b')])).toThrow('NUL')
  })
})

describe('how listings differ', () => {
  test('by kind, by content, by what there is', () => {
    const before = toListing([file('gone'), file('kind'), file('same'), file('text')])
    const after = toListing([file('kind', 'x'), file('new'), file('same'), file('text', '-', 'b'.repeat(64))])
    expect(differingPaths(before, after)).toEqual({ changed: ['kind', 'text'], added: ['new'], removed: ['gone'] })
    expect(differingPaths(after, after)).toEqual({ changed: [], added: [], removed: [] })
  })

  test('is seen in their texts as in themselves', () => {
    fc.assert(
      fc.property(listings, listings, listings, (a, b, both) => {
        const [before, after] = [a, b].map((own) => {
          const files = new Map([...both, ...own].map((one) => [one.path.split('/')[0]!, one]))
          return toListing([...files.values()])
        })
        expect(differingTexts(formatListing(before!), formatListing(after!))).toEqual(differingPaths(before!, after!))
      }),
    )
  })

  test('is nothing exactly when their keys are equal', () => {
    fc.assert(
      fc.property(listings, listings, (a, b) => {
        const { changed, added, removed } = differingPaths(a, b)
        expect(changed.length + added.length + removed.length === 0).toBe(listingKey(a) === listingKey(b))
      }),
    )
  })
})
