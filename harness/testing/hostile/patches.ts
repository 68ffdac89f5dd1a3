// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPatches } from '../../inputs/series/files.ts'
import { patchSeriesFromFiles } from '../../inputs/series/load.ts'
import { obtainSource } from '../../inputs/series/source.ts'
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { obtainTree } from '../../inputs/tree/tree.ts'
import { packageRoot } from '../../lib/paths.ts'
import { numberedLines, recordingContext, writeFakeTree } from '../fake-tree.ts'
import { unfolded } from '../stored.ts'
import type { Family, HostileCase } from './case.ts'
import { damaged, mutated, NASTY } from './mutate.ts'
import { randomFrom } from './random.ts'

const POSTED = join(packageRoot, 'harness/inputs/series/fixtures/zsmalloc-fix-a-race-with-deferred_handles-storing.txt')
const posted = readFileSync(POSTED, 'utf8')
const GOOD = `From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001
From: A <a@example.org>
Date: Mon, 1 Jan 2024 00:00:00 +0000
Subject: [PATCH 1/2] mm: change line 3

Words.
---
 mm/zsmalloc.c | 2 +-
diff --git a/mm/zsmalloc.c b/mm/zsmalloc.c
index 1111111..2222222 100644
--- a/mm/zsmalloc.c
+++ b/mm/zsmalloc.c
@@ -1,5 +1,5 @@
 int line_1;
 int line_2;
-int line_3;
+int changed;
 int line_4;
 int line_5;
diff --git a/mm/new.c b/mm/new.c
new file mode 100644
--- /dev/null
+++ b/mm/new.c
@@ -0,0 +1,2 @@
+int a;
+int b;
-- 
2.40
`

/** Reads the patches of a file and applies them to a tree. */
const readAndApply = async (dir: string, bytes: string | Buffer): Promise<string | undefined> => {
  const file = join(dir, 'hostile.patch')
  writeFileSync(file, bytes)
  const series = await patchSeriesFromFiles([file])
  const odd = series.touches.find((path) => path.startsWith('/') || path.split('/').includes('..') || path === '')
  if (odd !== undefined) return `touches ${JSON.stringify(odd)}`
  writeFakeTree(join(dir, 'linux'))
  const options = { cache: join(dir, 'cache'), context: recordingContext() }
  await using tree = await obtainTree(parseTreeSpec(`dir:${join(dir, 'linux')}`), options)
  await using source = await obtainSource(tree, series.patches, options)
  const strange = Object.keys(source.meta.patchedFiles).find((path) => !series.touches.includes(path))
  if (strange !== undefined) return `changes ${JSON.stringify(strange)}, which it does not touch`
  const { dir: copy } = await unfolded(options.cache, tree)
  if (readFileSync(join(copy, 'mm/zsmalloc.c'), 'utf8') !== numberedLines()) return 'changed the tree in the cache'
  return readdirSync(dir).some((name) => !['hostile.patch', 'linux', 'cache'].includes(name))
    ? 'wrote a file'
    : undefined
}

const file = (path: string, mode = '100644', text = 'x'): string =>
  `diff --git a/${path} b/${path}\nnew file mode ${mode}\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${text}\n`

