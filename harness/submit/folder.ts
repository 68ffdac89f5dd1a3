// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { exists } from '../lib/files/exists.ts'
import { UsageError } from '../model/errors.ts'
import type { SlurmOptions } from '../slurm/options.ts'
import { candidates, submitLayout } from './layout.ts'
import { type Submission, submission } from './model.ts'
import { contradictionIn } from './whole.ts'

/** A submitted run: its folder, and what was submitted. */
export interface Submitted {
  readonly root: string
  readonly submission: Submission
}

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const readSubmission = async (file: string): Promise<Submission> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error)
  const refused = (why: string): UsageError =>
    new UsageError(
      `${file}: not a submitted run of this zsharness: ${why}`,
      'restore the file, or cancel the jobs that are named in journal.jsonl beside it and submit the run again',
    )
  if (text instanceof Error) throw refused(`it cannot be read (${text.code})`)
  const parsed = submission.safeParse(jsonIn(text))
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues as [z.core.$ZodIssue]
    throw refused(path.length === 0 ? 'it is no JSON object' : `${path.join('.')}: ${message}`)
  }
  const odd = contradictionIn(parsed.data)
  if (odd !== undefined) throw refused(odd)
  return parsed.data
}

/** Finds a submitted run by its folder, or by the id of the run that it becomes. */
export const findSubmission = async (spec: string, resultsDir: string): Promise<Submitted> => {
  for (const path of candidates(spec, resultsDir)) {
    const file = submitLayout(path).submission
    if (!(await exists(file))) continue
    return { root: resolve(dirname(file)), submission: await readSubmission(file) }
  }
  throw new UsageError(
    `there is no submitted run ${JSON.stringify(spec)} in ${resultsDir}`,
    'name a folder slurm-… of the results, or its id; with --results DIR for others',
  )
}

/** Where and how the parts run. */
export const slurmOptionsOf = ({ root, submission: { slurm } }: Submitted): SlurmOptions => ({
  root,
  ...slurm,
  // One part is one element: each has minutes of work.
  chunk: 1,
})

const mergedFile = z.object({ dir: z.string(), exitCode: z.number() })

/** The merged run, if this submission has one already. */
export const mergedOf = async (root: string): Promise<z.infer<typeof mergedFile> | undefined> => {
  try {
    const merged = mergedFile.parse(JSON.parse(await readFile(submitLayout(root).merged, 'utf8')))
    return (await exists(join(merged.dir, 'run.json'))) ? merged : undefined
  } catch {
    return undefined
  }
}
