// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'
import { armHeads, stack } from './oops-heads/arm.ts'
import { exceptions } from './oops-heads/exceptions.ts'
import { faults } from './oops-heads/faults.ts'
import { numbered } from './oops-heads/numbered.ts'

/** Faults and exceptions in kernel code, on any architecture. */
export const oops: Family = {
  name: 'oops',
  kinds: {
    'null-deref': 'access near address 0',
    'paging-request': 'access to an unmapped address',
    'general-protection': 'x86 general protection fault, mostly a non-canonical address',
    'user-access': 'kernel touched user memory outside its accessors',
    'read-only': 'write to read-only memory',
    exec: 'execution of memory that is not executable',
    'divide-error': 'division by zero or overflow',
    'invalid-opcode': 'instruction that the CPU does not know',
    'stack-segment': 'x86 stack segment fault',
    segment: 'x86 segment or TSS fault',
    alignment: 'misaligned access or stack pointer',
    bounds: 'index outside the bounds that an x86 BOUND instruction checks',
    'control-flow': 'CFI, CET, BTI or pointer authentication failure',
    int3: 'unexpected breakpoint',
    'double-fault': 'fault while handling a fault',
    'stack-overflow': 'kernel stack ran into its guard page',
    'bad-mode': 'exception that the architecture code does not expect',
    serror: 'arm64 asynchronous system error',
    'external-abort': 'error response from the bus',
    'bug-trap': 'BUG() whose first line was lost',
    fault: 'any other fault',
  },
  heads: [...faults, ...exceptions, ...armHeads, ...stack, ...numbered].map((head) => ({ blame: 'trap', ...head })),
}
