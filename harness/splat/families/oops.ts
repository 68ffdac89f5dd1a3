// SPDX-License-Identifier: MIT
import type { Family, Head } from '../family.ts'

const NULL_DEREF = 'BUG: unable to handle kernel NULL pointer dereference in {fn}'
const PAGING = 'BUG: unable to handle kernel paging request in {fn}'

const lowAddress = (address: string | undefined): boolean =>
  address !== undefined && BigInt(`0x${address.replace(/^0x/, '')}`) < 4096n

const faultKind = (match: RegExpExecArray): string => (lowAddress(match[1]) ? 'null-deref' : 'paging-request')

/** Page faults: the first line of the report on each architecture. */
const faults: readonly Head[] = [
  {
    word: 'NULL pointer dereference',
    re: /^BUG: unable to handle kernel NULL pointer dereference/,
    kind: 'null-deref',
    title: NULL_DEREF,
  },
  {
    word: 'NULL pointer dereference',
    re: /^BUG: [kK]ernel NULL pointer dereference/,
    kind: 'null-deref',
    title: NULL_DEREF,
  },
  {
    word: 'unable to handle',
    re: /^BUG: unable to handle (?:kernel )?paging request/,
    kind: 'paging-request',
    title: PAGING,
  },
  {
    word: 'unable to handle',
    re: /^BUG: unable to handle page fault for address: ([0-9a-f]+)/,
    kind: faultKind,
    title: (match) => (lowAddress(match[1]) ? NULL_DEREF : PAGING),
  },
  {
    word: 'unable to handle',
    re: /^BUG: unable to handle kernel (?!NULL|paging)/,
    kind: 'fault',
    title: 'BUG: unable to handle kernel fault in {fn}',
  },
  {
    word: 'Unable to handle',
    re: /^BUG: Unable to handle kernel (?:data access|instruction fetch|unaligned)/i,
    kind: 'paging-request',
    title: PAGING,
  },
  {
    word: 'NULL pointer dereference',
    re: /^(?:CPU \d+ )?Unable to handle kernel NULL pointer dereference/,
    kind: 'null-deref',
    title: NULL_DEREF,
  },
  {
    word: 'Unable to handle',
    re: /^Unable to handle kernel access to user memory/,
    kind: 'user-access',
    title: 'BUG: unable to handle kernel access to user memory in {fn}',
  },
  {
    word: 'Unable to handle',
    re: /^Unable to handle kernel write to read-only memory/,
    kind: 'read-only',
    title: 'BUG: unable to handle kernel write to read-only memory in {fn}',
  },
  {
    word: 'Unable to handle',
    re: /^Unable to handle kernel execut(?:e from non-executable|ion of (?:user|non-executable)) memory/,
    kind: 'exec',
    title: 'BUG: unable to handle kernel execute from non-executable memory in {fn}',
  },
  {
    word: 'Unable to handle',
    re: /^(?:CPU \d+ )?Unable to handle kernel (?:paging request|read from unreadable|pointer dereference|unaligned|data access|address)/,
    kind: 'paging-request',
    title: PAGING,
  },
  {
    word: 'Unable to handle',
    re: /^(?:CPU \d+ )?Unable to handle kernel /,
    kind: 'fault',
    title: 'BUG: unable to handle kernel fault in {fn}',
  },
]

const EXC = String.raw`(?:: (?:[0-9a-f]{1,16})(?: ilc:\d+)? (?:\[#\d+\]))`
const exception = (name: string, kind: string, title: string): Head => ({
  word: name,
  re: new RegExp(String.raw`^(?:traps: )?(?:Oops: )?${name}(?:[^:]*|, [^\n]*?)${EXC}`),
  kind,
  title,
  layer: 'report',
})

