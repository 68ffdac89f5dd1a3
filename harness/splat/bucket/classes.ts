// SPDX-License-Identifier: MIT

/** What follows the class in the name of a bucket. */
export type Subject =
  /** The blamed function. */
  | 'function'
  /** The words of the title: no function is to blame, or the one that prints it is chance. */
  | 'text'
  /** The words of the title, then the blamed function: one function may have several such checks. */
  | 'text-function'
  /** The two racing functions. */
  | 'race'
  /** The locks of the report, whichever of its tasks found it. */
  | 'locks'
  | 'nothing'

interface Class {
  readonly subject: Subject
  /** The kinds of reports in which the same bug shows: `family/kind`, or `family` for all of its kinds. */
  readonly of: readonly string[]
}

const by = (subject: Subject, ...of: readonly string[]): Class => ({ subject, of })

/**
 * What is wrong, whoever says so. Reports share a class when one bug can show as either: by another detector, kernel
 * version or architecture, or because the bug depends on timing.
 */
export const classes = {
  // x86 has no separate sentence for user memory and read-only memory; whether an address is canonical is chance.
  'null-deref': by('function', 'oops/null-deref', 'kasan/null-ptr-deref', 'ubsan/null-ptr-deref'),
  'wild-access': by(
    'function',
    ...['paging-request', 'general-protection', 'stack-segment', 'user-access', 'read-only'].map(
      (kind) => `oops/${kind}`,
    ),
    ...['kasan/wild-memory-access', 'kasan/user-memory-access', 'kfence/invalid'],
  ),
  'use-after-free': by(
    'function',
    ...['kasan/use-after-free', 'kasan/slab-use-after-free', 'kfence/use-after-free', 'kmsan/use-after-free'],
  ),
  'out-of-bounds': by(
    'function',
    ...['kasan/slab-out-of-bounds', 'kasan/vmalloc-out-of-bounds', 'kasan/out-of-bounds', 'kfence/out-of-bounds'],
  ),
  'global-out-of-bounds': by('function', 'kasan/global-out-of-bounds'),
  'stack-out-of-bounds': by('function', 'kasan/stack-out-of-bounds', 'kasan/alloca-out-of-bounds'),
  'use-after-scope': by('function', 'kasan/use-after-scope'),
  // Up to 6.0 KASAN has one sentence for both, as KFENCE still has.
  'invalid-free': by(
    'function',
    ...['kasan/double-free', 'kasan/invalid-free', 'kfence/invalid-free', 'slab/double-free'],
  ),
  'tag-mismatch': by('function', 'kasan/invalid-access'),
  'bad-access': by('function', 'kasan/unknown-crash'),
  'data-race': by('race', 'kcsan/data-race'),
  'race-assert': by('race', 'kcsan/assert'),
  'uninit-value': by('function', 'kmsan/uninit-value'),
  infoleak: by('function', 'kmsan/infoleak'),
  'array-index-out-of-bounds': by('function', 'ubsan/array-index-out-of-bounds', 'oops/bounds'),
  'shift-out-of-bounds': by('function', 'ubsan/shift-out-of-bounds'),
  'integer-overflow': by('function', 'ubsan/integer-overflow'),
  'divide-error': by('function', 'ubsan/divide-error', 'oops/divide-error'),
  'object-size-mismatch': by('function', 'ubsan/object-size-mismatch'),
  'misaligned-access': by('function', 'ubsan/misaligned-access', 'oops/alignment'),
  'invalid-load': by('function', 'ubsan/invalid-load'),
  unreachable: by('function', 'ubsan/unreachable'),
  'undefined-behaviour': by('function', 'ubsan/undefined'),
  'memory-leak': by('function', 'kmemleak/leak'),
  'memory-leaks': by('nothing', 'kmemleak/suspected'),
  // The cycle is one bug, whichever of its locks was taken last.
  'lock-order': by('locks', 'lockdep/circular'),
  'irq-lock-order': by('locks', 'lockdep/irq-inversion'),
  'irq-lock-use': by('locks', 'lockdep/inconsistent'),
  'lock-recursion': by('function', 'lockdep/recursive'),
  'lock-held-freed': by('function', 'lockdep/held-freed'),
  'lock-unbalanced': by('function', 'lockdep/unlock-balance'),
  'lock-held-exit': by('function', 'lockdep/held-exit'),
  'lock-wait-context': by('function', 'lockdep/wait-context'),
  'lock-key': by('function', 'lockdep/non-static-key'),
  'lock-limits': by('text', 'lockdep/limits'),
  lock: by('text-function', 'lockdep/other'),
  'rcu-usage': by('function', 'lockdep/rcu-usage'),
  // Which watchdog is first depends on their settings and on luck.
  'cpu-stall': by(
    'function',
    'rcu-stall/self',
    'rcu-stall/detected',
    'rcu-stall/expedited',
    'soft-lockup',
    'hard-lockup/nmi',
  ),
  'rcu-tasks-stall': by('function', 'rcu-stall/tasks'),
  'unknown-nmi': by('nothing', 'hard-lockup/unknown-nmi'),
  'workqueue-lockup': by('function', 'workqueue-lockup'),
  'task-hang': by('function', 'hung-task'),
  'list-corruption': by('function', 'list'),
  // How far the count was off is chance.
  refcount: by('function', 'refcount'),
  'usercopy-exposure': by('function', 'usercopy/exposure'),
  'usercopy-overwrite': by('function', 'usercopy/overwrite'),
  'debug-object': by('function', 'odebug'),
  redzone: by('function', 'slab/redzone', 'kfence/memory-corruption'),
  poison: by('function', 'slab/poison'),
  freelist: by('function', 'slab/freelist'),
  'slab-objects-left': by('function', 'slab/remaining'),
  'slab-corruption': by('function', 'slab/corruption'),
  exec: by('function', 'oops/exec'),
  'invalid-opcode': by('function', 'oops/invalid-opcode'),
  segment: by('function', 'oops/segment'),
  'control-flow': by('function', 'oops/control-flow'),
  int3: by('function', 'oops/int3'),
  'double-fault': by('function', 'oops/double-fault'),
  'stack-overflow': by('function', 'oops/stack-overflow'),
  'bad-mode': by('function', 'oops/bad-mode'),
  serror: by('function', 'oops/serror'),
  'external-abort': by('function', 'oops/external-abort'),
  fault: by('function', 'oops/fault'),
  'kernel-bug': by('function', 'kernel-bug', 'oops/bug-trap'),
  'bad-page': by('function', 'bug/bad-page-state'),
  'bad-page-map': by('function', 'bug/bad-page-map'),
  'bad-rss': by('text', 'bug/bad-rss'),
  'scheduling-atomic': by('function', 'bug/scheduling-atomic'),
  sleeping: by('function', 'bug/sleeping'),
  preemptible: by('function', 'bug/preemptible'),
  'stack-end': by('function', 'bug/stack-end'),
  'busy-inodes': by('text', 'bug/busy-inodes'),
  netdev: by('nothing', 'bug/netdev'),
  bug: by('text-function', 'bug/other', 'bug/spinlock'),
  warning: by('function', 'warning'),
  swap: by('text', 'swap'),
  'oom-kill': by('nothing', 'oom/kill'),
  'oom-kill-memcg': by('nothing', 'oom/memcg'),
  // The stack is of the task that happened to notice.
  panic: by(
    'text',
    ...['init-killed', 'fatal-exception', 'on-warn', 'lockup', 'no-root', 'oom', 'sysrq', 'hardware', 'other'].map(
      (kind) => `panic/${kind}`,
    ),
  ),
  'stack-corruption': by('text-function', 'panic/stack'),
  'unexpected-reboot': by('nothing', 'unexpected-reboot'),
  'no-output': by('nothing', 'no-output'),
  'lost-guest': by('nothing', 'lost-guest'),
} satisfies Readonly<Record<string, Class>>

const ofKind = new Map<string, readonly [name: string, subject: Subject]>(
  Object.entries(classes).flatMap(([name, { of, subject }]) => of.map((kind) => [kind, [name, subject]] as const)),
)

/** The class of a kind of report. One that this zsharness does not know, of another version, has its own. */
export const classOf = (family: string, kind: string): readonly [name: string, subject: Subject] =>
  ofKind.get(`${family}/${kind}`) ?? ofKind.get(family) ?? [`${family}-${kind}`, 'function']

/** The subject of a class by its name. */
export const subjectOf = (name: string): Subject | undefined =>
  Object.hasOwn(classes, name) ? classes[name as keyof typeof classes].subject : undefined
