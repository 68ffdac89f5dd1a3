// SPDX-License-Identifier: MIT
import type { Head } from '../../family.ts'

/** Exceptions that arm64 and arm print before the registers. */
export const armHeads: readonly Head[] = [
  { word: 'Bad mode in', re: /^Bad mode in .* handler detected/, kind: 'bad-mode', title: 'bad mode in {fn}' },
  {
    word: 'sync exception',
    re: /^Unhandled \d+-bit el\d[ht] \w+ exception/,
    kind: 'bad-mode',
    title: 'bad mode in {fn}',
  },
  { word: 'Unhandled exception', re: /^Unhandled exception/, kind: 'bad-mode', title: 'bad mode in {fn}', weak: true },
  { word: 'SError Interrupt', re: /^SError Interrupt on CPU\d+/, kind: 'serror', title: 'SError in {fn}' },
  {
    word: 'Unhandled fault',
    re: /^Unhandled (?:fault|prefetch abort): .*\(0x[0-9a-f]+\) at /,
    kind: 'external-abort',
    title: 'unhandled fault in {fn}',
  },
  {
    word: 'Insufficient stack space',
    re: /^Insufficient stack space to handle exception/,
    kind: 'stack-overflow',
    title: 'BUG: stack guard page was hit in {fn}',
  },
  {
    word: 'FAR_EL1 looks',
    re: /^Synchronous External Abort/,
    kind: 'external-abort',
    title: 'external abort in {fn}',
    weak: true,
  },
]

/** Stack overflows, on any architecture. */
export const stack: readonly Head[] = [
  {
    word: 'stack guard page',
    re: /^BUG: (?:\w+ )?stack guard page was hit/,
    kind: 'stack-overflow',
    title: 'BUG: stack guard page was hit in {fn}',
  },
  {
    word: 'kernel stack overflow',
    re: /^(?:Oops: )?kernel stack overflow \(.*\): /,
    kind: 'stack-overflow',
    title: 'BUG: stack guard page was hit in {fn}',
    layer: 'trap',
  },
  {
    word: 'stack guard page',
    re: /^(?:Oops: )?stack guard page: [0-9a-f]{4} \[#/,
    kind: 'stack-overflow',
    title: 'BUG: stack guard page was hit in {fn}',
    layer: 'trap',
  },
  {
    word: 'overran stack',
    re: /^Thread overran stack, or stack corrupted/,
    kind: 'stack-overflow',
    title: 'stack overrun in {fn}',
    layer: 'trap',
    weak: true,
  },
]
