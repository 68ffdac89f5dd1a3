// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { lanes } from '../guest/lanes.ts'
import type { Context } from '../model/events.ts'
import type { CellResult, Found, LaneName, Tried } from '../model/results.ts'
import type { BuiltCell } from './builtcell.ts'
import { type CellOutcome, runCell, STOP_AT_REPORT } from './cell.ts'
import { bestOf, failsMostly, nextSet, withBoot } from './minimise.ts'

type Minimised = NonNullable<Found['minimised']>

/** Lanes besides the one of the failure in which it is tried, and searches in each. */
const MOST_LANES = 2
const MOST_SEARCHES = 3
const SEARCH_S = 60
const TRY_S = 30

// Another bug of the same kernel must not count as this one.
const isSameFailure = (first: CellResult, cell: CellResult): boolean => {
  const [of] = first.findings.filter(({ known }) => !known)
  const own = cell.findings.filter(({ known }) => !known)
  if (of?.signature === true) return own.some(({ signature }) => signature)
  return own.some(({ oracle, kind }) => oracle === of?.oracle && kind === of.kind)
}

const secondsOf = ({ exposure }: CellResult): number =>
  exposure?.lanes.reduce((sum, { seconds }) => sum + seconds, 0) ?? 0

type Settings = BuiltCell['settings']

/** Further boots of one kernel, each in a folder of its own below the cell's. */
class Boots {
  readonly #inputs: BuiltCell
  readonly #first: CellResult
  readonly #context: Context
  #count = 0

  constructor(inputs: BuiltCell, first: CellResult, context: Context) {
    this.#inputs = inputs
    this.#first = first
    this.#context = context
  }

  async #boot(settings: Partial<Settings>, what: string): Promise<CellResult> {
    this.#count += 1
    const dir = join(this.#inputs.dir, 'minimise', `${this.#count}`)
    await mkdir(dir, { recursive: true })
    this.#context.emit({ type: 'note', scope: this.#context.scope, level: 'info', text: `trying ${what}` })
    const outcome = await runCell(
      { ...this.#inputs, dir, settings: { ...this.#inputs.settings, ...settings } },
      this.#context,
    )
    return outcome.cell
  }

  /** Tries points in a lane, fewer first, and before them the workload alone. */
  async fewest(lane: LaneName, holds: readonly string[], known: readonly Tried[] = []): Promise<Minimised> {
    const { added } = this.#inputs.settings
    let tried = known
    for (let set = nextSet(holds, tried); set !== undefined; set = nextSet(holds, tried)) {
      const settings = {
        ...{ lanes: [lane], durationS: TRY_S, amplify: set.length > 0 },
        added: {
          ...{ ...added, search: false, holds: [...set], workloadS: TRY_S },
          // As in the search, and nothing more is to be seen.
          parameters: [STOP_AT_REPORT, ...added.parameters],
        },
      }
      const cell = await this.#boot(settings, `lane ${lane} with ${set.join(' and ') || 'the workload alone'}`)
      tried = withBoot(tried, set, isSameFailure(this.#first, cell) ? secondsOf(cell) : null)
    }
    return { lane, best: bestOf(tried) ?? null, alone: tried.find(({ holds: set }) => set.length === 0)! }
  }

  /** Searches again, in one lane and with another seed. */
  async search(lane: LaneName, round: number): Promise<Found | null> {
    const { seed, added } = this.#inputs.settings
    const settings = {
      ...{ lanes: [lane], durationS: SEARCH_S, seed: `${BigInt(seed) + BigInt(1000 * round)}` },
      added: { ...added, workloadS: SEARCH_S },
    }
    const cell = await this.#boot(settings, `lane ${lane} with another search`)
    return isSameFailure(this.#first, cell) ? cell.found : null
  }
}

/** Where the workload alone does not always fail, the points that matter can be told from the others. */
const inOtherLanes = async (boots: Boots, others: readonly LaneName[]): Promise<Minimised | undefined> => {
  for (const lane of others.slice(0, MOST_LANES)) {
    const { alone } = await boots.fewest(lane, [])
    for (let round = 1; !failsMostly(alone) && round <= MOST_SEARCHES; round += 1) {
      const found = await boots.search(lane, round)
      const fewest = found && (await boots.fewest(lane, found.armed, [alone]))
      if (fewest?.best) return fewest
    }
  }
  return undefined
}

// A program of the user may be the only one that reaches the bug.
const othersThan = (lane: LaneName): readonly LaneName[] =>
  lane === 'workload'
    ? []
    : lanes
        .filter(({ meetsBug }) => meetsBug)
        .flatMap(({ name }) => (name === lane || name === 'workload' ? [] : [name]))

/** Boots the kernel with ever more of the points that were armed when it failed, and adds the fewest that bring it. */
export const minimise = async (inputs: BuiltCell, first: CellOutcome, context: Context): Promise<CellOutcome> => {
  const { found } = first.cell
  if (found === null) return first
  const boots = new Boots(inputs, first.cell, context)
  const here = await boots.fewest(found.lane, found.armed)
  const minimised = failsMostly(here.alone) ? ((await inOtherLanes(boots, othersThan(found.lane))) ?? here) : here
  return { ...first, cell: { ...first.cell, found: { ...found, minimised } } }
}
