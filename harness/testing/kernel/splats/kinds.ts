// SPDX-License-Identifier: MIT
import type { Splat } from '../../../splat/index.ts'

/** A fault that zsharness_canary plants, and how its reports must be read. */
export interface Kind {
  readonly name: string
  /** `family/kind` of each report that it must make, in order; where kernels differ, every name that one of them has. */
  readonly reports: readonly (readonly string[])[]
  /** Which function each of them blames; by default that of the fault. */
  readonly function?: string
  /** It ends the boot, or lockdep, which reports once, or the kernel goes on to report it: no other can be in its boot. */
  readonly alone?: 'fatal' | 'lockdep' | 'lasting'
  /** Only here. */
  readonly arch?: string
  /** Such a report of the same function may follow on some kernels. */
  readonly again?: string
  /** Not on this kernel, of all architectures or of one: its own code breaks the rule before, or it says nothing. */
  readonly notOn?: string
  /** On some kernels the stack has another function in place of that of the fault: the report names none, and says why. */
  readonly mayLackName?: true
}

const kind = (name: string, ...reports: readonly string[]): Kind => ({
  name,
  reports: reports.map((one) => one.split(' ')),
})

const USE_AFTER_FREE = 'kasan/use-after-free kasan/slab-use-after-free'
const SLAB_OOB = 'kasan/slab-out-of-bounds'
const DOUBLE_FREE = 'kasan/double-free kasan/invalid-free'

/** Every kind, in an order in which one boot can plant all that are not alone. */
export const KINDS: readonly Kind[] = [
  // The one lockdep report of the boot; RCU's needs lockdep and leaves it on.
  kind('rcu-usage', 'lockdep/rcu-usage'),
  kind('circular', 'lockdep/circular'),
  ...['recursive', 'inconsistent', 'unlock-balance', 'held-freed', 'held-exit'].map(
    (name): Kind => ({ ...kind(name, `lockdep/${name}`), alone: 'lockdep' }),
  ),
  { ...kind('wait-context', 'lockdep/wait-context'), alone: 'lockdep', notOn: '6.1' },
  // Lockdep comes first, and then the spinlock's own check is silent.
  { ...kind('spin-magic', 'lockdep/non-static-key'), alone: 'lockdep' },
  kind('sleeping', 'bug/sleeping'),
  kind('atomic-schedule', 'bug/scheduling-atomic'),
  { ...kind('work-leaked', 'bug/other'), function: 'canary_leak_atomic', alone: 'lasting' },
  kind('warn-on', 'warning/warn'),
  kind('warn-once', 'warning/warn'),
  kind('warn-text', 'warning/warn'),
  kind('list-add', 'list/add'),
  kind('list-double-add', 'list/add'),
  kind('list-del', 'list/del'),
  kind('ref-inc', 'refcount/use-after-free'),
  kind('ref-underflow', 'refcount/underflow'),
  kind('ref-saturated', 'refcount/saturated'),
  kind('ref-leak', 'refcount/leak'),
  kind('shift', 'ubsan/shift-out-of-bounds'),
  kind('index', 'ubsan/array-index-out-of-bounds'),
  kind('free-active', 'odebug/lifecycle'),
  kind('init-active', 'odebug/lifecycle'),
  // KASAN comes first on some kernels, and once more for the copy itself.
  kind('copy-out', `usercopy/exposure ${SLAB_OOB}`),
  { ...kind('copy-in', `usercopy/overwrite ${SLAB_OOB}`), again: SLAB_OOB },
  // Since 6.12 a WARN about the field comes first.
  { ...kind('fortify', 'kernel-bug/bug warning/warn'), mayLackName: true },
  kind('uaf-read', USE_AFTER_FREE),
  kind('slab-oob', SLAB_OOB),
  kind('helper-oob', SLAB_OOB),
  kind('double-free', DOUBLE_FREE),
  kind('invalid-free', 'kasan/invalid-free'),
  kind('global-oob', 'kasan/global-out-of-bounds'),
  kind('stack-oob', 'kasan/stack-out-of-bounds'),
  kind('vmalloc-oob', 'kasan/vmalloc-out-of-bounds'),
  kind('wild-access', 'kasan/wild-memory-access', 'oops/general-protection oops/paging-request'),
  kind('kasan-null', 'kasan/null-ptr-deref', 'oops/null-deref'),
  kind('user-memory', 'kasan/user-memory-access', 'oops/paging-request oops/user-access'),
  kind('bad-page', 'bug/bad-page-state'),
  kind('redzone', 'slab/redzone'),
  kind('remaining', 'slab/remaining'),
  kind('null-read', 'oops/null-deref'),
  kind('paging-request', 'oops/paging-request'),
  kind('non-canonical', 'oops/general-protection oops/paging-request'),
  kind('null-call', 'oops/null-deref'),
  { ...kind('exec-data', 'oops/exec'), function: 'code_in_data' },
  kind('read-only', 'oops/paging-request oops/read-only'),
  kind('bug', 'kernel-bug/bug'),
  kind('bug-on', 'kernel-bug/bug'),
  kind('invalid-opcode', 'oops/invalid-opcode'),
  { ...kind('divide', 'oops/divide-error'), arch: 'x86_64' },
  { ...kind('user-access', 'oops/paging-request oops/user-access'), arch: 'x86_64' },
  { ...kind('breakpoint', 'oops/int3 oops/fault'), alone: 'fatal' },
  {
    ...kind('stack-overflow', 'oops/stack-overflow panic/stack'),
    ...{ function: 'canary_recurse', alone: 'fatal', notOn: '6.1 arm64' },
  },
  { ...kind('stack-smash', 'panic/stack'), alone: 'fatal' },
  { ...kind('panic-thread', 'panic/other'), alone: 'fatal', mayLackName: true },
  // A stall is known by its entry.
  { ...kind('rcu-stall', 'rcu-stall/self'), function: 'zsharness_canary_init', alone: 'fatal' },
  { ...kind('soft-lockup', 'soft-lockup/stuck'), function: 'zsharness_canary_init', alone: 'fatal' },
  { ...kind('hung-task', 'hung-task/blocked'), alone: 'fatal' },
]

