// SPDX-License-Identifier: MIT
import { z } from 'zod'
import { type Content, StoreFault, type StoreKind } from './model.ts'

// Raised when a reader of the old form would misread a file.
const VERSION = 1

/** No file of a key is larger. */
export const MOST_KEY_BYTES = 4096

// Whatever a key file says: no more is fetched.
const MOST_BYTES: Readonly<Record<StoreKind, number>> = { tree: 4 * 2 ** 30, bundle: 2 * 2 ** 30 }

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/

/** The path of the file that says which content a key has. */
export const keyPath = (kind: StoreKind, key: string): string => {
  if (!NAME.test(key)) throw new Error(`${JSON.stringify(key)} cannot be the key of a file in a store`)
  return `keys/${kind}/${key}`
}

/** The path of a content. */
export const blobPathOf = ({ sha256 }: Pick<Content, 'sha256'>): string => `blobs/${sha256}`

const versionOnly = z.looseObject({ version: z.number() })
// Kind and key once more: a file that is found under another name says nothing about it.
const keyFile = z.looseObject({
  version: z.literal(VERSION),
  kind: z.string(),
  key: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.int().nonnegative(),
})

/** The text of a key file. */
export const keyText = (kind: StoreKind, key: string, { sha256, size }: Content): string =>
  `${JSON.stringify({ version: VERSION, kind, key, sha256, size })}\n`

const damaged = (why: string): StoreFault => new StoreFault('damaged', why)

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The content that a key file names; throws a StoreFault unless it is one of this kind and key. */
export const parseKey = (kind: StoreKind, key: string, text: string): Content => {
  const value = parsed(text)
  const version = versionOnly.safeParse(value)
  if (version.success && version.data.version !== VERSION)
    throw damaged(`it has version ${version.data.version} of the format, and this zsharness reads version ${VERSION}`)
  const read = keyFile.safeParse(value)
  if (!read.success) throw damaged('it is not a key file')
  const { sha256, size } = read.data
  if (read.data.kind !== kind || read.data.key !== key)
    throw damaged(`it is the key file of ${JSON.stringify(`${read.data.kind}/${read.data.key}`.slice(0, 100))}`)
  if (size > MOST_BYTES[kind]) throw damaged(`it names a file of ${size} bytes, more than any ${kind} has`)
  return { sha256, size }
}
