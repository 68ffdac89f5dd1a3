// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { writeAtomic } from '../lib/files/atomic.ts'
import { fileOf, renderReport, reportFormats } from './formats.ts'
import { loadReport } from './load.ts'

/** Writes every report into the run's folder. */
export const writeReports = async (dir: string): Promise<void> => {
  const report = await loadReport(dir)
  for (const format of reportFormats) await writeAtomic(join(dir, fileOf(format)), await renderReport(format, report))
}
