// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { HostError, UsageError } from '../model/errors.ts'
import type { RunRequest } from '../run/request.ts'
import { codeKey } from './code.ts'
import { type PartFile, partFile } from './model.ts'
import { requestKey } from './request.ts'

/** Reads the file of `--part`. */
export const readPart = async (path: string): Promise<PartFile> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new HostError(`--part ${path}: cannot be read (${error.code})`, 'every node needs the folder of the results')
  })
  try {
    return partFile.parse(JSON.parse(text))
  } catch {
    throw new UsageError(`--part ${path}: not a part of a submitted run`, 'submit the run again')
  }
}

/** The part of a request: the same plan with fewer cells. */
export const restricted = (request: RunRequest, { cells, explore }: PartFile): RunRequest => {
  const own = new Set(cells)
  const pairs = request.pairs
    .map((pair) => ({ ...pair, cells: pair.cells.filter(({ id }) => own.has(id)) }))
    .filter((pair) => pair.cells.length > 0)
  const found = pairs.flatMap((pair) => pair.cells).length
  if (found !== own.size)
    throw new HostError(`${own.size - found} cells of the part are not in this plan`, 'submit the run again')
  return { ...request, pairs, explore: explore ? request.explore : undefined, compare: async () => null }
}

/** The part that this node is to run; a HostError unless it would test the same as the machine that submitted it. */
export const partOf = async (request: RunRequest, part: PartFile): Promise<RunRequest> => {
  if ((await codeKey()) !== part.code)
    throw new HostError(
      'the zsharness of this node is not the one that submitted the run',
      'give all nodes the same files, and submit the run again',
    )
  if ((await requestKey(request)) !== part.request)
    throw new HostError(
      'this node reads other patches, settings or files than the machine that submitted the run',
      'keep them on storage that all nodes share, do not change them while the run lasts, and submit it again',
    )
  return restricted(request, part)
}
