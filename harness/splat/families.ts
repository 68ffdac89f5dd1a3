// SPDX-License-Identifier: MIT
import { bug } from './families/bug.ts'
import { hardLockup } from './families/hard-lockup.ts'
import { hungTask } from './families/hung-task.ts'
import { kasan } from './families/kasan.ts'
import { kcsan } from './families/kcsan.ts'
import { kernelBug } from './families/kernel-bug.ts'
import { kfence } from './families/kfence.ts'
import { kmemleak } from './families/kmemleak.ts'
import { kmsan } from './families/kmsan.ts'
import { list } from './families/list.ts'
import { lockdep } from './families/lockdep.ts'
import { lostGuest, noOutput, unexpectedReboot } from './families/machine.ts'
import { odebug } from './families/odebug.ts'
import { oom } from './families/oom.ts'
import { oops } from './families/oops.ts'
import { panic } from './families/panic.ts'
import { rcuStall } from './families/rcu-stall.ts'
import { refcount } from './families/refcount.ts'
import { slab } from './families/slab.ts'
import { softLockup } from './families/soft-lockup.ts'
import { swap } from './families/swap.ts'
import { ubsan } from './families/ubsan.ts'
import { usercopy } from './families/usercopy.ts'
import { warning } from './families/warning.ts'
import { workqueueLockup } from './families/workqueue-lockup.ts'
import type { Family, Head } from './family.ts'
import { byLead } from './patterns.ts'

/** Every family; special ones come before general ones that would also match. */
export const families: readonly Family[] = [
  kasan,
  kfence,
  kcsan,
  kmsan,
  ubsan,
  kmemleak,
  lockdep,
  rcuStall,
  softLockup,
  hardLockup,
  workqueueLockup,
  hungTask,
  list,
  refcount,
  usercopy,
  odebug,
  slab,
  oops,
  kernelBug,
  bug,
  warning,
  swap,
  oom,
  panic,
  unexpectedReboot,
  noOutput,
  lostGuest,
]

/** A message that is a header line, with the head that it matches. */
export interface HeadMatch {
  readonly family: Family
  readonly head: Head
  readonly match: RegExpExecArray
  readonly kind: string
}

const wordsOf = (head: Head): readonly string[] => (typeof head.word === 'string' ? [head.word] : head.word)

const table = families.flatMap((family) => family.heads.map((head) => ({ family, head, words: wordsOf(head) })))

/** Each header line holds at least one of these literals. */
export const headWords: readonly string[] = [...new Set(table.flatMap(({ words }) => words))]

const headsFor = byLead(table, ({ head }) => head.re)

// No header line of the kernel is longer.
const MAX_HEAD = 1024

/** The first head that a message matches; special families come first. */
export const matchHead = (message: string): HeadMatch | undefined => {
  // What is behind it is not the kernel's, or is another message whose line end was lost.
  const text = message.length > MAX_HEAD ? message.slice(0, MAX_HEAD) : message
  for (const { family, head, words } of headsFor(text)) {
    if (!words.some((word) => text.includes(word))) continue
    const match = head.re.exec(text)
    if (match === null) continue
    return { family, head, match, kind: typeof head.kind === 'string' ? head.kind : head.kind(match) }
  }
  return undefined
}
