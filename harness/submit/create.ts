// SPDX-License-Identifier: MIT
import { writeJson } from '../lib/files/atomic.ts'
import { bugsOf } from '../run/bugs.ts'
import { vmMiB } from '../run/machines.ts'
import type { RunRequest } from '../run/request.ts'
import { makeResultsDir, newRunId } from '../run/results.ts'
import { versionsOf } from '../run/versions.ts'
import { VCPUS } from '../vm/argv.ts'
import { codeKey } from './code.ts'
import { folderName, submitLayout } from './layout.ts'
import { partFileOf } from './merge.ts'
import type { SlurmFlags, Submission, SubmittedCell } from './model.ts'
import { planParts, withConstraints } from './parts.ts'
import { requestKey } from './request.ts'

/** What the command line says about a submission. */
export interface SubmitAsked {
  readonly cwd: string
  readonly program: readonly string[]
  readonly argv: readonly string[]
  readonly slurm: SlurmFlags
  /** Compilers at once, and so the CPUs of a part that builds. */
  readonly buildCpus: number
  readonly baseline: string | undefined
  /** The features that the node of an architecture must have. */
  readonly constraintOf: (arch: string) => string | undefined
}

const MIB_PER_COMPILER = 600
// Of zsharness itself, of what it leaves to the system, and of the page cache.
const OWN_MIB = 1_024

/** The memory of a task that builds with so many compilers, and boots as many guests of this size as fit its CPUs. */
export const buildMiBFor = (buildCpus: number, guestMiB: number): number => {
  const boots = Math.max(1, Math.floor(buildCpus / VCPUS))
  return Math.max(MIB_PER_COMPILER * buildCpus, boots * vmMiB(guestMiB)) + OWN_MIB
}

const resourcesOf = ({ settings }: RunRequest, { buildCpus }: SubmitAsked): Submission['resources'] => {
  const { memoryMiB } = settings.added
  const bootMiB = vmMiB(memoryMiB) + OWN_MIB
  return { buildCpus, buildMiB: buildMiBFor(buildCpus, memoryMiB), bootCpus: VCPUS, bootMiB }
}

const submittedCells = ({ pairs }: RunRequest): SubmittedCell[] =>
  pairs.flatMap((pair) =>
    pair.cells.map(({ id, tree, series, arch, config, profile, leg, run }) => ({
      ...{ id, tree, series, arch, config, profile, leg, run },
      auto: pair.auto,
    })),
  )

const baseOf = async ({ settings, terms, planned, resolved }: RunRequest, argv: readonly string[], now: Date) => ({
  versions: await versionsOf([]),
  amplified: settings.amplify,
  ...terms,
  startedAt: now.toISOString(),
  command: ['zsharness', ...argv],
  seed: settings.seed,
  plan: planned,
  corpus: bugsOf(resolved.series),
})

/** Makes the folder of a submission: what each node will do, and what the merge needs. Nothing is submitted yet. */
export const createSubmission = async (
  request: RunRequest,
  asked: SubmitAsked,
): Promise<{ readonly root: string; readonly submission: Submission }> => {
  const now = new Date()
  const id = newRunId(now)
  const { resultsDir, added } = request.settings
  const submission: Submission = {
    schemaVersion: 1,
    ...{ id, resultsDir, cwd: asked.cwd, program: [...asked.program], argv: [...asked.argv], slurm: asked.slurm },
    parts: [...withConstraints(planParts(request.pairs, added.search), request.pairs, asked.constraintOf)],
    cells: submittedCells(request),
    resources: resourcesOf(request, asked),
    baseline: asked.baseline ?? null,
    request: await requestKey(request),
    code: await codeKey(),
    base: await baseOf(request, asked.argv, now),
  }
  const root = await makeResultsDir(resultsDir, folderName(id))
  const at = submitLayout(root)
  for (const part of submission.parts) await writeJson(at.part(part.id), partFileOf(submission, part))
  await writeJson(at.submission, submission)
  return { root, submission }
}
