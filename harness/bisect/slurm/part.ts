// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findArch } from '../../inputs/arch/index.ts'
import { writeJson } from '../../lib/files/atomic.ts'
import { inTempDir } from '../../lib/files/temp.ts'
import { HostError, UsageError } from '../../model/errors.ts'
import type { Context } from '../../model/events.ts'
import { codeKey } from '../../submit/code.ts'
import { chooseAccelerator } from '../../vm/accel.ts'
import { openRepo } from '../git/repo.ts'
import { readJournal } from '../journal/journal.ts'
import type { StartRecord, TestPlan } from '../journal/records.ts'
import type { ResolvedPlan } from '../request.ts'
import { makeSources, type Sources } from '../sources.ts'
import type { Tester } from '../tester.ts'
import { localTester } from '../testers/local.ts'
import { type AnswerFile, answerIn, type Found, type PartFile, partFile, startKey } from './model.ts'

// The shell did not find the script, or could not start it: on some node that says nothing about the commit.
const HOST_CODES = [126, 127]

const readPart = async (path: string): Promise<PartFile> => {
  try {
    return partFile.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (cause) {
    throw new HostError(`--part ${path}: cannot be read`, 'every node needs the folder of the results', cause)
  }
}

const startOf = async ({ bisection, id }: PartFile): Promise<StartRecord> => {
  const [start] = await readJournal(bisection)
  if (start?.t !== 'start' || startKey(start) !== id.start)
    throw new HostError(`${bisection}: this job is of another bisection`, 'end it with scancel')
  if ((await codeKey()) !== id.code)
    throw new HostError(
      'the zsharness of this node is not the one that runs the bisection',
      'give all nodes the same files, and resume the bisection',
    )
  return start
}

/** What a node cannot do says nothing about the commit: an error of usage means the commit only where one is tested. */
const onHost = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (error) {
    if (error instanceof UsageError) throw new HostError(error.message, error.hint, error)
    throw error
  }
}

const requireTree = async (sources: Sources, { id }: PartFile): Promise<void> => {
  const { tree } = await sources.of(id.commit)
  if (tree !== id.tree)
    throw new HostError(
      `git makes another tree of ${id.commit} here`,
      'use one version of git on all nodes and on the machine that submits',
    )
}

const toolsOf = async (plan: ResolvedPlan): Promise<string> =>
  plan.by === 'script' ? '' : `${plan.toolchain.version}, ${await chooseAccelerator(findArch(plan.arch))}`

const testIt = async (tester: Tester, { id }: PartFile, context: Context): Promise<Found> => {
  const files = { dir: process.cwd() }
  try {
    if (id.run === 0) return { ...(await tester.prepare(id.commit, files, context)) }
    return { ...(await tester.run(id.commit, id.run, files, context)) }
  } catch (error) {
    if (error instanceof UsageError) return { kind: 'wrong', why: error.message, hint: error.hint ?? null }
    throw error
  }
}

/** Does one build or run of a submitted bisection in the current folder, and leaves the answer there. */
export const takePart = (
  file: string,
  resolve: (plan: TestPlan, start: StartRecord) => Promise<ResolvedPlan>,
  context: Context,
): Promise<void> =>
  inTempDir('bisect', async (scratch) => {
    const part = await readPart(file)
    const start = await onHost(startOf(part))
    const plan = await onHost(resolve(start.plan, start))
    const repo = await onHost(openRepo(start.repo, join(scratch, 'git'), context.signal))
    const sources = makeSources(repo, start.ends.bad, start.carry)
    await onHost(requireTree(sources, part))
    const tools = await toolsOf(plan)
    await using tester = await onHost(localTester(start, sources, plan, context, HOST_CODES))
    const answer: AnswerFile = { schemaVersion: 1, id: part.id, tools, found: await testIt(tester, part, context) }
    await writeJson(answerIn(process.cwd()), answer)
  })
