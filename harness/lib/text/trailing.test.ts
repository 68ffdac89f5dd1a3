// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { withoutSlashes } from './trailing.ts'

test.each([
  ['http://a/b//', 'http://a/b'],
  ['http://a/b', 'http://a/b'],
  ['//', ''],
  ['', ''],
])('%j without slashes at its end is %j', (url, expected) => expect(withoutSlashes(url)).toBe(expected))