const blamed = ({ name, function: given }: Kind): string => given ?? `canary_${name.replaceAll('-', '_')}`

const blames = ({ function: name, corrupted }: Splat, one: Kind): boolean =>
  (name === blamed(one) && corrupted === null) || (one.mayLackName === true && name === null && corrupted !== null)

const fits = (splat: Splat, allowed: readonly string[], one: Kind): boolean =>
  allowed.includes(`${splat.family}/${splat.kind}`) && blames(splat, one)

/** Whether it belongs to the fault, after the reports that it must make. */
const mayFollow = (splat: Splat, one: Kind): boolean =>
  splat.consequenceOf !== null || (one.again !== undefined && fits(splat, [one.again], one))

const shown = ({ family, kind: what, function: name, corrupted }: Splat): string =>
  `${family}/${what} in ${name}${corrupted === null ? '' : `, corrupted: ${corrupted}`}`

/** Why these reports are not those of the kind; undefined when they are. What they cause may follow. */
export const wrongIn = (one: Kind, splats: readonly Splat[]): string | undefined => {
  const right = one.reports.every((allowed, index) => {
    const splat = splats[index]
    return splat !== undefined && fits(splat, allowed, one)
  })
  const extra = splats.slice(one.reports.length).filter((splat) => !mayFollow(splat, one))
  if (right && (extra.length === 0 || one.alone === 'lasting')) return undefined
  return `${one.name}: ${splats.map(shown).join('; ') || 'nothing'}; expected ${one.reports.map((of) => of.join(' or ')).join(', then ')} in ${blamed(one)}`
}
