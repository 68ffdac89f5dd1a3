// SPDX-License-Identifier: MIT
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { cacheRoot } from '../../lib/paths.ts'
import type { CellResult } from '../../model/results.ts'
import { replayRequest, requestOf } from '../../replay/replay.ts'
import { patchesOfRun } from '../../run/kept.ts'
import type { RunRequest } from '../../run/request.ts'
import type { StorePlace } from '../../store/model.ts'
import { prepareHost } from './host.ts'
import { keptPrograms } from './programs.ts'
import { resolvePatches, resolveSeries, resolveToolchains, withSignature } from './resolve.ts'
import { ownCommand } from './session.ts'
import { jobsFrom, resultsFrom } from './settings.ts'

/** The request that repeats the boot of a cell, whose run is in this folder. */
export const requestOfCell = async (
  then: CellResult,
  dir: string,
  { results, store }: { readonly results: string | undefined; readonly store: StorePlace | null },
): Promise<RunRequest> => {
  const request = requestOf(then)
  const read = patchesOfRun(dir)
  const found = await resolveSeries(request.seriesPath ?? then.series, request.patchFiles, read)
  const series = withSignature(found, request.added.signature)
  const extraPatches = await resolvePatches(request.extraPatchFiles, read)
  await prepareHost([then.arch], { llvm: request.llvm })
  const resolved = {
    tree: parseTreeSpec(then.tree),
    series,
    extraPatches,
    toolchains: await resolveToolchains([then.arch], request.llvm),
    programs: new Map([[then.arch, await keptPrograms(dir, request.added.workloads)]]),
  }
  const local = { jobs: jobsFrom(undefined), resultsDir: resultsFrom(results), cache: cacheRoot(), store }
  return replayRequest(then, resolved, local, ownCommand())
}