/** Exceptions that x86 names on the line that carries the Oops number. */
const exceptions: readonly Head[] = [
  {
    word: 'general protection fault',
    re: /^(?:traps: )?(?:Oops: )?general protection fault(?:: [0-9a-f]{4} \[#|,|\b.*\[#\d+\])/,
    kind: 'general-protection',
    title: 'general protection fault in {fn}',
  },
  exception('divide error', 'divide-error', 'divide error in {fn}'),
  exception('stack segment', 'stack-segment', 'stack segment fault in {fn}'),
  exception('segment not present', 'segment', 'segment not present in {fn}'),
  exception('invalid TSS', 'segment', 'invalid TSS in {fn}'),
  exception('alignment check', 'alignment', 'alignment check in {fn}'),
  exception('control protection', 'control-flow', 'control protection fault in {fn}'),
  exception('int3: ', 'int3', 'int3 in {fn}'),
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

/** Exceptions that arm64 and arm tell before the registers. */
const armHeads: readonly Head[] = [
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
    re: /^Unhandled (?:fault|prefetch abort):? /,
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

const stack: readonly Head[] = [
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

const internalKind = (match: RegExpExecArray): string => {
  const what = match[1] ?? ''
  if (/BUG/.test(what)) return 'bug-trap'
  if (/undefined instruction/i.test(what)) return 'invalid-opcode'
  if (/external abort/i.test(what)) return 'external-abort'
  if (/bad mode/i.test(what)) return 'bad-mode'
  if (/SError/i.test(what)) return 'serror'
  if (/BTI|FPAC|CFI/.test(what)) return 'control-flow'
  if (/alignment/i.test(what)) return 'alignment'
  if (/stack overflow/i.test(what)) return 'stack-overflow'
  return 'fault'
}

const internalTitle = (match: RegExpExecArray): string => {
  const titles: Record<string, string> = {
    'invalid-opcode': 'invalid opcode in {fn}',
    'external-abort': 'external abort in {fn}',
    'bad-mode': 'bad mode in {fn}',
    serror: 'SError in {fn}',
    'control-flow': 'control protection fault in {fn}',
    alignment: 'alignment fault in {fn}',
    'stack-overflow': 'BUG: stack guard page was hit in {fn}',
    'bug-trap': 'kernel BUG in {fn}',
  }
  return titles[internalKind(match)] ?? 'Internal error in {fn}'
}

/** The line with the Oops number, when another line has already said what it is; alone when that line is lost. */
const numbered: readonly Head[] = [
  {
    word: 'Internal error',
    re: /^Internal error: (.*?):? ?(?:[0-9a-f]{1,16} )?\[#\d+\]/,
    kind: internalKind,
    title: internalTitle,
    layer: 'trap',
  },
  {
    word: ['Oops: ', 'Oops[#', 'Oops [#', 'Oops - '],
    re: /^(?:Oops: )?Oops(?: - [\w ]+)?(?:: (?:[0-9a-f]{4,16}|[A-Z][\w ,]+?)(?: ilc:\d+)?)? ?\[#\d+\]/,
    kind: 'fault',
    title: 'Oops in {fn}',
    layer: 'trap',
  },
  {
    word: 'Oops: ',
    re: /^Oops: (?:Kernel access of bad area|Exception in kernel mode|Bad kernel stack pointer|Machine check).*sig: \d+ \[#\d+\]/,
    kind: 'fault',
    title: 'Oops in {fn}',
    layer: 'trap',
  },
  {
    word: ' ilc:',
    re: /^(?:[a-z][a-z -]+ exception|illegal operation|addressing exception|fixpoint divide exception): [0-9a-f]{4} ilc:\d+ \[#\d+\]/,
    kind: 'fault',
    title: 'Oops in {fn}',
    layer: 'trap',
  },
]

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
    'control-flow': 'CFI, CET, BTI or pointer authentication failure',
    int3: 'breakpoint nobody asked for',
    'double-fault': 'fault while handling a fault',
    'stack-overflow': 'kernel stack ran into its guard page',
    'bad-mode': 'exception that the architecture code does not expect',
    serror: 'arm64 asynchronous system error',
    'external-abort': 'error answer from the bus',
    'bug-trap': 'BUG() whose first line is lost',
    fault: 'any other fault',
  },
  heads: [...faults, ...exceptions, ...armHeads, ...stack, ...numbered].map((head) => ({ blame: 'trap', ...head })),
}
