// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { textOf } from './files.ts'
import { parsePatch, touchedBy } from './parse.ts'

const GOOD = `Some words.
---
 mm/x.c | 2 +-

diff --git a/mm/x.c b/mm/x.c
index 1..2 100644
--- a/mm/x.c
+++ b/mm/x.c
@@ -1,3 +1,3 @@ int f(void)
 a
-b
+B
 c
@@ -9 +9,2 @@
 d
+e
-- 
2.39.5
`

const problemOf = (text: string) => {
  const result = parsePatch(text)
  return 'line' in result ? `${result.line}: ${result.message}` : result
}

describe('parsePatch', () => {
  test('finds files and hunks with their lines', () => {
    expect(parsePatch(GOOD)).toEqual([
      {
        line: 7,
        from: 'mm/x.c',
        to: 'mm/x.c',
        hunks: [
          { line: 9, header: '@@ -1,3 +1,3 @@ int f(void)', lines: [' a', '-b', '+B', ' c'] },
          { line: 14, header: '@@ -9 +9,2 @@', lines: [' d', '+e'] },
        ],
      },
    ])
  })

  test('reads new and removed files, and blanks that lost their blank', () => {
    const text =
      '--- /dev/null\n+++ b/a/n\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n--- a/o\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-x\n-\n'
    const files = parsePatch(text)
    expect('line' in files ? files : files.map(({ from, to }) => [from, to])).toEqual([
      [undefined, 'a/n'],
      ['o', undefined],
    ])
    expect('line' in parsePatch(GOOD.replace(' a\n', '\n'))).toBe(false)
  })

  test.each([
    [
      'a context line that lost its blank',
      GOOD.replace(' a\n', 'a\n'),
      '10: white space is damaged: a line of hunk #1 begins with "a"',
    ],
    ['a wrapped line', GOOD.replace('+B\n', '+B is a long\nline\n'), '13: white space is damaged'],
    ['a lost line', GOOD.replace(' c\n', ''), '13: white space is damaged'],
    [
      'a cut file',
      GOOD.slice(0, GOOD.indexOf('+e')),
      '16: the patch ends here, but hunk #2 promises 0 more old and 1 more new',
    ],
    [
      'a cut at a line',
      GOOD.slice(0, GOOD.indexOf('+e') - 1),
      '16: the patch ends here, but hunk #2 promises 0 more old and 1 more new',
    ],
    ['a path above', GOOD.replaceAll('mm/x.c', '../x.c'), '7: the path a/../x.c leaves the tree'],
    ['an absolute path', GOOD.replace('--- a/mm/x.c', '--- /etc/passwd'), '7: the path /etc/passwd leaves the tree'],
    ['a path without prefix', GOOD.replaceAll(/([ab])\/mm\/x.c/g, 'x.c'), '7: the path x.c has no a/ or b/'],
    ['a hunk of no file', '@@ -1 +1 @@\n-a\n+b\n', '1: a hunk without the two lines'],
    ['a file of no hunk', '--- a/x\n+++ b/x\n', '3: a file without hunks'],
  ])('%s', (_, text, expected) => {
    expect(problemOf(text)).toContain(expected)
  })

  test('never throws, whatever the text', () => {
    const line = fc.constantFrom(
      '--- a/x',
      '+++ b/x',
      '@@ -1,2 +1 @@',
      ' a',
      '-a',
      '+a',
      '',
      'diff --git a/x b/x',
      '\\ No',
      'words',
    )
    fc.assert(fc.property(fc.array(line), (lines) => void parsePatch(lines.join('\n'))))
    fc.assert(fc.property(fc.string(), (text) => void parsePatch(text)))
  })
})

test('touchedBy knows renames, modes and empty files too', () => {
  const text = `diff --git a/old b/new
similarity index 100%
rename from old
rename to new
diff --git a/run.sh b/run.sh
old mode 100644
new mode 100755
${GOOD}`
  expect([...touchedBy(text)].sort()).toEqual(['mm/x.c', 'new', 'old', 'run.sh'])
})

describe('textOf', () => {
  test.each([
    ['nothing', Buffer.from(''), 'p: the file is empty'],
    ['binary junk', Buffer.from('diff\n\0\x01'), 'p:2: binary data'],
    ['Latin-1', Buffer.from('a\nb\n\xe9\n', 'latin1'), 'p:3: not UTF-8'],
    ['CRLF', Buffer.from(GOOD.replaceAll('\n', '\r\n')), 'p:5: lines end in CRLF'],
  ])('%s', (_, bytes, expected) => {
    expect(() => textOf('p', bytes)).toThrow(expected)
  })

  test('CR within a line of the content is content', () => {
    expect(textOf('p', Buffer.from(GOOD.replace('+B', '+B\r')))).toContain('+B\r')
  })
})
