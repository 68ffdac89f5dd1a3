// SPDX-License-Identifier: MIT
import { EXIT_MEANING } from '../../commands/shared/manual.ts'
import { EXIT } from '../../model/errors.ts'
import { table } from './markdown.ts'

/** The exit codes as a table. */
export const exitTable = (): string =>
  table(
    ['Exit code', 'Meaning'],
    Object.entries(EXIT).map(([name, value]) => [String(value), EXIT_MEANING[name as keyof typeof EXIT]]),
  )
