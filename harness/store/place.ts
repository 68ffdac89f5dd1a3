// SPDX-License-Identifier: MIT

import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withoutSlashes } from '../lib/text/trailing.ts'
import { UsageError } from '../model/errors.ts'
import type { StorePlace } from './model.ts'

/** What names a store: the flag, or the variable. */
export type StoreSource = '--store' | 'ZSHARNESS_STORE'

const HINT = 'give a folder, file:///PATH, http://HOST/PATH or https://HOST/PATH'
const SCHEME = /^[a-z][a-z\d+.-]*:/i

/** The same text without what may be a user and a password; also of a text that is no URL. */
export const hideCredentials = (text: string): string =>
  SCHEME.test(text) ? text.replace(/^([^:]*:\/{0,3}).*@/s, '$1') : text

// Parsers of URLs skip them.
const hasControl = (text: string): boolean => [...text].some((one) => one < ' ')

const refuse = (source: StoreSource, text: string, why: string): UsageError =>
  // What is behind a question mark may be a token.
  new UsageError(`${source} ${hideCredentials(text).replace(/[?#].*/s, '')}: ${why}`, HINT)

const decoded = (source: StoreSource, text: string, part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    throw refuse(source, text, 'its user or password has a % that is no escape')
  }
}

const folderOf = (source: StoreSource, text: string, url: URL): string => {
  try {
    return fileURLToPath(url)
  } catch {
    throw refuse(source, text, 'a file: URL names a folder of this host')
  }
}

const httpPlace = (source: StoreSource, text: string, url: URL): StorePlace => {
  const [user, password] = [url.username, url.password].map((part) => decoded(source, text, part))
  const plain = withoutSlashes(`${url.origin}${url.pathname}`)
  const basic = Buffer.from(`${user}:${password}`).toString('base64')
  const credentials = user === '' && password === '' ? undefined : `Basic ${basic}`
  return { kind: 'http', url: plain, shown: plain, credentials: () => credentials }
}

/** The store that a flag or a variable names; throws a UsageError, which has no password in it. */
export const storePlace = (source: StoreSource, text: string): StorePlace => {
  if (text.trim() === '') throw new UsageError(`${source} is empty`, HINT)
  // A URL with it would be taken for a folder, and shown with its password.
  if (text.trim() !== text || hasControl(text))
    throw refuse(
      source,
      [...text.trim()].filter((one) => one >= ' ').join(''),
      'it has white space around it, or a control character',
    )
  if (!SCHEME.test(text)) return { kind: 'folder', dir: resolve(text), shown: resolve(text) }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) throw refuse(source, text, 'is not a URL')
  if (url.search !== '' || url.hash !== '') throw refuse(source, text, 'the URL of a store has no ? and no #')
  if (url.protocol === 'http:' || url.protocol === 'https:') return httpPlace(source, text, url)
  if (url.protocol !== 'file:') throw refuse(source, text, `${url.protocol} is not supported`)
  // `file:a/b` is `/a/b` to a parser of URLs, and hardly to who wrote it.
  if (!/^file:\/\//i.test(text)) throw refuse(source, text, 'a file: URL begins with file://')
  const dir = folderOf(source, text, url)
  return { kind: 'folder', dir, shown: dir }
}

/** A command line without the credentials of its store, as the results record it. */
export const withoutCredentials = (argv: readonly string[]): readonly string[] =>
  argv.map((arg, index) => {
    if (argv[index - 1] === '--store') return hideCredentials(arg)
    return arg.startsWith('--store=') ? `--store=${hideCredentials(arg.slice('--store='.length))}` : arg
  })
