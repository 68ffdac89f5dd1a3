// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { parseCrossing, parseFrame } from './frame.ts'

test.each<[line: string, name: string | undefined]>([
  // 32-bit arm
  ['[<c0112a38>] (unwind_backtrace) from [<c010cf50>] (show_stack+0x10/0x14)', 'unwind_backtrace'],
  ['[<c0112a38>] (foo_probe [foo]) from [<bf00cf50>] (foo_init+0x10/0x14 [foo])', 'foo_probe'],
  ['[<c0112a38>] (foo_probe) from [<00000000>] (0x0)', 'foo_probe'],
  ['foo_probe from foo_init+0x10/0x14', 'foo_probe'],
  ['foo_probe [foo] from foo_init+0x10/0x14 [foo]', 'foo_probe'],
  ['foo_probe from foo_init (drivers/foo.c:12)', 'foo_probe'],
  ['packet from host', undefined],
  ['interrupt from device lost', undefined],
  ['data from 0x1000 to 0x2000', undefined],
  ['bytes from foo (2 of 3)', undefined],
  // English and lists of modules
  ['Modules linked in: foo bar [last unloaded: baz]', undefined],
  ['in preemptible [00000000] code: init/1', undefined],
])('%s', (line, name) => {
  expect(parseFrame(line)?.function).toBe(name)
})

test.each<[line: string, isGuess: boolean]>([
  ['? foo+0x1/0x2', true],
  ['[<ffffffff8146a1c3>] ? foo+0x1/0x2', true],
  ['[c00000000a6bb0b0] [c000000000b4c3c8] foo+0x74/0xa8 (unreliable)', true],
  ['[c00000000a6bb0b0] [c000000000b4c3c8] foo+0x74/0xa8 [kvm] (unreliable)', true],
  ['[c00000000a6bb0b0] [c000000000b4c3c8] foo+0x74/0xa8', false],
  ['foo+0x1/0x2 (P)', false],
])('%s is a guess of the unwinder: %s', (line, isGuess) => {
  expect(parseFrame(line)).toMatchObject({ function: 'foo', unreliable: isGuess })
})

test('the place of a function is behind those of the calls inlined into it', () => {
  expect(parseFrame('foo (include/linux/list.h:12 mm/foo.c:30)')?.location).toBe('mm/foo.c:30')
  expect(parseFrame('foo (mm/foo.c:30 (discriminator 2))')?.location).toBe('mm/foo.c:30')
})

test.each<[line: string, name: string | undefined]>([
  ['--- interrupt: 700 at foo+0x9c/0x120', 'foo'],
  ['--- interrupt: 700 at foo+0x9c/0x120 [kvm_hv]', 'foo'],
  ['--- Exception: 300 at foo+0x9c/0x120', 'foo'],
  ['--- interrupt: c00 at 0x7fff9a3c2de4', undefined],
  ['--- interrupt: 900', undefined],
])('%s', (line, name) => {
  const crossing = parseCrossing(line)
  expect(crossing).toBeDefined()
  expect(crossing?.frame?.function).toBe(name)
})

test('another line of dashes crosses nothing', () => {
  expect(parseCrossing('---[ end trace 0000000000000000 ]---')).toBeUndefined()
  expect(parseCrossing('--- cut here ---')).toBeUndefined()
})
