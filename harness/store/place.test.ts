// SPDX-License-Identifier: MIT
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../model/errors.ts'
import { hideCredentials, storePlace, withoutCredentials } from './place.ts'

test.each([
  ['/srv/store', '/srv/store'],
  ['store', resolve('store')],
  ['./a:b', resolve('a:b')],
  ['/mnt/user@host/s', '/mnt/user@host/s'],
  ['file:///srv/my%20store', '/srv/my store'],
  ['file://localhost/srv', '/srv'],
])('%s is a folder', (text, dir) => expect(storePlace('--store', text)).toEqual({ kind: 'folder', dir, shown: dir }))

test.each([
  ['http://h:81/a/b/', 'http://h:81/a/b', undefined],
  ['https://h', 'https://h', undefined],
  ['HTTP://H/', 'http://h', undefined],
  ['http://u:p%40ss@h/a', 'http://h/a', 'u:p@ss'],
  ['http://u@h/a', 'http://h/a', 'u:'],
])('%s is on a server', (text, url, user) => {
  const place = storePlace('--store', text)
  expect(place).toMatchObject({ kind: 'http', url, shown: url })
  const basic = user && `Basic ${Buffer.from(user).toString('base64')}`
  expect(place.kind === 'http' && place.credentials()).toBe(basic)
})

test('the credentials are in no copy of a place', () =>
  expect(JSON.stringify(storePlace('--store', 'http://me:secret@h/a'))).not.toMatch(/secret|bWU6c2VjcmV0|me:/))

describe('a bad one is a usage error without its password', () => {
  test.each([
    ['', /^--store is empty$/],
    ['ftp://me:secret@h/x', /^--store ftp:\/\/h\/x: ftp: is not supported$/],
    ['s3:bucket', /^--store s3:bucket: s3: is not supported$/],
    ['http://', /is not a URL/],
    [' http://me:secret@h/x', /^--store http:\/\/h\/x: it has white space around it/],
    ['http://me:secret@h/x\n', /^--store http:\/\/h\/x: it has white space around it/],
    ['\u0001ht\ttp://me:secret@h/x', /^--store http:\/\/h\/x: it has white space around it, or a control/],
    ['http://me:sec/ret@h/x', /^--store http:\/\/h\/x: is not a URL$/],
    ['http://me:secret@h:99999/x', /^--store http:\/\/h:99999\/x: is not a URL$/],
    ['http://me:sec%ret@h/x', /has a % that is no escape/],
    ['http://me:secret@h/x?token=secret', /^--store http:\/\/h\/x: the URL of a store has no \? and no #$/],
    ['http://h/x#secret', /^--store http:\/\/h\/x: the URL/],
    ['file:srv/store', /^--store file:srv\/store: a file: URL begins with file:\/\/$/],
    ['file://other/x', /^--store file:\/\/other\/x: a file: URL names a folder of this host$/],
  ])('%s', (text, message) => {
    const error = (() => {
      try {
        return storePlace('--store', text)
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toBeInstanceOf(UsageError)
    expect((error as UsageError).message).toMatch(message)
    expect(`${(error as UsageError).message} ${(error as UsageError).hint}`).not.toMatch(/secret|sec.ret/)
  })
})

test.each([
  ['http://u:p@h/a', 'http://h/a'],
  ['http://u:p@q@h', 'http://h'],
  ['http:u:p@h', 'http:h'],
  ['http://u:p\n@h', 'http://h'],
  ['http://h/a', 'http://h/a'],
  ['/a@b', '/a@b'],
])('%j is shown as %j', (text, shown) => expect(hideCredentials(text)).toBe(shown))

test('a recorded command line has no credentials of its store', () =>
  expect(
    withoutCredentials([
      'zsharness',
      'run',
      '--store',
      'http://u:p@h/a',
      '--store=https://u:p@h',
      '--tree',
      'git:u@h#x',
    ]),
  ).toEqual(['zsharness', 'run', '--store', 'http://h/a', '--store=https://h', '--tree', 'git:u@h#x']))
