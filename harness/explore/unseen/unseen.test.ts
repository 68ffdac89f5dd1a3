// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { readInstructions } from '../../kernel/points/instructions.ts'
import { keptBranches, linesLeftOut, markBranches, withoutComments } from './branches.ts'
import { isUninstrumented } from './functions.ts'
import {
  changesIn,
  haveCode,
  haveCodeOrCondition,
  type KnownLines,
  rangesOf,
  removedUnseen,
  uninstrumenting,
} from './hunks.ts'
import { preprocessCommand } from './preprocess.ts'
import { unexploredUsers } from './users.ts'

const text = (...lines: readonly string[]): string => lines.join('\n')

describe('branches of the preprocessor', () => {
  const SOURCE = text(
    '#ifdef CONFIG_A', // 1
    'a;',
    '#if X && \\',
    '  Y /* and', // 4
    '   Z */',
    'b;', // 6
    '#elif W',
    'c;', // 8
    '#endif',
    '#else',
    'd;', // 11
    '#endif',
    '/* #ifdef CONFIG_B */',
    'e;', // 14
  )
  const marked = markBranches(SOURCE)
  const marks = (...ids: readonly number[]) => keptBranches(ids.map((id) => `zsharness_branch_${id}`))

  test('begin behind their directives, however long these are', () => {
    const lines = marked.text.split('\n')
    expect(lines[1]).toBe('zsharness_branch_0')
    expect(lines.slice(5, 8)).toEqual(['   Z */', 'zsharness_branch_1', 'b;'])
    expect(
      marked.text
        .split('\n')
        .filter((line) => !line.startsWith('zsharness'))
        .join('\n'),
    ).toBe(SOURCE)
    expect(marked.branches).toHaveLength(4)
  })

  test.each<[string, readonly number[], readonly number[]]>([
    ['all of the first', [0, 1], [8, 11]],
    ['the second within', [0, 2], [6, 11]],
    ['the other', [3], [2, 6, 8]],
    ['none', [], [2, 6, 8, 11]],
  ])('that are not kept leave their lines out: %s', (_name, kept, left) =>
    expect(linesLeftOut([2, 6, 8, 11, 14], marked.branches, marks(...kept))).toEqual(left),
  )

  test('are none in comments', () => {
    expect(withoutComments(['a /* b', '#if', 'c */ d // e', 'f /* g */ h'])).toEqual(['a ', '', ' d ', 'f  h'])
    expect(markBranches('/*\n#if X\n#endif\n*/\n').branches).toEqual([])
  })
})

describe("kbuild's command", () => {
  test('becomes one that preprocesses', () => {
    const command =
      'gcc -Wp,-MMD,mm/.a.o.d -I../include -D\'X="y"\' -c -o mm/a.o ../mm/a.c  ; ./tools/objtool/objtool mm/a.o'
    expect(preprocessCommand(command, '../mm/a.c')).toBe('gcc  -I../include -D\'X="y"\' -E -P -iquote ../mm -x c')
    expect(preprocessCommand('true', '../mm/a.c')).toBeUndefined()
  })
})

describe('changes', () => {
  const DIFF = text(
    '--- a/file',
    '+++ b/file',
    '@@ -10,2 +10,3 @@ f()',
    '-old;',
    '--- gone;',
    '+new;',
    '+++ more;',
    '+/* x; */',
    '@@ -20 +21,0 @@',
    '-removed();',
    '@@ -0,0 +30 @@',
    '+added();',
    '',
  )

  test('are read with the places of what is added and removed', () =>
    expect(changesIn(DIFF)).toEqual([
      { at: 10, added: [10, 11, 12], addedText: ['new;', '++ more;', '/* x; */'], removedText: ['old;', '-- gone;'] },
      { at: 22, added: [], addedText: [], removedText: ['removed();'] },
      { at: 30, added: [30], addedText: ['added();'], removedText: [] },
    ]))

  test.each<[readonly string[], boolean]>([
    [['x = 1;'], true],
    [['#define X do { y; } while (0)'], false],
    [['/* x;', 'y; */'], false],
    [['static inline void f(int a) {}'], false],
    [[], false],
  ])('%j has code: %s', (lines, has) => expect(haveCode(lines)).toBe(has))

  test.each<[readonly string[], boolean]>([
    [['\tif (!a)'], true],
    [['\t    b && c)'], true],
    [['x;'], true],
    [['static inline void f(int a,', '\t\tint b) {}'], false],
    [['#define X 1'], false],
    [['/* x', 'y */', '\t}', ''], false],
  ])('%j has code or a part of a condition: %s', (lines, has) => expect(haveCodeOrCondition(lines)).toBe(has))

  test('in a few words', () => expect(rangesOf([5, 3, 4, 9])).toBe('3-5, 9'))
})

