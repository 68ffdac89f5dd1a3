// SPDX-License-Identifier: MIT
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import type { SlurmOptions } from '../../slurm/options.ts'
import type { SlurmTask } from '../../slurm/tasks.ts'

const LOADER = resolve(import.meta.dirname, '../ts-loader.mjs')
const MAIN = join(import.meta.dirname, 'main.ts')

/** Starts a coordinator of these tasks as a separate process. */
export const startCoordinator = async (tasks: readonly SlurmTask[], options: SlurmOptions) => {
  const file = `${options.root}.json`
  await writeFile(file, JSON.stringify({ tasks, options }))
  const child = execa(process.execPath, ['--import', LOADER, MAIN, file], {
    reject: false,
    stdin: 'ignore',
    all: true,
    buffer: { all: true },
  })
  // In an object: the child itself is a promise.
  return { child }
}
