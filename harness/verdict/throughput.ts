// SPDX-License-Identifier: MIT
import { type CellResult, type LaneName, laneName, type Throughput } from '../model/results.ts'

type Cell = Pick<CellResult, 'verdict' | 'evidence' | 'waitShare'>

/** With more than this, the guest was slow because of the host; 0.2 were measured on an idle host with two CPUs. */
export const BUSY = 0.4

/** Why boots cannot be compared by how fast they were; undefined when they can. */
export const whyNotCompared = (cells: readonly Cell[]): string | undefined => {
  const most = Math.max(...cells.map(({ waitShare }) => waitShare ?? 0))
  if (most <= BUSY) return undefined
  return `how fast they write back was not compared, because the host was busy: QEMU waited for a CPU ${most.toFixed(1)} s of each second`
}

const FEWEST = 3
// Half of a 95 % interval in standard errors, for more than a few samples.
const ERRORS = 2

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** The square of the standard error of a mean, as a part of the mean. */
const errorOf = (values: readonly number[]): number => {
  const average = mean(values)
  const spread = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (values.length - 1)
  return spread / values.length / average ** 2
}

/**
 * How fast both kernels wrote back, in each lane of which both have enough seconds; nothing when a boot did not pass. The
 * noise is that of the seconds of these boots. Another load of the host in one of them would not be in it, so boots on a
 * busy host are not compared.
 */
export const throughputOf = (before: readonly Cell[], after: readonly Cell[]): readonly Throughput[] => {
  const cells = [...before, ...after]
  if (cells.some(({ verdict }) => verdict !== 'pass') || whyNotCompared(cells) !== undefined) return []
  const ratesIn = (cells: readonly Cell[], lane: string): readonly number[] =>
    cells.flatMap(({ evidence }) => evidence.lanes.filter((one) => one.lane === lane).flatMap(({ rates }) => rates))
  return laneName.options.flatMap((lane) => {
    const [old, now] = [ratesIn(before, lane), ratesIn(after, lane)]
    if (old.length < FEWEST || now.length < FEWEST || mean(old) === 0) return []
    const ratio = mean(now) / mean(old)
    const noise = mean(now) === 0 ? 0 : ERRORS * ratio * Math.sqrt(errorOf(old) + errorOf(now))
    return [
      {
        lane,
        before: { mean: mean(old), samples: old.length },
        after: { mean: mean(now), samples: now.length },
        change: ratio - 1,
        noise,
      },
    ]
  })
}

/** The lane that writes back most steadily says most. */
const SHOWN: LaneName = 'pump'

/** The changes that are more than their noise; without any, that of the steadiest lane. */
export const tellingOf = (all: readonly Throughput[]): readonly Throughput[] => {
  const real = all.filter(isReal)
  return real.length > 0 ? real : all.filter(({ lane }) => lane === SHOWN)
}

const percent = (part: number): string => `${Math.round(100 * part)} %`

/** Whether the change is more than its noise. */
export const isReal = ({ change, noise }: Throughput): boolean => Math.abs(change) > noise

/** As `pump: 291 and 190 pages a second, 35 % slower (noise 9 %)`. */
export const describeThroughput = (one: Throughput): string => {
  const { lane, before, after, change, noise } = one
  const how = isReal(one) ? `${percent(Math.abs(change))} ${change < 0 ? 'slower' : 'faster'}` : 'no difference'
  return `${lane}: ${Math.round(before.mean)} and ${Math.round(after.mean)} pages a second, ${how} (noise ${percent(noise)})`
}
