// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { keyPath, keyText, parseKey } from './keyfile.ts'
import { StoreFault } from './model.ts'

const content = { sha256: 'a'.repeat(64), size: 7 }
const whole = { version: 1, kind: 'tree', key: 'k', ...content }

test('a key file is read as it was written', () =>
  expect(parseKey('tree', 'k', keyText('tree', 'k', content))).toEqual(content))

test('further fields are ignored', () =>
  expect(parseKey('tree', 'k', JSON.stringify({ ...whole, more: [1] }))).toEqual(content))

test.each([
  ['nothing', '', /not a key file/],
  ['garbage', '\0\xff{', /not a key file/],
  ['a page of a proxy', '<html>503</html>', /not a key file/],
  ['another value', 'null', /not a key file/],
  ['a list', '[]', /not a key file/],
  ['a part of one', JSON.stringify(whole).slice(0, -9), /not a key file/],
  ['another version', JSON.stringify({ version: 2, hash: 'x' }), /has version 2 of the format/],
  ['no sha256', JSON.stringify({ ...whole, sha256: 'A'.repeat(64) }), /not a key file/],
  ['a path for a sha256', JSON.stringify({ ...whole, sha256: '../../etc/passwd' }), /not a key file/],
  ['a size below 0', JSON.stringify({ ...whole, size: -1 }), /not a key file/],
  ['a size that is none', JSON.stringify({ ...whole, size: 1e300 }), /not a key file/],
  ['more than any tree has', JSON.stringify({ ...whole, size: 2 ** 40 }), /more than any tree has/],
  ['the file of another key', JSON.stringify({ ...whole, key: 'other' }), /key file of "tree\/other"/],
  ['the file of another kind', JSON.stringify({ ...whole, kind: 'bundle' }), /key file of "bundle\/k"/],
])('%s is none', (_, text, message) => {
  expect(() => parseKey('tree', 'k', text)).toThrow(message)
  expect(() => parseKey('tree', 'k', text)).toThrow(StoreFault)
})

test.each(['', '.', '..', '../x', 'a/b', '.hidden', 'a b', 'x'.repeat(129), 'a\n', '%2e'])(
  '%j cannot be a key',
  (key) => expect(() => keyPath('tree', key)).toThrow('cannot be the key'),
)

test('a key is a name in the folder of its kind', () =>
  expect(keyPath('bundle', 'a-B_1.2')).toBe('keys/bundle/a-B_1.2'))
