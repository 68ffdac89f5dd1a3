// SPDX-License-Identifier: MIT
import type { Head } from '../../family.ts'

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

/** The line with the Oops number: it follows the line that names the fault, and stands alone when that one was lost. */
export const numbered: readonly Head[] = [
  {
    word: 'Internal error',
    re: /^Internal error: (.*?):? ?(?:[0-9a-f]{1,16} )?\[#\d+\]/,
    kind: internalKind,
    title: internalTitle,
    layer: 'trap',
  },
  {
    word: 'in kernel code[#',
    re: /^(?:Reserved|Break) instruction in kernel code\[#\d+\]/,
    kind: 'invalid-opcode',
    title: 'invalid opcode in {fn}',
    layer: 'trap',
  },
  {
    word: 'kernel unaligned',
    re: /^Unhandled kernel unaligned access\[#\d+\]/,
    kind: 'alignment',
    title: 'alignment fault in {fn}',
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
