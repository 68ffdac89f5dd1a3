// SPDX-License-Identifier: MIT
import { takePart } from '../../bisect/slurm/part.ts'
import type { Format } from '../../progress/format.ts'
import { resolvePlan } from '../shared/cell.ts'
import { withProgress } from '../shared/session.ts'
import { jobsFrom } from '../shared/settings.ts'

/** Builds or runs one commit of a submitted bisection: what its jobs do. Exit code 0 means that there is an answer. */
export const part = (file: string, { format }: { readonly format?: Format }): Promise<void> =>
  withProgress(format, (session) =>
    takePart(file, (plan, { seed }) => resolvePlan(plan, { seed, jobs: jobsFrom(undefined) }), {
      ...session,
      scope: 'bisect',
    }),
  )
