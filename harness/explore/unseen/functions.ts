// SPDX-License-Identifier: MIT
import type { Instruction } from '../../kernel/points/instructions.ts'

const INSTRUMENTED = /<(?:__tsan_|__kcsan_)/
// Through a pointer: not the stack, per-CPU data or a constant.
const THROUGH_POINTER = /(?<![%\w]):?-?(?:0x[0-9a-f]+)?\(%r(?!sp\b|bp\b|ip\b)\w+/

const isAccess = ({ mnemonic, operands, flow }: Instruction): boolean =>
  flow === 'none' &&
  !/^(?:lea|nop|data16|cs nop|prefetch)/.test(mnemonic) &&
  !/%[gf]s:/.test(operands) &&
  THROUGH_POINTER.test(operands)

/** Whether a function touches memory through a pointer, and no call tells of any access. */
export const isUninstrumented = (code: readonly Instruction[]): boolean =>
  code.some(isAccess) && !code.some(({ flow, operands }) => flow !== 'none' && INSTRUMENTED.test(operands))
