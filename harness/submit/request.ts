// SPDX-License-Identifier: MIT
import { contentKey, hashFile } from '../lib/files/hash.ts'
import type { RunRequest } from '../run/request.ts'

const plain = (_: string, value: unknown): unknown => {
  if (value instanceof Map) return [...value]
  if (value instanceof Error) return value.message
  return value
}

/** The cells of a request, of all its shards. */
export const cellsOf = ({ planned, pairs }: Pick<RunRequest, 'planned' | 'pairs'>): readonly string[] =>
  planned?.cells ?? pairs.flatMap(({ cells }) => cells.map(({ id }) => id))

/**
 * A hash of what a request tests: its cells, patches, settings and additions, as they were read here. Trees and compilers
 * are those of the node; the merge compares them.
 */
export const requestKey = async (request: RunRequest): Promise<string> => {
  const { resolved, settings, terms } = request
  const { lanes, durationS, amplify, seed, canary, checks, added } = settings
  const workloads = await Promise.all(added.workloads.map(({ file }) => hashFile(file)))
  const facts = {
    cells: cellsOf(request),
    series: resolved.series,
    extraPatches: resolved.extraPatches,
    ...{ lanes, durationS, amplify, seed, canary, checks, added, workloads, terms },
  }
  return contentKey(JSON.stringify(facts, plain))
}
