// SPDX-License-Identifier: MIT
import { UsageError } from '../../model/errors.ts'

/** Splits `RUN/CELL` or `RUN/cells/CELL` into the run's spec and the cell's name. */
export const runAndCellFrom = (spec: string, command = 'replay'): { readonly run: string; readonly cell: string } => {
  const [, run, cell] = /^(.+?)(?:\/cells)?\/([^/]+)\/?$/.exec(spec) ?? []
  if (run !== undefined && cell !== undefined) return { run, cell }
  throw new UsageError(
    `${spec}: not RUN/CELL`,
    `for example: zsharness ${command} results/latest/x86_64-zpool-on-kasan-before`,
  )
}
