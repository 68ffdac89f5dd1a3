// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../model/events.ts'
import type { CellResult, Found, Tried } from '../model/results.ts'
import { type BuiltCell, type CellOutcome, runCell } from './cell.ts'
import { bestOf, nextSet, withBoot } from './minimise.ts'

/** Seconds of a boot that tries hold points: some times what the search needed, within bounds. */
const tryS = ({ seconds }: Found): number => Math.round(Math.min(60, Math.max(20, 4 * seconds)))

const settingsFor = ({ settings }: BuiltCell, found: Found, holds: readonly string[]): BuiltCell['settings'] => ({
  ...settings,
  lanes: [found.lane],
  durationS: tryS(found),
  amplify: holds.length > 0,
  added: { ...settings.added, search: false, holds: [...holds], workloadS: tryS(found) },
})

// Another bug of the same kernel must not count as this one.
const isSameFailure = (first: CellResult, cell: CellResult): boolean => {
  const [of] = first.findings.filter(({ known }) => !known)
  return cell.findings.some(({ known, signature, oracle, kind }) =>
    !known && of?.signature === true ? signature : !known && oracle === of?.oracle && kind === of.kind,
  )
}

const secondsOf = ({ exposure }: CellResult): number =>
  exposure?.lanes.reduce((sum, { seconds }) => sum + seconds, 0) ?? 0

/** Boots the kernel with ever more of the points that were armed when it failed, and returns the fewest that bring it. */
export const minimise = async (inputs: BuiltCell, first: CellOutcome, context: Context): Promise<CellOutcome> => {
  const { found } = first.cell
  if (found === null) return first
  let tried: readonly Tried[] = []
  for (let holds = nextSet(found.armed, tried); holds !== undefined; holds = nextSet(found.armed, tried)) {
    const dir = join(inputs.dir, 'minimise', `${tried.reduce((sum, { boots }) => sum + boots, 1)}`)
    await mkdir(dir, { recursive: true })
    const what = holds.length === 0 ? 'the workload alone' : holds.join(' and ')
    context.emit({ type: 'note', scope: context.scope, level: 'info', text: `trying ${what}` })
    const { cell } = await runCell({ ...inputs, dir, settings: settingsFor(inputs, found, holds) }, context)
    tried = withBoot(tried, holds, isSameFailure(first.cell, cell) ? secondsOf(cell) : null)
  }
  const best = bestOf(tried)
  const alone = tried.find(({ holds }) => holds.length === 0)!
  const minimised = best ? { best, alone } : null
  return { ...first, cell: { ...first.cell, found: { ...found, minimised } } }
}
