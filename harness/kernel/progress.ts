// SPDX-License-Identifier: MIT
import { parseDotConfig } from '../inputs/kconfig/fragment.ts'
import { sh } from '../lib/process/sh.ts'
import type { Context } from '../model/events.ts'
import { isInEveryCommand } from './everyobject.ts'

/** What a build is expected to do: how many objects it will compile. */
export interface Forecast {
  readonly objects: number
}

/** A full build compiles about 1.5 objects for each option set to y (742 for 497, 6.1 x86_64). */
export const forecastFull = (dotConfig: string): Forecast => ({
  objects: Math.round(1.5 * (dotConfig.match(/=y$/gm)?.length ?? 0)),
})

/** Options that two `.config`s set differently, without `CONFIG_`; sorted. */
export const changedOptions = (before: string, after: string): readonly string[] => {
  const [a, b] = [parseDotConfig(before), parseDotConfig(after)]
  const names = [...new Set([...a.keys(), ...b.keys()])]
  return names
    .filter((name) => a.get(name) !== b.get(name))
    .map((name) => name.replace('CONFIG_', ''))
    .sort()
}

// The programs of the host are not compiled with the kernel's options.
const NOT_HOST = ['--exclude-dir=scripts', '--exclude-dir=tools']
// Every record of an object begins with the command.
const ANY_RECORD = 'cmd_'

/**
 * What make will compile again in a build folder taken over from a donor, of which `removed` objects are gone. kbuild
 * records in each object's `.cmd` file the options and the files that it depends on.
 */
export const forecastTakenOver = async (
  objectDir: string,
  options: readonly string[],
  files: readonly string[],
  removed = 0,
): Promise<Forecast> => {
  const named = [...options.map((name) => `include/config/${name})`), ...files.map((file) => `../${file}`)]
  if (named.length === 0) return { objects: Math.max(1, removed) }
  const marks = options.some(isInEveryCommand) ? [ANY_RECORD] : named
  const patterns = marks.flatMap((mark) => ['-e', mark])
  const { stdout } = await sh`grep -rlF ${patterns} ${objectDir} --include=.*.o.cmd ${NOT_HOST}`
  return { objects: Math.max(1, removed + stdout.split('\n').filter((line) => line !== '').length) }
}

const REPORT_EVERY_MS = 500

/** Reports how far the build is, and its ETA. */
export class BuildProgress {
  readonly #context: Context
  readonly #forecast: Forecast
  readonly #started = performance.now()
  #reportedAt = 0

  constructor(context: Context, forecast: Forecast) {
    this.#context = context
    this.#forecast = forecast
  }

  count(compiled: number): void {
    const now = performance.now()
    if (now - this.#reportedAt < REPORT_EVERY_MS) return
    this.#reportedAt = now
    this.#report(compiled, now - this.#started)
  }

  #report(compiled: number, elapsedMs: number): void {
    const { emit, scope } = this.#context
    const detail = `${compiled} objects`
    const fraction = Math.min(0.99, compiled / this.#forecast.objects)
    emit({
      type: 'progress',
      scope,
      step: 'build',
      fraction,
      detail,
      remainingMs: (elapsedMs / fraction) * (1 - fraction),
    })
  }
}
