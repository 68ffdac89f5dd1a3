// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { ArchName } from '../../model/results.ts'
import { type Instruction, instructionRefusal, readInstructions } from './instructions.ts'

const one = (arch: ArchName, code: string): Instruction =>
  readInstructions(arch, `ffffffff81239330 <zs_free>:\nffffffff81239330:\t${code}\n`)[0]!

test.each<[ArchName, string, Instruction['flow'], bigint | undefined]>([
  ['x86_64', 'call   ffffffff813fee90 <_raw_spin_lock>', 'call', 0xffffffff813fee90n],
  ['x86_64', 'callq\t0xffffffff813fee90 <_raw_spin_lock>', 'call', 0xffffffff813fee90n],
  ['x86_64', 'call   *0x8(%r12)', 'call', undefined],
  ['x86_64', 'call   *0x1234(%rip)        # ffffffff82087348 <ops>', 'call', undefined],
  ['x86_64', 'jmp    ffffffff81239400 <zs_free+0xd0>', 'jump', 0xffffffff81239400n],
  ['x86_64', 'bnd jmp ffffffff81239400 <zs_free+0xd0>', 'jump', 0xffffffff81239400n],
  ['x86_64', 'notrack jmp *%rax', 'jump', undefined],
  ['x86_64', 'jne    ffffffff81239400 <zs_free+0xd0>', 'branch', 0xffffffff81239400n],
  ['x86_64', 'jle,pn ffffffff81239400 <zs_free+0xd0>', 'branch', 0xffffffff81239400n],
  ['x86_64', 'ret', 'return', undefined],
  ['x86_64', 'lock addq $0x1,0xe4ea6a(%rip)        # ffffffff820863e0 <__gcov0.zs_free>', 'none', undefined],
  ['x86_64', 'rep stos %rax,%es:(%rdi)', 'none', undefined],
  ['arm64', 'bl\tffffffc0081daf90 <__asan_load4>', 'call', 0xffffffc0081daf90n],
  ['arm64', 'blr\tx2', 'call', undefined],
  ['arm64', 'b\tffffffc0081daf90 <zs_free>', 'jump', 0xffffffc0081daf90n],
  ['arm64', 'br\tx16', 'jump', undefined],
  ['arm64', 'b.hi\tffffffc0081fdc68 <zs_free+0x428>  // b.pmore', 'branch', 0xffffffc0081fdc68n],
  ['arm64', 'tbnz\tw0, #3, ffffffc0081fdc68 <zs_free+0x428>', 'branch', 0xffffffc0081fdc68n],
  ['arm64', 'ret', 'return', undefined],
  ['arm64', 'adrp\tx4, ffffffc008513000 <kallsyms_token_index+0x638>', 'none', undefined],
])('%s: %s', (arch, code, flow, target) => expect(one(arch, code)).toMatchObject({ flow, target }))

test('headings and other lines are no instructions', () =>
  expect(
    readInstructions('x86_64', '\nvmlinux:     file format elf64-x86-64\n\n\nffffffff81239330 <zs_free>:\n\t...\n'),
  ).toEqual([]))

describe('kprobes refuse', () => {
  const refusals = (arch: ArchName, ...codes: string[]): readonly (string | undefined)[] => {
    const code = codes.map((text) => one(arch, text))
    return code.map((_, index) => instructionRefusal(arch, code, index))
  }
  test('the instructions of an exclusive load and store, and those between', () =>
    expect(
      refusals(
        'arm64',
        'prfm\tpstl1strm, [x5]',
        'ldaxr\tw1, [x5]',
        'eor\tw4, w1, w0',
        'stxr\tw4, w2, [x5]',
        'cmp\tw3, w1',
      ),
    ).toEqual([
      undefined,
      expect.stringContaining('exclusive'),
      expect.stringContaining('exclusive'),
      expect.stringContaining('exclusive'),
      undefined,
    ]))
  test.each<[ArchName, string]>([
    ['arm64', 'brk\t#0x800'],
    ['arm64', 'msr\tdaif, x0'],
    ['x86_64', 'ud2'],
    ['x86_64', 'call   ffffffff81600000 <__SCT__might_resched>'],
  ])('%s: %s', (arch, code) => expect(refusals(arch, code)).toEqual([expect.any(String)]))
  test.each<[ArchName, string]>([
    ['arm64', 'mrs\tx21, sp_el0'],
    ['x86_64', 'nop'],
  ])('but not %s: %s', (arch, code) => expect(refusals(arch, code)).toEqual([undefined]))
})
