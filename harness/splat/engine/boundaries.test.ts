// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { readCorpus } from '../../testing/corpus.ts'
import { readSplats } from '../../testing/splats.ts'
import { matchHead } from '../families.ts'
import { toRecords } from '../lines/record.ts'
import { gluedHead } from './glued.ts'
import { lineOf } from './line.ts'

test.each([
  ['kernel BUG at lib/list_debug.c:29!', 'list', 'corruption'],
  ['WARNING: CPU: 0 PID: 1 at lib/list_debug.c:53 __list_del_entry_valid+0xef/0x150', 'list', 'corruption'],
  ['WARNING: [x[0] == NULL] mm/toy.c:12 at toy+0x1/0x2, CPU#1: a b/3', 'warning', 'warn'],
  ['WARNING: at toy+0x1/0x2, CPU#1: a/3', 'warning', 'warn'],
  ['segment-related general protection fault: 0018 [#1] SMP', 'oops', 'general-protection'],
  ['Oops: segment-related general protection fault: 0018 [#1] SMP', 'oops', 'general-protection'],
  ['divide_error: 0000 [#1] SMP', 'oops', 'divide-error'],
  ['Oops: divide_error: 0000 [#1] SMP', 'oops', 'divide-error'],
  ['VFS: Close: file count is 0', 'bug', 'other'],
  ['BUG: KASAN: null-ptr-deref on address           (null)', 'kasan', 'null-ptr-deref'],
  ['INFO: task :12 blocked for more than 120 seconds.', 'hung-task', 'blocked'],
  ['lines:12 blocked for more than 120 seconds.', 'hung-task', 'blocked'],
  ['kernel BUG at toy+0x1/0x2 [verbose debug info unavailable]', 'kernel-bug', 'bug'],
])('the header line %s', (text, family, kind) => {
  const found = matchHead(text)
  expect([found?.family.name, found?.kind]).toEqual([family, kind])
})

describe('a header line behind other text', () => {
  const HEAD = 'BUG: KASAN: slab-use-after-free in foo+0x1/0x2'
  const read = (text: string): string | undefined => gluedHead(lineOf(toRecords(text, 1)[0]!))?.record.text

  test.each([
    'login: ',
    'debian login: ',
    'Password: ',
    '# ',
    '/ # ',
    'root@host:~# ',
    '$ ',
    'done.',
    'started',
    'debian login: [   T12] ',
  ])('is found behind %j', (before) => {
    expect(read(before + HEAD)).toBe(HEAD)
  })

  test.each(['DE', 'DEBUG: ', '"', "='", '12:', 'text=', '# echo ', 'a quoted ', '(', '[    1.000000] done.'])(
    'is none behind %j',
    (before) => expect(read(before + HEAD)).toBeUndefined(),
  )

  test('is no report when nothing follows', () => {
    expect(readSplats(`login: ${HEAD}\nlogin: \n`)).toEqual([])
    expect(readSplats('# Kernel panic - not syncing: x\nend\n')).toEqual([])
  })

  test('is none where the kernel prints time stamps', () => {
    const log = `[    1.000000] random: crng init done\nlogin: ${HEAD}\nCall Trace:\n foo+0x1/0x2\n`
    expect(readSplats(log)).toEqual([])
  })
})

/** The log of a corpus file, cut behind its line `last`. */
const cut = (name: string, last: number): string =>
  `${readCorpus(name).log.toString('latin1').split('\n').slice(0, last).join('\n')}\n`

test.each([
  ['kasan/x86-workload-output-inside-6.6.log', 50],
  ['lockdep/x86-at-lines-last-4.14.log', 40],
  ['warning/arm64-mixed-whole-stacks-5.15.log', 15],
  ['warning/x86-condition-6.19.log', 22],
  ['oops/arm32-register-information-5.15.log', 45],
  ['hung-task/x86-newline-in-name-5.15.log', 12],
  ['ubsan/x86-signed-overflow-5.10.log', 6],
])('%s, cut behind line %i, is corrupted', (name, last) => {
  const splats = readSplats(cut(name, last))
  expect(splats.length).toBeGreaterThan(0)
  expect(splats.map(({ corrupted }) => corrupted)).not.toContain(null)
})

test('a report of one line does not end the report around it', () => {
  const splats = readSplats(readCorpus('kasan/x86-one-liner-inside-6.6.log').log)
  expect(splats.map(({ kind }) => kind)).toEqual(['slab-use-after-free', 'netdev', 'bad-rss'])
  expect(splats[0]?.freeStack.length).toBeGreaterThan(0)
})

describe('two reports whose lines are mixed', () => {
  const A = [
    'BUG: sleeping function called from invalid context at mm/slab.h:1',
    'CPU: 0 PID: 11 Comm: a Not tainted 6.6.0 #1',
  ]
  const B = ['BUG: scheduling while atomic: b/22/0x2', 'CPU: 1 PID: 22 Comm: b Not tainted 6.6.0 #1']
  const stack = (name: string): string[] => [
    'Call Trace:',
    ` ${name}+0x1/0x20`,
    ' entry_SYSCALL_64_after_hwframe+0x1/0x20',
  ]
  const read = (lines: readonly string[]) =>
    readSplats(lines.map((line, index) => `[    1.${String(index).padStart(6, '0')}] ${line}\n`).join(''))

  test('are told apart where each stack follows its task', () => {
    const splats = read([A[0]!, B[0]!, A[1]!, ...stack('first_fn'), B[1]!, ...stack('second_fn')])
    expect(splats.map((splat) => [splat.task, splat.function, splat.corrupted])).toEqual([
      ['a', 'first_fn', null],
      ['b', 'second_fn', null],
    ])
  })

  test('lose their stacks where both tasks come before them', () => {
    const splats = read([A[0]!, B[0]!, A[1]!, B[1]!, ...stack('first_fn'), ...stack('second_fn')])
    expect(splats.map((splat) => [splat.task, splat.function, splat.corrupted])).toEqual([
      ['a', null, 'interleaved with another report'],
      ['b', null, 'interleaved with another report'],
    ])
  })

  test('lose their stacks where one begins inside the other', () => {
    const [call, fn, end] = stack('first_fn')
    const splats = read([A[0]!, A[1]!, call!, B[0]!, B[1]!, fn!, ...stack('second_fn'), end!])
    expect(splats.map((splat) => [splat.function, splat.corrupted])).toEqual([
      [null, 'interleaved with another report'],
      [null, 'interleaved with another report'],
    ])
  })

  test('are apart where one follows the other', () => {
    const splats = read([...A, ...stack('first_fn'), ...B, ...stack('second_fn')])
    expect(splats.map((splat) => [splat.function, splat.corrupted])).toEqual([
      ['first_fn', null],
      ['second_fn', null],
    ])
  })
})
