// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Diff, parseDiff, touchedBy } from './diff.ts'

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

const problemOf = (text: string): string => {
  const { problem } = parseDiff(text)
  return problem ? `${problem.line}: ${problem.message}` : ''
}

const numbersOf = ({ files }: Diff) =>
  files.map(({ hunks }) =>
    hunks.map(({ lines }) => lines.map(({ kind, oldLine, newLine }) => [kind, oldLine, newLine])),
  )

describe('parseDiff', () => {
  test('finds files and hunks with the numbers of their lines', () => {
    const diff = parseDiff(GOOD)
    expect(diff).toMatchObject({
      problem: undefined,
      unread: [],
      message: ['Some words.', '---', ' mm/x.c | 2 +-', ''],
    })
    expect(diff.files).toMatchObject([
      {
        head: ['diff --git a/mm/x.c b/mm/x.c', 'index 1..2 100644', '--- a/mm/x.c', '+++ b/mm/x.c'],
        from: 'mm/x.c',
        to: 'mm/x.c',
        hunks: [
          { header: '@@ -1,3 +1,3 @@ int f(void)', lines: [' a', '-b', '+B', ' c'].map((text) => ({ text })) },
          { header: '@@ -9 +9,2 @@', lines: [{ text: ' d' }, { text: '+e' }] },
        ],
      },
    ])
    expect(numbersOf(diff)).toEqual([
      [
        [
          ['same', 1, 1],
          ['del', 2, undefined],
          ['add', undefined, 2],
          ['same', 3, 3],
        ],
        [
          ['same', 9, 9],
          ['add', undefined, 10],
        ],
      ],
    ])
  })

  test('reads new and removed files, and blanks that lost their blank', () => {
    const text =
      '--- /dev/null\n+++ b/a/n\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n--- a/o\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-x\n-\n'
    const { files } = parseDiff(text)
    expect(files.map(({ from, to }) => [from, to])).toEqual([
      [undefined, 'a/n'],
      ['o', undefined],
    ])
    expect(files[0]?.hunks[0]?.lines.map(({ kind }) => kind)).toEqual(['add', 'note'])
    expect(problemOf(GOOD.replace(' a\n', '\n'))).toBe('')
  })

  test('distinguishes a removed line of "- " from the signature of a mail', () => {
    const removed = '--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n-- \n a\n'
    expect(numbersOf(parseDiff(removed))[0]).toEqual([
      [
        ['del', 1, undefined],
        ['same', 2, 1],
      ],
    ])
    expect(problemOf(`${removed.replace('-1,2', '-1,3')}-- \n2.39.5\n`)).toBe('')
    expect(problemOf(`${removed.replace('-1,2', '-1,4')}-- \n2.39.5\n`)).toBe(
      '6: the patch ends here, but hunk #1 promises 2 more old and 0 more new lines',
    )
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
    [
      'an unfinished quote',
      GOOD.replace('--- a/mm/x.c', '--- "a/mm/x.c'),
      '7: the path "a/mm/x.c is not quoted as git does it',
    ],
    [
      'a quoted path above',
      GOOD.replace('--- a/mm/x.c', '--- "a/\\056\\056/x"'),
      '7: the path "a/\\056\\056/x" leaves',
    ],
    ['a path with a NUL', GOOD.replace('--- a/mm/x.c', '--- "a/x\\000"'), '7: the path "a/x\\000" is not a file name'],
    ['a path that is not UTF-8', GOOD.replace('--- a/mm/x.c', '--- "a/\\377"'), '7: the path "a/\\377" is not quoted'],
    ['a folder', GOOD.replace('--- a/mm/x.c', '--- a/'), '7: the path a/ is not a file name'],
    ['a rename above', 'diff --git a/x b/y\nrename from ../x\nrename to y\n', '1: the path ../x leaves the tree'],
    ['no file at all', '--- /dev/null\n+++ /dev/null\n@@ -0,0 +1 @@\n+x\n', '1: a file that is /dev/null before and'],
    [
      'a header that is none',
      GOOD.replace('@@ -1,3', '@@ -1,x'),
      '9: "@@ -1,x +1,3 @@ int f(void)" is not a hunk header',
    ],
    ['a line too many', GOOD.replace('-1,3 +1,3', '-1,3 +1,1'), '12: hunk #1 has more lines than its header says'],
    ['a hunk of no file', '@@ -1 +1 @@\n-a\n+b\n', '1: a hunk without the two lines'],
    ['a file of no hunk', '--- a/x\n+++ b/x\n', '3: a file without hunks'],
  ])('%s', (_, text, expected) => {
    expect(problemOf(text)).toContain(expected)
  })

  test('gives what comes before a problem, and the rest as it is', () => {
    const { files, unread, message } = parseDiff(`${GOOD}--- a/y\n+++ b/y\nwords\n`)
    expect(files.map(({ to }) => to)).toEqual(['mm/x.c'])
    expect(unread).toEqual(['--- a/y', '+++ b/y', 'words'])
    expect(message).toHaveLength(4)
  })

  test('never throws, whatever the text', () => {
    const line = fc.constantFrom(
      '--- a/x',
      '+++ b/x',
      '--- "a/\\303\\244"',
      '+++ "b/\\303"',
      '--- /dev/null',
      '@@ -1,2 +1 @@',
      '@@ -1 +1 @@',
      ' a',
      '-a',
      '-- ',
      '+a',
      '',
      'diff --git a/x b/x',
      'diff --git "a/\\t" "b/\\t"',
      'new file mode 100644',
      'rename from x',
      'rename to "y',
      '\\ No',
      'words',
    )
    const text = fc.oneof(
      fc.array(fc.oneof(line, fc.string({ unit: 'binary' }))).map((lines) => lines.join('\n')),
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.stringMatching(/^diff --git [ab/" \\0-7]*$/),
    )
    fc.assert(
      fc.property(text, (some) => {
        const { files, message, problem, unread } = parseDiff(some)
        expect(problem === undefined).toBe(unread.length === 0)
        expect(message.length + unread.length).toBeLessThanOrEqual(some.split('\n').length)
        expect(files.every(({ from, to }) => from !== undefined || to !== undefined)).toBe(true)
      }),
    )
  })

  test.each([
    ['tabs', (n: number) => `--- a/x${'\t'.repeat(n)}\u2028\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n`],
    ['names', (n: number) => `diff --git a/${' b/'.repeat(n)}x\n`],
    ['quotes', (n: number) => `diff --git "a/${'\\303\\244'.repeat(n)}" "b/${'\\303\\244'.repeat(n)}"\n`],
    ['open quotes', (n: number) => `--- "a/${'\\"'.repeat(n)}\n+++ b/x\n`],
    ['git lines', (n: number) => `diff --git a/x b/x\n${'index 1\n'.repeat(n)}`],
    ['hunks', (n: number) => `--- a/x\n+++ b/x\n${'@@ -1 +1 @@\n-a\n+b\n'.repeat(n)}`],
    ['signatures', (n: number) => `--- a/x\n+++ b/x\n@@ -1,${n} +1 @@\n${'-- \n'.repeat(n)}`],
    ['files', (n: number) => '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n'.repeat(n)],
  ])('takes linear time: %s', (_, make) => {
    const text = make(100_000)
    const startedAt = performance.now()
    parseDiff(text)
    // Ten thousand million steps take longer than this.
    expect(performance.now() - startedAt).toBeLessThan(3_000)
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
diff --git "a/mm/\\303\\244.c" "b/mm/\\303\\244.c"
new file mode 100644
index 0000000..e69de29
diff --git a/logo b/logo
index 1..2 100644
Binary files a/logo and b/logo differ
${GOOD}`
  expect([...touchedBy(text)].sort()).toEqual(['logo', 'mm/x.c', 'mm/ä.c', 'new', 'old', 'run.sh'])
})
