// SPDX-License-Identifier: MIT
import type { Family, Head } from '../family.ts'

const head = (word: string, text: string, kind: string, title: string, more: Partial<Head> = {}): Head => ({
  word,
  // Up to 4.11 the same sentences are in `[ INFO: … ]` or `[ BUG: … ]`.
  re: new RegExp(String.raw`^(?:\[ ?)?(?:WARNING|INFO|BUG): ${text}`),
  kind,
  title,
  ...more,
})

/** Reports of lockdep, of kernel/locking/lockdep.c. */
export const lockdep: Family = {
  name: 'lockdep',
  kinds: {
    circular: 'locks taken in an order that can deadlock',
    recursive: 'a lock taken again by its holder',
    inconsistent: 'lock used in and outside interrupts',
    'irq-inversion': 'interrupt-safe lock depends on an unsafe one',
    'held-freed': 'memory with a held lock was freed',
    'unlock-balance': 'unlock of a lock that is not held',
    'held-exit': 'task left the kernel or exited holding a lock',
    'rcu-usage': 'RCU data used without its protection',
    'wait-context': 'lock taken in a context that must not wait for it',
    'non-static-key': 'lock that was never initialised',
    limits: 'lockdep ran out of a table',
    other: 'any other lock misuse',
  },
  heads: [
    head('circular locking', 'possible circular locking dependency', 'circular', 'possible deadlock in {fn}', {
      blame: 'lock',
    }),
    head('recursive locking', 'possible recursive locking detected', 'recursive', 'possible deadlock in {fn}', {
      blame: 'lock',
    }),
    head('inconsistent lock state', 'inconsistent lock state', 'inconsistent', 'inconsistent lock state in {fn}', {
      blame: 'lock',
    }),
    head('irq lock inversion', 'possible irq lock inversion dependency', 'irq-inversion', 'possible deadlock in {fn}', {
      blame: 'lock',
    }),
    head(
      'lock order detected',
      String.raw`\S*-safe -> \S*-unsafe lock order detected`,
      'irq-inversion',
      'possible deadlock in {fn}',
      { blame: 'lock' },
    ),
    head('held lock freed', 'held lock freed!', 'held-freed', 'WARNING: held lock freed in {fn}'),
    head('unlock balance', 'bad unlock balance detected!', 'unlock-balance', 'WARNING: bad unlock balance in {fn}', {
      blame: 'lock',
    }),
    head('contention', 'bad contention detected!', 'unlock-balance', 'WARNING: bad contention in {fn}', {
      blame: 'lock',
    }),
    head('still has locks held', '.*still has locks held!', 'held-exit', 'WARNING: still has locks held in {fn}', {
      blame: 'holder',
    }),
    head(
      'when returning to user',
      'lock held when returning to user space!',
      'held-exit',
      'WARNING: lock held when returning to user space in {fn}',
      { blame: 'holder' },
    ),
    head('suspicious RCU usage', 'suspicious RCU usage', 'rcu-usage', 'WARNING: suspicious RCU usage in {fn}'),
    head('nvalid wait context', 'Invalid wait context', 'wait-context', 'BUG: Invalid wait context in {fn}', {
      blame: 'lock',
    }),
    head('ested lock was not', 'Nested lock was not taken', 'other', 'WARNING: nested lock was not taken in {fn}', {
      blame: 'lock',
    }),
    head(
      'non-static key',
      'trying to register non-static key',
      'non-static-key',
      'INFO: trying to register non-static key in {fn}',
    ),
    head('BUG: MAX_', '(MAX_\\w+) too low!?', 'limits', 'BUG: {1} too low!', { bare: true, blame: 'none' }),
    head(
      'BUG: key ',
      'key \\S+ (?:not in \\.data|has not been registered)!',
      'other',
      'BUG: lock key not registered in {fn}',
      { weak: true },
    ),
  ],
  patience: 60,
}
