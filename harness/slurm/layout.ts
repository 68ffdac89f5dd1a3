// SPDX-License-Identifier: MIT
import { join } from 'node:path'

/** The files of a run, all below its folder. */
export const layout = (root: string) => ({
  /** One folder for each task that has ended; those that begin with a dot are attempts. */
  tasks: join(root, 'tasks'),
  /** What one array element runs. */
  element: (sub: number, index: number): string => join(root, 'elements', `${sub}`, `${index}`),
  elements: join(root, 'elements'),
  /** The ids of a group's tasks, for those that come after. */
  group: (number: number): string => join(root, 'groups', `${number}`),
  groups: join(root, 'groups'),
  logs: join(root, 'logs'),
  /** The batch script of a submission; that of submission 0 is never submitted. */
  script: (sub: number): string => join(root, 'elements', `${sub}`, 'script'),
})

/** How the jobs of a run are called: the name leads from any job back to what it was submitted for. */
export const jobName = (run: string, sub: number): string => `zs-${run}-${sub}`

/** The submission that a job's name says; undefined for a job of another run. */
export const submissionOf = (run: string, name: string): number | undefined => {
  const start = `zs-${run}-`
  const rest = name.startsWith(start) ? name.slice(start.length) : ''
  return /^\d{1,9}$/.test(rest) ? Number(rest) : undefined
}

/** The folder in which an attempt works until it is committed. */
export interface Attempt {
  readonly task: string
  readonly node: string
  readonly pid: number
  /** 1, 2, … */
  readonly attempt: number
  readonly name: string
}

/** Reads the name `.TASK.NODE.PID.ATTEMPT`; a node's name has no dot there. */
export const parseAttempt = (name: string): Attempt | undefined => {
  const [, task, node, pid, attempt] = /^\.(.+)\.([A-Za-z0-9_-]+)\.(\d{1,10})\.(\d{1,6})$/.exec(name) ?? []
  if (task === undefined || node === undefined) return undefined
  return { task, node, pid: Number(pid), attempt: Number(attempt), name }
}