describe('what is removed', () => {
  // The lines of the new file; a digit at the end of one says that it has code: 1 ran, 0 did not.
  const fileOf = (...lines: readonly string[]) => {
    const known: KnownLines = new Map(
      lines.flatMap((line, index) => {
        const [, ran, name = 'f'] = /([01])(?: (\w))?$/.exec(line) ?? []
        return ran === undefined ? [] : [[index + 1, { ran: ran === '1', functions: new Set([name]) }] as const]
      }),
    )
    return { known, texts: lines.map((line) => line.replace(/[01](?: \w)?$/, '')) }
  }
  const change = (at: number, removed: string, added: readonly number[] = []) => ({
    ...{ at, added, addedText: added.map(() => '/* nothing */'), removedText: [removed] },
  })

  test.each<[string, ReturnType<typeof change>, readonly string[], boolean]>([
    ['after a line that ran', change(2, '\tx();'), ['\ta();1', '\tb();0'], false],
    ['before a line that ran', change(2, '\tx();'), ['\ta();0', '\tb();1'], false],
    ['between lines that did not run', change(2, '\tx();'), ['\ta();0', '\tb();0'], true],
    ['as all that a block had', change(2, '\t\tx();'), ['\tif (a) {1', '\t}', '\tb();1'], true],
    [
      'as all that follows an else',
      change(4, '\t\tx();'),
      ['\tif (a)1', '\t\ty();1', '\telse {', '\t}', '\tb();1'],
      true,
    ],
    ['behind a block', change(3, '\tx();'), ['\tif (a)1', '\t\ty();1', '\tb();0'], false],
    ['behind a label', change(3, '\tx();'), ['\ta();1', 'out:', '\tb();0'], true],
    ['behind a blank line', change(3, '\tx();'), ['\ta();1', '', '\tb();0'], false],
    ['for a comment', change(2, '\tx();', [2]), ['\ta();0', '\t/* x */', '\tb();0'], true],
    ['for code', change(2, '\tx();', [2]), ['\ta();0', '\ty();0', '\tb();0'], false],
    ['and is a comment', change(2, '\t/* x(); */'), ['\ta();0', '\tb();0'], false],
    ['between functions', change(2, 'int x;'), ['\ta();0 f', '\tb();0 g'], false],
  ])('%s', (_name, one, lines, is) => {
    const { known, texts } = fileOf(...lines)
    expect(removedUnseen([one], known, texts)).toEqual(is ? [one.at] : [])
  })
})

test.each([
  ['static __no_kcsan int f(void)', '__no_kcsan'],
  ['noinstr void f(void)', 'noinstr'],
  ['__attribute__((no_sanitize("thread")))', 'no_sanitize'],
  ['static void __no_sanitize_coverage f(void)', '__no_sanitize_coverage'],
  ['/* __no_kcsan */', undefined],
  ['int my_noinstr_;', undefined],
])('%s takes code out of instrumentation: %s', (line, word) => {
  const found = uninstrumenting([{ at: 7, added: [7], addedText: [line], removedText: [] }])
  expect(found).toEqual(word === undefined ? [] : [[7, word]])
})

describe('a function without calls at its accesses', () => {
  const code = (...lines: readonly string[]) =>
    readInstructions('x86_64', lines.map((line, index) => `  40100${index}:\t${line}`).join('\n'))

  test.each<[string, readonly string[], boolean]>([
    ['reads through a pointer', ['mov    0x18(%rdi),%eax', 'ret'], true],
    ['reads with an index', ['mov    (%rax,%rbx,8),%rax', 'ret'], true],
    ['tells of it', ['call   402000 <__tsan_read8>', 'mov    0x18(%rdi),%eax', 'ret'], false],
    ['tells of atomics', ['call   402000 <__kcsan_check_access>', 'lock incl (%rdi)', 'ret'], false],
    ['counts its blocks only', ['call   402000 <__sanitizer_cov_trace_pc>', 'mov    %eax,(%rdi)', 'ret'], true],
    ['uses its stack', ['mov    -0x8(%rbp),%eax', 'mov    0x8(%rsp),%rax', 'ret'], false],
    ['uses a constant', ['mov    0x2000(%rip),%eax        # 403000 <x>', 'ret'], false],
    ['uses per-CPU data', ['incl   %gs:0x0(%rip)', 'mov    %gs:(%rax),%rbx', 'ret'], false],
    ['computes an address', ['lea    0x18(%rdi),%rax', 'nopw   0x0(%rax,%rax,1)', 'ret'], false],
  ])('%s', (_name, lines, is) => expect(isUninstrumented(code(...lines))).toBe(is))
})

test.each<[readonly string[], string | undefined]>([
  [['mm/zsmalloc.c', 'mm/zswap.c'], undefined],
  [['mm/zsmalloc.c', 'drivers/block/zram/zram_drv.c'], 'a.h for drivers/block/zram/zram_drv.c'],
  [['mm/zsmalloc.c', 'include/b.h', 'mm/c.c'], 'a.h for include/b.h and 1 more'],
  [['mm/swap.c'], 'a.h'],
  [[], 'a.h'],
])('a header that %j include is unexplored as %s', (users, expected) =>
  expect(unexploredUsers('a.h', users, ['mm/zsmalloc.o', 'mm/zswap.o'])).toBe(expected),
)
