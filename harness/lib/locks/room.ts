// SPDX-License-Identifier: MIT
import { lstat, mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { HostError } from '../../model/errors.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Where the locks of machine room are: who builds, boots and explores on this host. */
export interface Room {
  readonly base: string
  /** Whether the user chose it: it may then belong to others too. */
  readonly isGiven: boolean
  /** A folder of its own in it, for an allocation of Slurm: its seats are no others'. */
  readonly job: string | undefined
}

/**
 * The room of a process. It depends on nothing that differs between two processes of a user on one host, such as the cache,
 * TMPDIR or whether there is a login session: they have to see each other.
 */
export const roomFor = (env: Env, uid: number): Room => {
  const given = env.ZSHARNESS_LOCKS
  const job = /^\d{1,20}$/.test(env.SLURM_JOB_ID ?? '') ? `slurm-${env.SLURM_JOB_ID}` : undefined
  return { base: given ? resolve(given) : `/tmp/zsharness-locks-${uid}`, isGiven: Boolean(given), job }
}

const HINT = 'set ZSHARNESS_LOCKS to a folder of this host that only you can write to'

/** Why the folder cannot be trusted; undefined when it can. */
export const distrust = (
  found: { readonly isDirectory: boolean; readonly uid: number; readonly mode: number },
  uid: number,
): string | undefined => {
  if (!found.isDirectory) return 'is not a folder'
  if (found.uid !== uid) return `belongs to user ${found.uid}`
  return (found.mode & 0o022) === 0 ? undefined : 'can be written by others'
}

const makeBase = async ({ base, isGiven }: Room, uid: number): Promise<void> => {
  await mkdir(base, { recursive: isGiven, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw new HostError(`${base}, for the locks of this host: ${error.message}`, HINT)
  })
  const found = await (isGiven ? stat : lstat)(base)
  const why = isGiven
    ? distrust({ isDirectory: found.isDirectory(), uid, mode: 0 }, uid)
    : distrust({ isDirectory: found.isDirectory(), uid: found.uid, mode: found.mode }, uid)
  if (why !== undefined) throw new HostError(`${base}, for the locks of this host, ${why}`, HINT)
}

const OLD_MS = 7 * 86_400_000

/** Removes the folders of jobs that took no lock for a week. */
const sweepJobs = async (base: string, now: Date): Promise<void> => {
  for (const name of await readdir(base)) {
    if (!/^slurm-\d+$/.test(name)) continue
    const { mtimeMs } = await stat(join(base, name)).catch(() => ({ mtimeMs: now.getTime() }))
    if (now.getTime() - mtimeMs > OLD_MS) await rm(join(base, name), { recursive: true, force: true })
  }
}

/** The folder of the locks of this host, there and safe; throws a HostError where it is another user's. */
export const roomFolder = async (room = roomFor(process.env, process.geteuid!())): Promise<string> => {
  await makeBase(room, process.geteuid!())
  const dir = room.job === undefined ? room.base : join(room.base, room.job)
  const now = new Date()
  if (room.job !== undefined && (await mkdir(dir, { recursive: true, mode: 0o700 }))) await sweepJobs(room.base, now)
  // What cleans /tmp, and the sweep, go by the age.
  await utimes(dir, now, now).catch(() => undefined)
  return dir
}
