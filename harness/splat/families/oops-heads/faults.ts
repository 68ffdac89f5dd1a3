// SPDX-License-Identifier: MIT
import type { Head } from '../../family.ts'

const NULL_DEREF = 'BUG: unable to handle kernel NULL pointer dereference in {fn}'
const PAGING = 'BUG: unable to handle kernel paging request in {fn}'

const lowAddress = (address: string | undefined): boolean =>
  address !== undefined && BigInt(`0x${address.replace(/^0x/, '')}`) < 4096n

const faultKind = (match: RegExpExecArray): string => (lowAddress(match[1]) ? 'null-deref' : 'paging-request')

/** Page faults: the first line of the report on each architecture. */
export const faults: readonly Head[] = [
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
    re: /^BUG: unable to handle page fault for address:(?: (?:0x)?([0-9a-f]+))?/,
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
  // parisc
  {
    word: ') at addr ',
    re: /^Kernel Fault: Code=\d{1,2} \([^()]{1,60}\) at addr [0-9a-f]{8}/,
    kind: 'fault',
    title: 'BUG: unable to handle kernel fault in {fn}',
  },
  {
    word: 'kernel tried to execute NX-protected',
    re: /^kernel tried to execute NX-protected page/,
    kind: 'exec',
    title: 'BUG: unable to handle kernel execute from non-executable memory in {fn}',
    layer: 'cause',
  },
  {
    word: 'unable to execute userspace code',
    re: /^unable to execute userspace code \(SMEP\?\)/,
    kind: 'exec',
    title: 'BUG: unable to handle kernel execution of user memory in {fn}',
    layer: 'cause',
  },
  // 4.19 prints the sentence in pieces, and so on several lines.
  {
    word: 'unable to handle',
    re: /^BUG: unable to handle kernel$/,
    kind: 'fault',
    title: 'BUG: unable to handle kernel fault in {fn}',
  },
  {
    word: 'NULL pointer dereference',
    re: /^NULL pointer dereference(?: at|$)/,
    kind: 'null-deref',
    title: NULL_DEREF,
    layer: 'cause',
    weak: true,
  },
  {
    word: 'paging request',
    re: /^paging request(?: at|$)/,
    kind: 'paging-request',
    title: PAGING,
    layer: 'cause',
    weak: true,
  },
]
