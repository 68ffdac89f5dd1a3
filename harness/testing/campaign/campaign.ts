// SPDX-License-Identifier: MIT
import { rm } from 'node:fs/promises'
import { execa } from 'execa'
import { type Fault, type Result, runFault } from './fault.ts'
import { bits } from './faults/bits.ts'
import { consoles } from './faults/consoles.ts'
import { canMount, disks } from './faults/disks.ts'
import { downloads } from './faults/downloads.ts'
import { guest } from './faults/guest.ts'
import { load } from './faults/load.ts'
import { signals } from './faults/signals.ts'
import { outcomeOf, startProgram } from './program.ts'
import { makeWorld, openSite, type Site } from './site.ts'

/** Every fault of this seed. */
export const faultsOf = async (seed: string): Promise<readonly Fault[]> => [
  ...signals(seed),
  ...downloads(seed),
  ...consoles(seed),
  ...guest(seed),
  ...((await canMount()) ? disks(seed) : []),
  ...bits(seed),
  ...load(seed),
]

/** A site whose cache a run without a fault has filled; throws when that run is not `fixed`. */
export const preparedSite = async (): Promise<Site> => {
  const site = await openSite()
  const world = await makeWorld(site, 'empty')
  const ran = await startProgram(world).ended
  if (outcomeOf(ran) !== '0 fixed')
    throw new Error(`without a fault, a run ends with ${outcomeOf(ran)}:\n${ran.output}`)
  await rm(site.base, { recursive: true })
  await execa`cp -a ${world.cache} ${site.base}`
  return site
}

// Those that wait for a minute or more leave the CPUs to the others.
const isLong = ({ category, name }: Fault): boolean =>
  category === 'long SIGSTOP' || /stalled for good|hangs after/.test(name)

/** Injects these faults, `atOnce` at a time, and tells of each as it ends. */
export const runFaults = async (
  site: Site,
  faults: readonly Fault[],
  atOnce: number,
  onResult: (result: Result) => void = () => undefined,
): Promise<readonly Result[]> => {
  const results: Result[] = []
  const one = async (fault: Fault): Promise<void> => {
    const result = await runFault(site, fault)
    results.push(result)
    onResult(result)
  }
  const queue = faults.filter((fault) => !isLong(fault))
  const worker = async (): Promise<void> => {
    for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) await one(fault)
  }
  await Promise.all([...faults.filter(isLong).map(one), ...Array.from({ length: atOnce }, worker)])
  return faults.map((fault) => results.find((result) => result.fault === fault)!)
}
