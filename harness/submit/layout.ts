// SPDX-License-Identifier: MIT
import { basename, dirname, join } from 'node:path'

/** The files of a submitted run, beside those of the engine. */
export const submitLayout = (root: string) => ({
  submission: join(root, 'submission.json'),
  part: (id: string): string => join(root, 'parts', `${id}.json`),
  /** A run of the cells that have no result. */
  lost: join(root, 'lost'),
  /** Names the merged run, once it is whole. */
  merged: join(root, 'merged.json'),
})

/** Written by a node into a part's results when they are complete. */
export const PART_DONE = 'part.json'

const PREFIX = 'slurm-'

/** The folder's name of the submission whose merged run has this id. */
export const folderName = (id: string): string => `${PREFIX}${id}`

/** The folders in which a name of the command line may be meant: a path, or an id with or without its prefix. */
export const candidates = (spec: string, resultsDir: string): readonly string[] => [
  spec,
  join(resultsDir, spec),
  join(resultsDir, folderName(spec)),
  join(dirname(spec), folderName(basename(spec))),
]
