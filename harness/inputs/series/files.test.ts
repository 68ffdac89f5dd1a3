// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { textOf } from './files.ts'

const MAIL = `Subject: [PATCH] x

---
diff --git a/mm/x.c b/mm/x.c
--- a/mm/x.c
+++ b/mm/x.c
@@ -1 +1 @@
-b
+B
`

describe('textOf', () => {
  test.each([
    ['nothing', Buffer.from(''), 'p: the file is empty'],
    ['binary junk', Buffer.from('diff\n\0\x01'), 'p:2: binary data'],
    ['Latin-1', Buffer.from('a\nb\n\xe9\n', 'latin1'), 'p:3: not UTF-8'],
    ['CRLF', Buffer.from(MAIL.replaceAll('\n', '\r\n')), 'p:1: lines end in CRLF'],
  ])('%s', (_, bytes, expected) => {
    expect(() => textOf('p', bytes)).toThrow(expected)
  })

  test('CR within a line of the content is content', () => {
    expect(textOf('p', Buffer.from(MAIL.replace('+B', '+B\r')))).toContain('+B\r')
  })
})
