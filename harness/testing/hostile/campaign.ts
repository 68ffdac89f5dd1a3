// SPDX-License-Identifier: MIT

import { mkdirSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CommanderError } from 'commander'
import { inertText } from '../../lib/text/clean.ts'
import { describeError, HarnessError, HostError, UsageError } from '../../model/errors.ts'
import { childrenOf } from '../processes.ts'
import type { HostileCase } from './case.ts'
import { unsafeIn } from './cli.ts'
import { TIMES } from './slow.ts'

// A mirror stays locked for the life of the process that uses it: here, of this test.
const HELD = /flock --shared .*\.git\.use\.lock /

/** What the campaign found, a line for each thing. */
export interface Findings {
  readonly wrong: readonly string[]
  readonly slow: readonly string[]
  readonly left: readonly string[]
}

const MOST_MS = 2_000 * TIMES

/** What is wrong with an error; undefined for a clear one. */
const faultOf = (error: unknown, place: string | undefined): string | undefined => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 'succeeded' : undefined
  if (!(error instanceof HarnessError)) return `a bug: ${(error as Error).stack?.slice(0, 600) ?? String(error)}`
  const unsafe = unsafeIn(inertText(describeError(error)))
  if (unsafe !== undefined) return unsafe
  if (error instanceof HostError) return error.hint === undefined ? `no remedy: ${error.message}` : undefined
  if (!(error instanceof UsageError)) return `exit ${error.exitCode}: ${error.message}`
  if (error.hint === undefined) return `no remedy: ${error.message.slice(0, 300)}`
  return place === undefined || error.message.includes(place)
    ? undefined
    : `no place (${place}): ${error.message.slice(0, 300)}`
}

interface Outcome {
  readonly wrong: string | undefined
  readonly ms: number
  readonly left: readonly string[]
}

const outcomeOf = async (one: HostileCase, root: string, before: ReadonlySet<string>): Promise<Outcome> => {
  const [dir, temp, outside] = ['own', 'temp', 'outside'].map((name) => join(root, name))
  for (const path of [dir, temp, outside]) mkdirSync(path!, { recursive: true })
  const [tmp, cwd] = [process.env.TMPDIR, process.cwd()]
  process.env.TMPDIR = temp
  process.chdir(outside!)
  const started = performance.now()
  const wrong = await one.read(dir!).catch((error: unknown) => faultOf(error, one.place))
  const ms = performance.now() - started
  process.chdir(cwd)
  if (tmp === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = tmp
  const files = [root, temp!, outside!].flatMap((path) => readdirSync(path).map((name) => join(path, name)))
  const others = files.filter((path) => ![dir, temp, outside].includes(path))
  return {
    wrong,
    ms,
    left: [...others, ...childrenOf(process.pid).filter((child) => !before.has(child) && !HELD.test(child))],
  }
}

/** Reads every case; each gets a folder of its own, and everything beside it has to stay empty. */
export const runCampaign = async (cases: readonly HostileCase[]): Promise<Findings> => {
  const [wrong, slow, left]: [string[], string[], string[]] = [[], [], []]
  // Of the tests that ran in this process before.
  const before = new Set(childrenOf(process.pid))
  for (const one of cases) {
    const root = await mkdtemp(join(tmpdir(), 'zsharness-hostile-'))
    const what = `${one.family}: ${one.name}`
    const outcome = await outcomeOf(one, root, before)
    if (outcome.wrong !== undefined) wrong.push(`${what}: ${outcome.wrong}`)
    if (outcome.ms > MOST_MS) slow.push(`${what}: ${Math.round(outcome.ms)} ms`)
    for (const path of outcome.left) left.push(`${what}: ${path}`)
    await rm(root, { recursive: true, force: true })
  }
  return { wrong, slow, left }
}

/** The campaign's table, a row for each family. */
export const tableOf = (cases: readonly HostileCase[], { wrong, slow, left }: Findings, seed: number): string => {
  const families = [...new Set(cases.map(({ family }) => family))]
  const of = (lines: readonly string[], family: string): number =>
    lines.filter((line) => line.startsWith(`${family}: `)).length
  const rows = families.map((family) => [
    family,
    cases.filter((one) => one.family === family).length,
    of(wrong, family),
    of(slow, family),
    of(left, family),
  ])
  const total = ['all', cases.length, wrong.length, slow.length, left.length]
  const lines = [['family', 'inputs', 'wrong', 'slow', 'left'], ...rows, total].map((row) =>
    row.map((cell, index) => (index === 0 ? String(cell).padEnd(16) : String(cell).padStart(7))).join(''),
  )
  return [`hostile inputs, seed ${seed}`, ...lines].join('\n')
}
