// SPDX-License-Identifier: MIT
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { SOMETIMES } from '../../bisect/core/rate.ts'
import type { Start, TestPlan } from '../../bisect/journal/records.ts'
import { parseSymptom } from '../../bisect/symptom.ts'
import { UsageError } from '../../model/errors.ts'
import { type CellFlags, cellOptions } from './cell.ts'

/** The flags of `bisect` as the command line has them. */
export interface BisectFlags extends CellFlags {
  readonly tree?: string
  readonly good?: readonly string[]
  readonly bad?: string
  readonly symptom: string
  readonly script?: string
  readonly scriptTimeout: string
  readonly confidence: string
  readonly hits: string
  readonly maxEndRuns: string
  readonly maxRuns: string
  readonly deterministic?: boolean
  readonly carry?: readonly string[]
  readonly base: boolean
  readonly path?: readonly string[]
  readonly proof: boolean
}

const whole = (flag: string, text: string): number => {
  const value = Number(text)
  if (/^\d{1,6}$/.test(text) && value > 0) return value
  throw new UsageError(`${flag} ${text}: not a whole number from 1 to 999999`)
}

/** A probability below 1, such as 0.99. */
export const confidenceFrom = (text: string): number => {
  const value = Number(text)
  if (/^0?\.\d+$/.test(text) && value >= 0.5 && value < 1) return value
  throw new UsageError(`--confidence ${text}: not a probability from 0.5 to below 1`, 'write it as in 0.99')
}

export const settingsFrom = (flags: BisectFlags): Start['settings'] => ({
  confidence: confidenceFrom(flags.confidence),
  proofHits: flags.deterministic ? 1 : whole('--hits', flags.hits),
  maxEndRuns: whole('--max-end-runs', flags.maxEndRuns),
  maxRuns: whole('--max-runs', flags.maxRuns),
  always: flags.deterministic ? 1 : SOMETIMES,
})

/** A script named by a path from here is meant from here, not from the work tree. */
export const absoluteScript = async (command: string, cwd = process.cwd()): Promise<string> => {
  const [word = ''] = command.split(/\s/)
  if (!word.includes('/') || word.startsWith('/')) return command
  const path = resolve(cwd, word)
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() ? `${path}${command.slice(word.length)}` : command
}

/** How commits are tested, from the flags. */
export const planFrom = async (flags: BisectFlags): Promise<TestPlan> => {
  if (flags.script !== undefined) {
    if (flags.script.trim() === '') throw new UsageError('--script is empty', 'give a command for /bin/sh')
    const timeoutS = whole('--script-timeout', flags.scriptTimeout)
    return { by: 'script', command: await absoluteScript(flags.script), timeoutS }
  }
  const { archs, configs, profile, lanes, durationS, amplify, series } = await cellOptions(flags)
  return { by: 'kernel', arch: archs[0]!, config: configs[0]!, profile, lanes: [...lanes], durationS, amplify, series }
}

export const symptomFrom = (flags: BisectFlags): Start['symptom'] => parseSymptom(flags.symptom)
