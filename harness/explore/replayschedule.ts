// SPDX-License-Identifier: MIT
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sourceDir } from '../kernel/layout.ts'
import { inTempDir } from '../lib/files/temp.ts'
import { cleanText } from '../lib/text/clean.ts'
import { EXIT, UsageError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { withInputs } from './explore.ts'
import { type Explorer, obtainExplorer, programOf } from './explorer.ts'
import { openLeg } from './leg.ts'
import type { RawFailure } from './records.ts'
import type { ReplayFile } from './replayfile.ts'
import { failureText } from './report/text.ts'
import type { ExploreRequest } from './request.ts'
import { replay } from './search.ts'
import { tellFailures } from './tell.ts'

/** What a replay showed. */
export interface Replayed {
  readonly text: string
  readonly exitCode: number
}

// The explorer names a scenario after its file.
const fileName = (scenario: string): string => `${scenario.replace(/[^\w.,+-]/g, '_').slice(0, 80)}.scn`

const runAgain = (program: string, { scenario, scenarioText, schedule, memory }: ReplayFile, signal: AbortSignal) =>
  inTempDir('replay', async (dir) => {
    const file = join(dir, fileName(scenario))
    await writeFile(file, scenarioText)
    return replay(schedule, file, memory, { program, signal })
  })

const OTHER = 'this explorer is not the one that found it, so the schedule may not hold here'

/** The failure; a text says why there is none. On the explorer that found it there must be one. */
const failAgain = async (explorer: Explorer, known: ReplayFile, signal: AbortSignal): Promise<RawFailure | string> => {
  const isSame = explorer.meta.key === known.explorer
  const found = await runAgain(programOf(explorer), known, signal).catch((error: unknown) => {
    if (error instanceof UsageError) return error
    throw error
  })
  if (found instanceof UsageError) {
    if (isSame) throw found
    return `the schedule does not fit: ${OTHER}`
  }
  if (found.type === 'failure' && (found.symptom.kind === known.failure.kind || !isSame)) return found
  if (!isSame) return `the schedule does not fail on ${known.leg}; ${OTHER}`
  throw new UsageError(
    `the schedule does not fit its scenario: it does not show ${known.failure.kind} on the explorer that found it`,
    'explore again: the file was changed',
  )
}

/** Runs one schedule again, on the kernel that it was found on. */
export const replaySchedule = (
  request: ExploreRequest,
  known: ReplayFile,
  session: Omit<Context, 'scope'>,
): Promise<Replayed> =>
  withInputs(request, session, async (inputs) => {
    const context = { ...session, scope: known.leg }
    await using leg = await openLeg(request, inputs, known.leg, context)
    if (!leg.objects) return { text: `${leg.failed!.reason}\n`, exitCode: EXIT.inconclusive }
    const { cache, jobs, toolchain, dir, sources } = request
    const options = { cache, jobs, logFile: join(dir, 'explorer.log'), ...(sources === undefined ? {} : { sources }) }
    await using explorer = await obtainExplorer(leg.objects, toolchain, options, context)
    const found = await failAgain(explorer, known, session.signal)
    if (typeof found === 'string') return { text: `${found}\n`, exitCode: EXIT.inconclusive }
    const { series } = inputs
    const src = sourceDir(leg.objects.dir)
    const told = { program: programOf(explorer), src, series, touched: [], hasLines: known.leg === 'before' }
    const [failed] = await tellFailures([{ ...found, text: known.scenarioText }], told)
    const failure = { ...failed!, file: null, foundMs: null }
    const warning = explorer.meta.key === known.explorer ? '' : `${OTHER}\n`
    return { text: `${warning}${cleanText(failureText(failure).join('\n'))}\n`, exitCode: EXIT.ok }
  })
