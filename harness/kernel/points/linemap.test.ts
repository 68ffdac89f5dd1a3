// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { lineAfter } from './linemap.ts'

const DIFF = `--- a/mm/zsmalloc.c
+++ b/mm/zsmalloc.c
@@ -10,0 +11,2 @@
+added
+added
@@ -20,2 +23 @@
-gone
-gone
+new
@@ -30 +31,0 @@
-gone
`

test.each([
  [1, 1],
  [10, 10],
  [11, 13],
  [19, 21],
  [20, undefined],
  [21, undefined],
  [22, 23],
  [29, 30],
  [30, undefined],
  [31, 31],
])('line %i of the tree is line %s', (line, moved) => expect(lineAfter(DIFF, line)).toBe(moved))

test('without a difference each line is where it was', () => expect(lineAfter('', 7)).toBe(7))
