// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { Guilty } from '../../splat/index.ts'
import { aSplat } from '../../testing/runs.ts'
import { defines } from './definitions.ts'
import { type TreeAnswers, withGuilty } from './guilty.ts'
import { parseMaintainer } from './maintainers.ts'

test.each([
  [
    'Ann Other <ann@example.org> (maintainer:FOO BAR)',
    { name: 'Ann Other', email: 'ann@example.org', role: 'maintainer:FOO BAR' },
  ],
  [
    '"Other, Ann" <ann@example.org> (reviewer:FOO (BAR))',
    { name: 'Other, Ann', email: 'ann@example.org', role: 'reviewer:FOO (BAR)' },
  ],
  [
    'Ann (at work) <ann@example.org> (supporter:X)',
    { name: 'Ann (at work)', email: 'ann@example.org', role: 'supporter:X' },
  ],
  ['list@example.org (open list:FOO)', { name: null, email: 'list@example.org', role: 'open list:FOO' }],
  ['list@example.org (open list)', { name: null, email: 'list@example.org', role: 'open list' }],
  ['list@example.org', { name: null, email: 'list@example.org', role: '' }],
  ['Possible unintended interpolation of @foo in string at x line 3.', undefined],
  ['scripts/get_maintainer.pl: no such file', undefined],
  ['@', undefined],
  ['', undefined],
])('a line of get_maintainer.pl: %s', (line, expected) => expect(parseMaintainer(line)).toEqual(expected))

describe('a source defines a function', () => {
  test.each<[string, string, string, boolean]>([
    ['on one line', 'foo', 'static int foo(struct a *a)\n{\n', true],
    ['with its type on the line before', 'foo', 'static struct b *\nfoo(int a,\n    int (*b)(void))\n{\n', true],
    ['with attributes', 'foo', 'void foo(struct a *a)\n\t__releases(&a->lock)\n{\n', true],
    ['as a pointer', 'foo', 'struct b *foo(void)\n{\n', true],
    ['as a system call', '__x64_sys_foo', 'SYSCALL_DEFINE2(foo, int, a, int, b)\n{\n', true],
    ['as a system call without arguments', '__do_sys_foo', 'SYSCALL_DEFINE0(foo)\n{\n', true],
    ['in assembly', 'foo', 'SYM_FUNC_START(foo)\n\tret\n', true],
    ['not by a declaration', 'foo', 'int foo(struct a *a);\n', false],
    ['not by a declaration of several lines', 'foo', 'int foo(struct a *a,\n\tint b);\n\nint bar(void)\n{\n', false],
    ['not by a call', 'foo', 'int bar(void)\n{\n\tfoo(1);\n}\n', false],
    ['not by a call in a condition', 'foo', 'int bar(int a)\n{\n\tif (a && foo(1)) {\n', false],
    ['not another with its name in it', 'foo', 'int foo_bar(void)\n{\n}\nint my_foo(void)\n{\n', false],
    ['not another system call', '__x64_sys_foo', 'SYSCALL_DEFINE1(foobar, int, a)\n{\n', false],
    ['not by a macro', 'foo', '#define foo(a) \\\n{ a }\n', false],
  ])('%s', (_, name, text, expected) => expect(defines(text, name)).toBe(expected))

  test('in time that does not grow with the square of the file', () => {
    const text = 'int foo(a'.repeat(100_000)
    const started = performance.now()
    expect(defines(text, 'foo')).toBe(false)
    expect(performance.now() - started).toBeLessThan(20_000)
  })
})

const ann = { name: 'Ann Other', email: 'ann@example.org', role: 'maintainer:FOO' }
const tree = (part: Partial<TreeAnswers> = {}): TreeAnswers => ({
  isFile: async (path) => path === 'mm/zsmalloc.c' || path === 'mm/zswap.c',
  definitions: async () => new Map([['obj_to_location', ['mm/zswap.c']]]),
  maintainers: async (file) =>
    file === 'mm/zsmalloc.c' ? { maintainers: [ann] } : { reason: 'perl is not installed' },
  ...part,
})
const at = (location: string | null) => aSplat({ frames: aSplat().frames.map((frame) => ({ ...frame, location })) })
const guiltyOf = async (splat: ReturnType<typeof aSplat>, answers = tree()): Promise<Guilty | null> =>
  (await withGuilty([splat], answers))[0]!.guilty

test.each<[string, ReturnType<typeof aSplat>, Partial<TreeAnswers>, Partial<Guilty> | null]>([
  [
    'the source line of its frame',
    at('mm/zsmalloc.c:901'),
    {},
    { file: 'mm/zsmalloc.c', from: 'stack', maintainers: [ann], reason: null },
  ],
  [
    'the same below the folder of a build',
    at('/home/me/kernel/mm/zsmalloc.c:901'),
    {},
    { file: 'mm/zsmalloc.c', from: 'stack' },
  ],
  [
    'a file that the tree has not',
    at('mm/gone.c:1'),
    {},
    { file: 'mm/gone.c', maintainers: null, reason: 'the tree has no mm/gone.c' },
  ],
  ['no file outside of the tree', at('../../etc/zswap.c:1'), { isFile: async () => true }, { file: 'etc/zswap.c' }],
  [
    'a search of the tree',
    at(null),
    {},
    { file: 'mm/zswap.c', from: 'tree', maintainers: null, reason: 'perl is not installed' },
  ],
  [
    'code before a header',
    at(null),
    { definitions: async () => new Map([['obj_to_location', ['include/a.h', 'mm/zsmalloc.c']]]) },
    { file: 'mm/zsmalloc.c', maintainers: [ann] },
  ],
  [
    'nothing where several files define it',
    at(null),
    { definitions: async () => new Map([['obj_to_location', ['a.c', 'b.c']]]) },
    { file: null, maintainers: null, reason: 'obj_to_location is defined in 2 files: a.c, b.c' },
  ],
  [
    'nothing where no file does',
    at(null),
    { definitions: async () => new Map() },
    { file: null, reason: 'the tree does not define obj_to_location' },
  ],
  [
    'nothing where the search failed',
    at(null),
    { definitions: async () => 'grep was stopped after 120 s' },
    { file: null, reason: 'the search of the tree failed: grep was stopped after 120 s' },
  ],
  ['nothing without a function', { ...at('mm/zsmalloc.c:1'), function: null }, {}, null],
])('the file to blame is %s', async (_, splat, answers, expected) => {
  const guilty = await guiltyOf(splat, tree(answers))
  if (expected === null) expect(guilty).toBeNull()
  else expect(guilty).toMatchObject(expected)
})

test('each file is asked once, and a log of many files asks for the first ones only', async () => {
  let asked = 0
  const answers = tree({
    isFile: async () => true,
    maintainers: async () => {
      asked += 1
      return { maintainers: [ann] }
    },
  })
  const twice = await withGuilty([at('mm/zsmalloc.c:1'), at('mm/zsmalloc.c:2')], answers)
  expect([asked, twice.map(({ guilty }) => guilty?.maintainers?.length)]).toEqual([1, [1, 1]])
  const many = await withGuilty(
    Array.from({ length: 30 }, (__, n) => at(`mm/f${n}.c:1`)),
    answers,
  )
  expect(asked).toBe(21)
  expect(many.at(-1)?.guilty?.reason).toContain('only the maintainers of the first 20 files')
})
