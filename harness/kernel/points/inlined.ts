// SPDX-License-Identifier: MIT
import type { Body, KernelCode } from './code.ts'
import { inlinedDepth } from './occurrences.ts'
import { baseName } from './table.ts'

/** A function that has the code of an inlined one. */
export interface Host {
  readonly name: string
  /** A line of the inlined function that is in it. */
  readonly place: string
}

// A function of a header may be everywhere.
const MOST_FILES = 8

const hostOf = ({ of, steps }: Body, name: string): readonly Host[] => {
  // Of a function that was split, the entry or the rest may be inlined into the other.
  if (baseName(of.name) === name) return []
  for (const step of steps) {
    const depth = inlinedDepth(step, [name])
    if (depth === undefined) continue
    const { file, line } = step.calls[depth]!
    return [{ name: of.name.replace(/\.cold$/, ''), place: `${file ?? '?'}:${line}` }]
  }
  return []
}

/** The file in which a function is. */
export const fileOf = ({ steps }: Body): string | undefined => steps[0]?.calls.at(-1)?.file

/** The functions that have the code of this one, and a line of it in each. */
export const hostsIn = (bodies: readonly Body[], name: string): readonly Host[] => {
  const hosts = new Map<string, Host>()
  for (const body of bodies)
    for (const host of hostOf(body, name)) if (!hosts.has(host.name)) hosts.set(host.name, host)
  return [...hosts.values()]
}

/** The same in the whole kernel. */
export const hostsOf = async (code: KernelCode, name: string): Promise<readonly Host[]> => {
  const files = (await code.filesNaming([name])).slice(0, MOST_FILES)
  const bodies: Body[] = []
  for (const file of files) bodies.push(...((await code.bodiesOf(file)) ?? []))
  return hostsIn(bodies, name)
}
