// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { writeAtomic, writeJson } from '../lib/files/atomic.ts'
import { exploreHtml } from './report/html.tsx'
import { exploreText } from './report/text.ts'
import { type ExploreResult, exploreSchema } from './result.ts'

/** Writes an exploration in all forms to its folder. */
export const writeExploration = async (dir: string, result: ExploreResult): Promise<void> => {
  // What does not fit the published schema must not be published.
  await writeJson(join(dir, 'explore.json'), exploreSchema.parse(result))
  await writeAtomic(join(dir, 'explore.txt'), exploreText(result, dir))
  await writeAtomic(join(dir, 'explore.html'), exploreHtml(result, dir))
}
