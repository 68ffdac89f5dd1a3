// SPDX-License-Identifier: MIT
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { tempBeside, writeAtomic, writeJson } from '../lib/files/atomic.ts'
import type { ArrayPlan } from './arrays.ts'
import { type Attempt, layout, parseAttempt } from './layout.ts'
import type { Settled } from './options.ts'
import { type EndedTask, type FailedTask, resultFile } from './result.ts'
import { batchScript, elementText } from './script.ts'
import type { SlurmTask } from './tasks.ts'
import type { FolderView } from './watch.ts'

/** Makes the folders of a run. The log's folder must be there before the job: Slurm makes none. */
export const makeFolders = async (root: string): Promise<void> => {
  const { tasks, elements, groups, logs } = layout(root)
  for (const dir of [tasks, elements, groups, logs]) await mkdir(dir, { recursive: true })
}

/** What the run's folder shows now. */
export const readFolder = async (root: string, tasks: readonly SlurmTask[]): Promise<FolderView> => {
  const ids = new Set(tasks.map(({ id }) => id))
  const committed = new Set<string>()
  const attempts = new Map<string, Attempt[]>()
  for (const name of await readdir(layout(root).tasks)) {
    if (ids.has(name)) committed.add(name)
    const attempt = parseAttempt(name)
    if (!attempt || !ids.has(attempt.task)) continue
    attempts.set(attempt.task, [...(attempts.get(attempt.task) ?? []), attempt])
  }
  for (const all of attempts.values()) all.sort((a, b) => a.attempt - b.attempt)
  return { committed, attempts }
}

/** The result of a committed task; undefined when its file is damaged. */
export const readResult = async (root: string, task: string): Promise<EndedTask | FailedTask | undefined> => {
  try {
    return resultFile.parse(JSON.parse(await readFile(join(layout(root).tasks, task, 'result.json'), 'utf8')))
  } catch {
    return undefined
  }
}

/** Makes a damaged result a lost attempt, so that the task is tried again. */
export const setAside = async (root: string, task: string, attempts: number): Promise<void> => {
  const { tasks } = layout(root)
  await rename(join(tasks, task), join(tasks, `.${task}.damaged.${process.pid}.${attempts + 1}`))
}

/** Commits an error as a task's result, unless a result came first. */
export const commitError = async (root: string, task: string, error: string, remedy: string): Promise<void> => {
  const { tasks } = layout(root)
  const own = join(tasks, `.${tempBeside(task)}`)
  await mkdir(own)
  const result: FailedTask = { schemaVersion: 1, task, error, remedy }
  await writeJson(join(own, 'result.json'), result)
  try {
    await rename(own, join(tasks, task))
  } catch (cause) {
    await rm(own, { recursive: true, force: true })
    if (!['ENOTEMPTY', 'EEXIST'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause
  }
}

/** Writes what the elements of a submission will read. */
export const writeElements = async (
  { root, retries }: Settled,
  sub: number,
  { elements }: Pick<ArrayPlan, 'elements'>,
  group: number | undefined,
): Promise<void> => {
  const at = layout(root)
  await mkdir(join(at.elements, `${sub}`), { recursive: true })
  for (const [index, tasks] of elements.entries())
    await writeAtomic(at.element(sub, index), elementText(root, tasks, group))
  await writeAtomic(at.script(sub), batchScript(root, sub, retries))
}

/** Whether something was about to be submitted, whatever the journal says; 0 is only tested. */
export const hasElements = async (root: string): Promise<boolean> =>
  (await readdir(layout(root).elements)).some((name) => name !== '0')

/** Writes the ids of each group that others come after; returns the numbers of their files. */
export const writeGroups = async (root: string, tasks: readonly SlurmTask[]): Promise<ReadonlyMap<string, number>> => {
  const names = [...new Set(tasks.flatMap(({ after }) => after ?? []))]
  for (const [number, name] of names.entries()) {
    const ids = tasks.filter(({ group }) => group === name).map(({ id }) => `${id}\n`)
    await writeAtomic(layout(root).group(number), ids.join(''))
  }
  return new Map(names.map((name, number) => [name, number]))
}

const remove = (path: string): Promise<void> =>
  // A job that was cut off may still write there.
  rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)

/** Removes the attempts at these tasks. */
export const removeAttempts = async (root: string, isOf: (task: string) => boolean): Promise<void> => {
  const { tasks } = layout(root)
  for (const name of await readdir(tasks)) {
    const attempt = parseAttempt(name)
    if (attempt && isOf(attempt.task)) await remove(join(tasks, name))
  }
}

/** Removes what only jobs that are to come need. */
export const removeElements = async (root: string): Promise<void> => {
  const { elements, groups } = layout(root)
  for (const dir of [elements, groups]) await remove(dir)
}
