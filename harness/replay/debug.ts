// SPDX-License-Identifier: MIT
import { wholeNumber } from '../lib/text/quantity.ts'
import { UsageError } from '../model/errors.ts'
import type { ArchName, CellResult } from '../model/results.ts'
import type { DebugHow } from '../run/debug.ts'

/** The flags of `replay` that debug a boot or repeat it, not yet parsed. */
export interface DebugFlags {
  readonly gdb?: boolean
  readonly atSplat?: boolean
  readonly shell?: boolean
  readonly dump?: boolean
  readonly untilFail?: string
}

/** What the flags ask for. */
export interface DebugWish {
  readonly how: DebugHow | null
  readonly dump: boolean
  /** Boots at most; null for one, whatever its verdict. */
  readonly untilFail: number | null
}

const MOST_BOOTS = 10_000

const howOf = ({ gdb, atSplat, shell }: DebugFlags): DebugHow | null => {
  const asked = [gdb && 'gdb', atSplat && 'at-splat', shell && 'shell'].filter((one) => typeof one === 'string')
  const [how, other] = asked as readonly DebugHow[]
  if (other) throw new UsageError(`--${how} and --${other} cannot be combined`, 'give one of them')
  return how ?? null
}

/** What the flags ask for; a UsageError when they contradict each other. */
export const debugWish = (flags: DebugFlags): DebugWish => {
  const how = howOf(flags)
  const untilFail = flags.untilFail === undefined ? null : wholeNumber('--until-fail', flags.untilFail, 1, MOST_BOOTS)
  if (how !== null && untilFail !== null)
    throw new UsageError(
      `--${how} and --until-fail cannot be combined: a boot that is debugged is not judged, so it never fails`,
      'repeat the boots first; then debug the cell that fails',
    )
  if (flags.dump && (how === 'gdb' || how === 'shell'))
    throw new UsageError(
      `--dump and --${how} cannot be combined: --dump writes the memory when the cell fails or stops at a report`,
      'leave one of them out, or give --at-splat --dump',
    )
  return { how, dump: flags.dump === true, untilFail }
}

/** The programs that can be the gdb for a guest, the preferred one first. */
export const gdbsFor = (arch: ArchName, host: ArchName): readonly string[] =>
  arch === host ? ['gdb', 'gdb-multiarch'] : ['gdb-multiarch']

/** Whether no further boot is worth it: the kernel failed, or the host did. */
export const endsSearch = ({ verdict }: Pick<CellResult, 'verdict'>): boolean =>
  verdict === 'fail' || verdict === 'error'

/** `2 of 10 boots passed, then one failed`. */
export const describeRepeated = (cells: readonly Pick<CellResult, 'verdict'>[], most: number): string => {
  const count = (verdict: CellResult['verdict']): number => cells.filter((one) => one.verdict === verdict).length
  const last = cells.at(-1)
  const undecided = count('inconclusive')
  const ofThese = `${count('pass')} of ${cells.length} ${cells.length === 1 ? 'boot' : 'boots'} passed`
  const and = undecided === 0 ? '' : `, ${undecided} inconclusive`
  if (last && endsSearch(last)) return `${ofThese}${and}; number ${cells.length} ended with ${last.verdict}`
  return `${ofThese}${and}; none of ${most} failed`
}

/** The exit code of repeated boots: that of the worst. */
export const exitOfRepeated = (codes: readonly number[]): number => {
  const order = [1, 3, 4]
  return order.find((code) => codes.includes(code)) ?? codes.at(-1) ?? 0
}
