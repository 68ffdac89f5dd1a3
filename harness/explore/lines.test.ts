// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { readInstructions } from '../kernel/points/instructions.ts'
import { countLines, ranIn } from './lines.ts'

const CODE = readInstructions(
  'x86_64',
  `
0000000000001000 <f>:
    1000:\tcall   2000 <__sanitizer_cov_trace_pc>
    1005:\ttest   %eax,%eax
    1007:\tje     1020 <f+0x20>
    1009:\tcall   2000 <__sanitizer_cov_trace_pc>
    100e:\tmov    %eax,%ebx
    1010:\tjmp    1030 <f+0x30>
    1020:\tcall   2000 <__sanitizer_cov_trace_pc>
    1025:\tcmp    $0x1,%eax
    1028:\tje     1030 <f+0x30>
    102a:\tud2
    1030:\tmov    %ebx,%eax
    1032:\tret
`,
)
const ran = (...returned: readonly number[]) =>
  [...ranIn(CODE, { returned: new Set(returned.map(BigInt)), pairs: [] })]
    .map(Number)
    .sort((a, b) => a - b)
    .map((one) => one.toString(16))

test('what a block counts ran from its first to its last instruction', () =>
  expect(ran(0x1005)).toEqual(['1000', '1005', '1007']))

test('a block that leads to one other only makes it run', () =>
  expect(ran(0x1005, 0x100e)).toEqual(['1000', '1005', '1007', '1009', '100e', '1010', '1030', '1032']))

test('the only way to a block ran before it', () =>
  expect(ran(0x1025)).toEqual(['1000', '1005', '1007', '1020', '1025', '1028']))

test('a branch proves neither of its ways', () => expect(ran(0x1005, 0x1025)).not.toContain('102a'))

test('no call returned: nothing ran, and a return address elsewhere proves nothing', () => {
  expect(ran()).toEqual([])
  expect(ran(0x1000, 0x1007, 0x5005)).toEqual([])
})

test('a loop is entered through what is before it, and its call alone is in the loop', () => {
  const loop = readInstructions(
    'x86_64',
    `
    1000:\tcmp    %eax,%ebx
    1002:\tje     1030 <f+0x30>
    1004:\txor    %ecx,%ecx
    1010:\tcall   2000 <x>
    1015:\tjne    1010 <f+0x10>
    1030:\tret
`,
  )
  const lines = (hasOneStart: boolean) =>
    [...ranIn(loop, { returned: new Set([0x1015n]), pairs: [] }, hasOneStart)].map(Number).sort()
  expect(lines(true)).toEqual([0x1000, 0x1002, 0x1004, 0x1010, 0x1015, 0x1030])
  expect(lines(false)).toEqual([0x1010, 0x1015])
})

test('a jump through a table may lead anywhere', () => {
  const code = readInstructions(
    'x86_64',
    `
    1000:\tjmp    *0x4000(,%rax,8)
    1010:\tje     1020 <f+0x20>
    1012:\tret
    1020:\tcall   2000 <x>
    1025:\tret
`,
  )
  expect([...ranIn(code, { returned: new Set([0x1025n]), pairs: [] })].map(Number)).toEqual([0x1020, 0x1025])
})

describe('a block between two that count', () => {
  const code = readInstructions(
    'x86_64',
    `
    1000:\tcall   2000 <__sanitizer_cov_trace_pc>
    1005:\tje     1009 <f+0x9>
    1007:\tmov    %eax,%ebx
    1009:\tcall   2000 <__sanitizer_cov_trace_pc>
    100e:\tjne    1020 <f+0x20>
    1010:\tmov    %eax,%ecx
    1012:\tjmp    1000 <f>
    1020:\tret
`,
  )
  const lines = (...pairs: readonly (readonly [bigint, bigint])[]) =>
    [...ranIn(code, { returned: new Set([0x1005n, 0x100en]), pairs })].map(Number)

  test('ran when there is no other way', () => expect(lines([0x100en, 0x1005n])).toContain(0x1010))
  test('may not have run when there is one', () => expect(lines([0x1005n, 0x100en])).not.toContain(0x1007))
  test('did not run by a pair to which no way leads, nor by one of other functions', () => {
    expect(lines([0x100en, 0x100en])).not.toContain(0x1010)
    expect(lines([0x9000n, 0x1005n])).not.toContain(0x1010)
    expect(lines()).not.toContain(0x1010)
  })
})

test('lines are counted over files', () =>
  expect(
    countLines([
      { file: 'a', lines: [{ line: 1, text: '', ran: true }] },
      { file: 'b', lines: [{ line: 1, text: '', ran: false }] },
    ]),
  ).toEqual({ executable: 2, executed: 1 }))
