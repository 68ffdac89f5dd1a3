// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { writeAtomic } from '../lib/files/atomic.ts'
import { renderReport, writtenFormats } from './formats.ts'
import { loadReport } from './load.ts'

/** Writes every report into the run's folder. */
export const writeReports = async (dir: string): Promise<void> => {
  const report = await loadReport(dir)
  for (const { format, file } of writtenFormats) await writeAtomic(join(dir, file), await renderReport(format, report))
}
