// SPDX-License-Identifier: MIT
import type { Head } from '../../family.ts'

const EXC = String.raw`(?:: (?:[0-9a-f]{1,16})(?: ilc:\d+)? (?:\[#\d+\]))`
const exception = (name: string, kind: string, title: string, word: Head['word'] = name): Head => ({
  word,
  re: new RegExp(String.raw`^(?:traps: )?(?:Oops: )?${name}(?:[^:]*|, [^\n]*?)${EXC}`),
  kind,
  title,
  layer: 'report',
})

/** Exceptions that x86 names on the line that carries the Oops number. */
export const exceptions: readonly Head[] = [
  {
    word: 'general protection fault',
    re: /^(?:traps: )?(?:Oops: )?(?:segment-related )?general protection fault(?:: [0-9a-f]{4} \[#|,|\b.*\[#\d+\])/,
    kind: 'general-protection',
    title: 'general protection fault in {fn}',
  },
  exception('divide[ _]error', 'divide-error', 'divide error in {fn}', ['divide error', 'divide_error']),
  exception('stack segment', 'stack-segment', 'stack segment fault in {fn}'),
  exception('segment not present', 'segment', 'segment not present in {fn}'),
  exception('invalid TSS', 'segment', 'invalid TSS in {fn}'),
  exception('bounds', 'bounds', 'bounds in {fn}', 'bounds: '),
  exception('alignment check', 'alignment', 'alignment check in {fn}'),
  exception('control protection', 'control-flow', 'control protection fault in {fn}'),
  exception('int3', 'int3', 'int3 in {fn}', 'int3: '),
  {
    word: 'invalid opcode',
    re: /^(?:traps: )?(?:Oops: )?invalid opcode(?:: [0-9a-f]{4} \[#|\b.*\[#\d+\])/,
    kind: 'invalid-opcode',
    title: 'invalid opcode in {fn}',
    layer: 'trap',
  },
  {
    word: 'double fault',
    re: /^(?:traps: )?PANIC: double fault/,
    kind: 'double-fault',
    title: 'PANIC: double fault in {fn}',
  },
  {
    word: 'double fault',
    re: /^(?:traps: )?(?:Oops: )?double fault: [0-9a-f]{4} \[#/,
    kind: 'double-fault',
    title: 'PANIC: double fault in {fn}',
    layer: 'trap',
  },
  {
    word: 'early exception',
    re: /^PANIC: early exception (?:0x)?[0-9a-f]+ /,
    kind: 'fault',
    title: 'PANIC: early exception in {fn}',
  },
  {
    word: 'Missing ENDBR',
    re: /^(?:traps: )?Missing ENDBR:/,
    kind: 'control-flow',
    title: 'control protection fault in {fn}',
    layer: 'cause',
  },
  {
    word: 'CFI failure',
    re: /^CFI failure (?:at|\()/,
    kind: 'control-flow',
    title: 'CFI failure in {fn}',
    layer: 'cause',
  },
]
