// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { type AnswerFile, answerFile, answerIn, type PartId } from './model.ts'

const KINDS: Readonly<Record<'build' | 'run', readonly string[]>> = {
  build: ['ready', 'unbuildable', 'wrong'],
  run: ['complete', 'incomplete', 'unbootable', 'untestable', 'wrong'],
}

const nameOf = ({ commit, run }: PartId): string =>
  `${run === 0 ? 'the build' : `run ${run}`} of ${commit.slice(0, 12)}`

const whyOther = (own: PartId, other: PartId): string => {
  if (own.start !== other.start) return 'it is of another bisection'
  if (own.commit !== other.commit || own.run !== other.run) return `it is ${nameOf(other)}, not ${nameOf(own)}`
  return own.tree === other.tree ? 'its node had another zsharness' : 'it is of another tree of the commit'
}

/** Why this answer is not that of `id`, if so. `tools` are those of the earlier results: others cannot be compared. */
export const whyNot = (id: PartId, tools: string | undefined, answer: AnswerFile): string | undefined => {
  if (!isDeepStrictEqual(answer.id, id)) return whyOther(id, answer.id)
  if (!KINDS[id.run === 0 ? 'build' : 'run'].includes(answer.found.kind)) return `it says ${answer.found.kind}`
  if (tools !== undefined && answer.tools !== tools)
    return `its node has ${answer.tools}, where earlier results had ${tools}: choose nodes that are alike, with --constraint`
  return undefined
}

/** The answer in the folder of a job; undefined where there is none that can be read. */
export const readAnswer = async (dir: string): Promise<AnswerFile | undefined> => {
  try {
    return answerFile.parse(JSON.parse(await readFile(answerIn(dir), 'utf8')))
  } catch {
    return undefined
  }
}
