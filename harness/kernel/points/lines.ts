// SPDX-License-Identifier: MIT
import type { Body } from './code.ts'
import type { Spot } from './occurrences.ts'

const isCold = ({ of }: Body): boolean => of.name.endsWith('.cold')

/** Cold code may be before a function, but is not where it usually runs. */
export const hotFirst = (bodies: readonly Body[]): readonly Body[] => [
  ...bodies.filter((body) => !isCold(body)),
  ...bodies.filter(isCold),
]

/** The instructions of a line: those that calls were inlined to only when there are no others, and cold code last. */
export const stepsOfLine = (bodies: readonly Body[], file: string, line: number): readonly Spot[] => {
  const own: Spot[] = []
  const inlined: Spot[] = []
  for (const body of hotFirst(bodies))
    for (const [index, { calls }] of body.steps.entries()) {
      const depth = calls.findIndex((call) => call.file === file && call.line === line)
      if (depth === 0) own.push({ body, index })
      else if (depth > 0) inlined.push({ body, index })
    }
  return own.length > 0 ? own : inlined
}

/** The nearest lines with code, above and below. */
export const nearestLines = (bodies: readonly Body[], file: string, line: number): readonly string[] => {
  const lines = new Map<number, string>()
  for (const { steps } of bodies)
    for (const { calls } of steps) for (const call of calls) if (call.file === file) lines.set(call.line, call.function)
  const known = [...lines.keys()]
  const above = Math.max(...known.filter((one) => one < line))
  const below = Math.min(...known.filter((one) => one > line))
  return [above, below].filter(Number.isFinite).map((one) => `${file}:${one} (${lines.get(one)})`)
}
