// SPDX-License-Identifier: MIT
import { cp, mkdir, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { condemn, findEntry, obtain } from '../lib/cache/store.ts'
import { contentKey, hashFile } from '../lib/files/hash.ts'
import type { Context } from '../model/events.ts'
import { explorerSources, hashSources } from './explorer.ts'
import { commonBound } from './frontier.ts'
import { hostGcc } from './hostgcc.ts'
import { type ExploreInputs, keyOfLeg, seriesSpec } from './leg.ts'
import { hashesOf as hashesOfPatches, hashesOfSeries } from './replayfile.ts'
import type { ExploreRequest } from './request.ts'
import { type ExploreResult, exploreSchema, type LegResult } from './result.ts'
import { writeExploration } from './write.ts'

// Raised whenever the format of an entry changes.
const FORMAT = '1'

/** What is stored about an answer. */
interface AnswerMeta {
  readonly key: string
  /** Whether the budget did not cut it off: then a longer search finds nothing more. */
  readonly complete: boolean
  readonly budgetMs: number
  /** The sha256 of each file. */
  readonly files: Readonly<Record<string, string>>
}

const rootOf = (cache: string): string => join(cache, 'answers')

// Of the folders that explore/ imports from, those that an answer depends on. Its pages are written again.
const FOLDERS = ['explore', 'inputs', 'kernel', 'lib', 'model', 'splat', 'verdict']

/** The code that reads what the explorer says, as it runs: a line of a patch ran because kernel/ and splat/ say so. */
export const codeFiles = async (): Promise<readonly string[]> => {
  const top = join(import.meta.dirname, '..')
  const found = FOLDERS.map(async (folder) => {
    const files = await readdir(join(top, folder), { recursive: true })
    return files.filter((file) => /(?<!\.d|\.test)\.[jt]sx?$/.test(file)).map((file) => join(top, folder, file))
  })
  return (await Promise.all(found)).flat().sort()
}

let known: Promise<readonly string[]> | undefined

const ownCode = (): Promise<readonly string[]> => {
  known ??= codeFiles().then((files) => Promise.all(files.map((file) => hashFile(file))))
  return known
}

/**
 * Where the answer to a request is kept: known by all that decides it, the objects and the explorer before they are made. A
 * failure's schedule names tree and series as they were asked for.
 */
export const answerKey = async (
  request: ExploreRequest,
  inputs: ExploreInputs,
  session: Omit<Context, 'scope'>,
): Promise<string> => {
  const { tree, config, legs, toolchain, processes = request.jobs, sources = explorerSources } = request
  const { series } = inputs
  const named = [...request.patchFiles, '', ...request.extraPatchFiles]
  // A schedule has them: with others it is refused.
  const patches = [...hashesOfSeries(request.series), '', ...hashesOfPatches(request.extraPatches)]
  const { budgetMs: _, scenarios, ...search } = request.search
  const objects: string[] = []
  const quiet = { ...session, emit: () => undefined }
  for (const leg of legs) objects.push(`${leg} ${await keyOfLeg(request, inputs, leg, { ...quiet, scope: leg })}`)
  return contentKey(
    ...['answer', FORMAT, ...(await ownCode()), ...(await hashSources(sources))],
    ...[tree.text, seriesSpec(series), JSON.stringify(series.signature), config, toolchain.version, ...objects],
    ...[JSON.stringify(search), `${processes}`, await hostGcc(), ...named, '', ...patches],
    ...(await Promise.all(scenarios.map(async (file) => `${file} ${await hashFile(file)}`))),
  )
}

const isComplete = (leg: LegResult, bound: number | null): boolean => {
  if (leg.status === 'cannot') return true
  if (leg.status === 'unbuilt') return false
  const done = commonBound(leg.reached)
  const isDone = done === 'all' || (done !== null && bound !== null && done >= bound)
  // A search ends with what it looks for: with the patch any failure, without it the bug.
  return isDone || leg.failures.some(({ isBug }) => isBug || leg.leg === 'after')
}

const isKept = (file: string): boolean => /(?:^explore\.json|\.schedule\.json|walked\.jsonl)$/.test(file)

const filesIn = async (dir: string): Promise<readonly string[]> =>
  (await readdir(dir, { recursive: true })).filter(isKept).sort()

const copyFiles = async (files: readonly string[], from: string, to: string): Promise<void> => {
  for (const file of files) {
    await mkdir(dirname(join(to, file)), { recursive: true })
    await cp(join(from, file), join(to, file))
  }
}

const hashesOf = async (dir: string, files: readonly string[]): Promise<AnswerMeta['files']> =>
  Object.fromEntries(await Promise.all(files.map(async (file) => [file, await hashFile(join(dir, file))] as const)))

const isIntact = async (dir: string, { files }: AnswerMeta): Promise<boolean> => {
  const now = await hashesOf(dir, Object.keys(files)).catch(() => undefined)
  return now !== undefined && Object.entries(files).every(([file, hash]) => now[file] === hash)
}

/** The answer that is kept, in the folder of the request; undefined when a search could say more, or it is not wanted. */
export const findAnswer = async (
  request: ExploreRequest,
  key: string,
  isWanted: (result: ExploreResult) => boolean = () => true,
): Promise<ExploreResult | undefined> => {
  const { cache, dir, id, command, search } = request
  await using entry = await findEntry<AnswerMeta>(rootOf(cache), key, { isIntact })
  if (!entry || entry.meta.key !== key || !(entry.meta.complete || entry.meta.budgetMs >= search.budgetMs))
    return undefined
  const parsed = exploreSchema.safeParse(JSON.parse(await readFile(join(entry.dir, 'explore.json'), 'utf8')))
  if (!parsed.success || !isWanted(parsed.data)) return undefined
  await copyFiles(Object.keys(entry.meta.files), entry.dir, dir)
  const result = { ...parsed.data, id, command: [...command] }
  await writeExploration(dir, result)
  return result
}

/** Keeps the answer that is in the folder of the request. What does not compile is not kept: it is tried again. */
export const keepAnswer = async (request: ExploreRequest, key: string, result: ExploreResult): Promise<void> => {
  const { cache, dir, search } = request
  if (result.legs.some(({ status }) => status === 'unbuilt')) return
  const files = await filesIn(dir)
  const make = async (staging: string): Promise<AnswerMeta> => {
    await copyFiles(files, dir, staging)
    const complete = result.legs.every((leg) => isComplete(leg, search.bound ?? null))
    return { key, complete, budgetMs: search.budgetMs, files: await hashesOf(staging, files) }
  }
  await condemn(rootOf(cache), key)
  await using _ = await obtain<AnswerMeta>(rootOf(cache), key, make, {})
}
