// SPDX-License-Identifier: MIT
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sourceDir } from '../kernel/layout.ts'
import { inTempDir } from '../lib/files/temp.ts'
import { cleanText } from '../lib/text/clean.ts'
import { EXIT } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { withInputs } from './explore.ts'
import { obtainExplorer, programOf } from './explorer.ts'
import { openLeg } from './leg.ts'
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

/** Runs one schedule again, on the kernel that it was found on or on what its patches are now. */
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
    const found = await runAgain(programOf(explorer), known, session.signal)
    if (found.type === 'replayed')
      return { text: `the schedule does not fail on ${known.leg}\n`, exitCode: EXIT.inconclusive }
    const told = { program: programOf(explorer), src: sourceDir(leg.objects.dir), series: inputs.series, touched: [] }
    const [failed] = await tellFailures([{ ...found, text: known.scenarioText }], told)
    const failure = { ...failed!, file: null, foundMs: null }
    return { text: `${cleanText(failureText(failure).join('\n'))}\n`, exitCode: EXIT.ok }
  })