const HAND: readonly (readonly [name: string, text: string | Buffer])[] = [
  ['empty', ''],
  ['a NUL', 'diff --git a/x b/x\0\n'],
  ['latin1', Buffer.from('Subject: \xe4\n\n--- a/x\n+++ b/x\n', 'latin1')],
  ['UTF-16', Buffer.from(`\ufeff${GOOD}`, 'utf16le')],
  ['a BOM', `\ufeff${GOOD}`],
  ['CRLF', GOOD.replaceAll('\n', '\r\n')],
  ['lone CR', GOOD.replaceAll('\n', '\r')],
  ['gzip', Buffer.from('1f8b0800000000000003', 'hex')],
  ['HTML', '<html><body><pre>--- a/x</pre></body></html>'],
  ['a path above', file('../evil')],
  ['a path above, deep', file('mm/../../evil')],
  ['an absolute path', file('/tmp/evil')],
  ['a path in .git', file('.git/hooks/post-checkout', '100755')],
  ['a quoted path above', file('x').replaceAll('b/x', '"b/..\\057evil"')],
  ['a link to /dev/zero', file('mm/zero.c', '120000', '/dev/zero')],
  ['a link above', file('mm/up.c', '120000', '../../..')],
  ['a link, then a file through it', `${file('out', '120000', '.')}${file('out/../evil')}`],
  ['a link inside, then a file through it', `${file('out', '120000', 'mm')}${file('out/evil.c')}`],
  ['a link to itself', file('mm/self.c', '120000', 'self.c')],
  ['a device', file('mm/dev', '020666')],
  ['a submodule', file('sub', '160000')],
  ['a set-uid file', file('mm/suid', '104755')],
  ['a link without hunks', 'diff --git a/x b/x\nnew file mode 120000\nindex 0000000..1111111\n'],
  ['a binary link', 'diff --git a/x b/x\nnew file mode 120000\nGIT binary patch\nliteral 9\nQcmZQz4ND&\n\n'],
  ['a hunk that promises a billion lines', GOOD.replace('@@ -1,5 +1,5 @@', '@@ -1,999999999 +1,999999999 @@')],
  ['a hunk at a huge place', GOOD.replace('@@ -1,5', '@@ -999999999,5')],
  ['a hunk of 40 digits', GOOD.replace('@@ -1,5', `@@ -${'9'.repeat(40)},5`)],
  ['a hunk without a file', '@@ -1 +1 @@\n-a\n+b\n'],
  ['null on both sides', '--- /dev/null\n+++ /dev/null\n@@ -0,0 +1 @@\n+x\n'],
  ['thousands of files', Array.from({ length: 1_000 }, (_, i) => file(`mm/f${i}.c`)).join('')],
  ['thousands of hunks', `--- a/mm/zsmalloc.c\n+++ b/mm/zsmalloc.c\n${'@@ -1 +1 @@\n-x\n+y\n'.repeat(20_000)}`],
  ['one long line', file('mm/long.c', '100644', 'x'.repeat(4_000_000))],
  ['a long name', file(`mm/${'x'.repeat(5_000)}.c`)],
  ['a deep path', file(`${'d/'.repeat(3_000)}x.c`)],
  ['a From line of a megabyte', `From ${'o'.repeat(1_000_000)}\n`],
  [
    'a Subject of brackets',
    `Subject: ${'['.repeat(50_000)}${'0'.repeat(50_000)}\n\n${GOOD.slice(GOOD.indexOf('diff --git'))}`,
  ],
  ['many headers', `${'X-A: b\n'.repeat(100_000)}Subject: x\n\n${GOOD.slice(GOOD.indexOf('diff --git'))}`],
  ['a folded header without end', `X-A: b\n${' more\n'.repeat(100_000)}Subject: x\n`],
  ['many mails', `${GOOD}\n`.repeat(30)],
  ['a mail in a mail', GOOD.replace('Words.', GOOD)],
  [
    'base64',
    `From: a\nSubject: x\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n${Buffer.from(GOOD).toString('base64')}\n`,
  ],
  ['damaged base64', 'From: a\nSubject: x\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n====****\n'],
  [
    'quoted-printable',
    `From: a\nSubject: x\nMIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n\n${'=3D'.repeat(1_000)}\n`,
  ],
  [
    'an unknown charset',
    GOOD.replace('\n\nWords', '\nMIME-Version: 1.0\nContent-Type: text/plain; charset=no-such\n\nWords'),
  ],
  [
    'multipart without end',
    'From: a\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n--b\n--b\n',
  ],
  ['an encoded subject', GOOD.replace('mm: change line 3', '=?utf-8?b?Gzo6ZXJyb3I6Og==?=')],
  ['escapes in the subject', GOOD.replace('change', '\u001b[31m::error::\u202e')],
  ['a copy', 'diff --git a/mm/zsmalloc.c b/mm/y.c\nsimilarity index 100%\ncopy from mm/zsmalloc.c\ncopy to ../y.c\n'],
  ['a rename onto itself', 'diff --git a/x b/x\nsimilarity index 100%\nrename from x\nrename to x\n'],
  ['a rename of a folder', 'diff --git a/mm b/nn\nsimilarity index 100%\nrename from mm\nrename to nn\n'],
]

const hostile = (name: string, bytes: string | Buffer): HostileCase => ({
  family: 'patches',
  name,
  place: 'hostile.patch',
  read: (dir) => readAndApply(dir, bytes),
})

const named = (name: string): HostileCase => ({
  family: 'file names',
  name: JSON.stringify(name.slice(0, 40)),
  read: async (dir) => {
    const path = join(dir, name.replaceAll('\0', ''))
    await readPatches(path)
    return 'read a file that is not there'
  },
})

/** Patches, mails and the names of their files. */
export const patchCases: Family = (seed) => {
  const random = randomFrom(seed)
  const more = Array.from({ length: 70 }, (_, index) => {
    const base = index % 3 === 0 ? posted : GOOD
    const bytes = index % 4 === 0 ? damaged(Buffer.from(base), random) : mutated(base, random)
    return hostile(`mutation ${index}`, bytes)
  })
  const mails = Array.from({ length: 20 }, (_, index) =>
    hostile(`mbox ${index}`, mutated(`${GOOD}\n${posted}`, random)),
  )
  return [...HAND.map(([name, text]) => hostile(name, text)), ...more, ...mails, ...NASTY.map(named)]
}
