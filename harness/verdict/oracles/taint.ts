// SPDX-License-Identifier: MIT
import { ofType, type Testimony } from '../../guest/records.ts'
import type { Finding } from '../../model/results.ts'
import type { Splat } from '../../splat/index.ts'
import { findingOf, type Observation } from '../observation.ts'

/** A taint flag that the kernel sets when it reports something, and the families of such reports. */
interface Flag {
  readonly bit: number
  readonly letter: string
  readonly what: string
  readonly families: readonly string[]
}

const DETECTORS = ['kasan', 'kfence', 'kmsan', 'slab', 'bug']
const CHECKS = ['list', 'refcount', 'usercopy', 'odebug', 'ubsan', 'bug', 'slab']

// Modules set others: the guest's own are out-of-tree (O) and perhaps unsigned (E).
const FLAGS: readonly Flag[] = [
  { bit: 4, letter: 'M', what: 'a machine check', families: ['oops', 'panic'] },
  { bit: 5, letter: 'B', what: 'a bad page or a memory error', families: DETECTORS },
  { bit: 7, letter: 'D', what: 'an oops', families: ['oops', 'kernel-bug', 'kasan', 'panic', ...CHECKS] },
  { bit: 9, letter: 'W', what: 'a warning', families: ['warning', 'lockdep', ...DETECTORS, ...CHECKS] },
  { bit: 14, letter: 'L', what: 'a soft lockup', families: ['soft-lockup', 'panic'] },
]

const valuesOf = ({ records }: Testimony) => ({
  atStart: ofType(records, 'hello')[0]?.taint ?? undefined,
  atEnd: ofType(records, 'end')[0]?.taint ?? undefined,
})

const isSet = (taint: number, bit: number): boolean => Math.floor(taint / 2 ** bit) % 2 === 1

const explained = ({ families }: Flag, splats: readonly Splat[]): boolean =>
  splats.some(({ family }) => families.includes(family))

/** Reports that the kernel's taint flags prove and its console does not show. */
export const taintFindings = ({ testimony, splats }: Observation): readonly Finding[] => {
  const { atStart = 0, atEnd = 0 } = valuesOf(testimony)
  return FLAGS.filter(({ bit }) => isSet(atStart, bit) || isSet(atEnd, bit))
    .filter((flag) => !explained(flag, splats))
    .map(({ letter, what }) =>
      findingOf('console', {
        kind: 'taint',
        title: `the kernel reported ${what} that its console does not show`,
        detail: `expected no taint ${letter} without a report, saw /proc/sys/kernel/tainted = ${atStart} at the start and ${atEnd} at the end`,
      }),
    )
}

/** Why the taint flags cannot be compared; undefined when they can. */
export const taintMissing = ({ testimony }: Observation): string | undefined => {
  const { atStart, atEnd } = valuesOf(testimony)
  if (atStart === undefined) return 'the guest did not read the taint flags at its start'
  return atEnd === undefined ? 'the guest did not read the taint flags at its end' : undefined
}
