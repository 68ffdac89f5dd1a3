// SPDX-License-Identifier: MIT
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { begin } from '../../bisect/begin.ts'
import { stateOf } from '../../bisect/engine/state.ts'
import { openRepo } from '../../bisect/git/repo.ts'
import { goOn, type Here, makeReport } from '../../bisect/go.ts'
import { Journal, readJournal } from '../../bisect/journal/journal.ts'
import { gitBisectLog } from '../../bisect/report/gitlog.ts'
import { type BisectFormat, renderBisect } from '../../bisect/report/index.ts'
import { requireHost } from '../../doctor/checks.ts'
import { findArch, hostArch } from '../../inputs/arch/index.ts'
import { paths } from '../../lib/paths.ts'
import { interruptSignal } from '../../lib/process/interrupt.ts'
import { UsageError } from '../../model/errors.ts'
import type { Context } from '../../model/events.ts'
import { chooseFormat, type Format } from '../../progress/format.ts'
import { makeRenderer } from '../../progress/index.ts'
import type { BisectFlags } from './options.ts'

const withRenderer = async (format: Format | undefined, work: (context: Context) => Promise<number>) => {
  const renderer = makeRenderer(format ?? chooseFormat(), process.stdout)
  try {
    process.exitCode = await work({ emit: renderer.onEvent, signal: interruptSignal(), scope: 'bisect' })
  } finally {
    renderer.close()
  }
}

/** `zsharness bisect`: a new bisection, to its end. */
export const bisectCommand = (flags: BisectFlags): Promise<void> =>
  withRenderer(flags.format, async (context) => {
    if (flags.script === undefined) {
      await requireHost([(flags.arch === undefined ? hostArch() : findArch(flags.arch)).name])
    }
    await using journal = await begin(flags, context, ['zsharness', ...process.argv.slice(2)])
    context.emit({ type: 'note', scope: 'bisect', level: 'info', text: `the journal is in ${journal.dir}` })
    return await goOn(journal, flags, context)
  })

const folderOf = (dir: string | undefined, results: string | undefined): string =>
  resolve(dir ?? join(results ?? paths.results, 'latest-bisect'))

/** `zsharness bisect resume`: go on where a bisection was ended. */
export const resumeCommand = (dir: string | undefined, flags: Here & { readonly format?: Format }): Promise<void> =>
  withRenderer(flags.format, async (context) => {
    const folder = folderOf(dir, flags.results)
    await readJournal(folder)
    await using journal = await Journal.open(folder)
    if (!journal.start)
      throw new UsageError(`${folder}: the bisection was ended before it began`, 'begin it anew with zsharness bisect')
    return await goOn(journal, flags, context)
  })

const readState = async (dir: string | undefined) => stateOf(await readJournal(folderOf(dir, undefined)))

/** `zsharness bisect log`: in git's own format. */
export const logCommand = async (dir: string | undefined): Promise<void> => {
  process.stdout.write(gitBisectLog(await readState(dir)))
}

/** `zsharness bisect report`: of a bisection at any point. */
export const reportCommand = async (dir: string | undefined, format: BisectFormat): Promise<void> => {
  const state = await readState(dir)
  const scratch = await mkdtemp(join(tmpdir(), 'zsharness-bisect-'))
  try {
    const report = await makeReport(state, await openRepo(state.start.repo, scratch, interruptSignal()))
    process.stdout.write(await renderBisect(format, report))
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
