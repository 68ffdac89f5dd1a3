// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

interface Seen {
  readonly pid: number
  readonly parent: number
  readonly command: string
  readonly cwd: string
  readonly env: readonly string[]
}

const unlessGone = (read: () => string): string => {
  try {
    return read()
  } catch {
    return ''
  }
}

const look = (pid: string): Seen => {
  const text = (name: string): string => unlessGone(() => readFileSync(`/proc/${pid}/${name}`, 'utf8'))
  return {
    pid: Number(pid),
    parent: Number(text('stat').split(') ').at(-1)?.split(' ')[1] ?? 0),
    command: text('cmdline').split('\0').join(' ').trim(),
    cwd: unlessGone(() => readlinkSync(`/proc/${pid}/cwd`)),
    env: text('environ').split('\0'),
  }
}

const allSeen = (): readonly Seen[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(look)
    // A zombie has no command: it has ended.
    .filter(({ command, pid }) => command !== '' && pid !== process.pid)

const isOf = (dir: string, { env, cwd, command }: Seen): boolean =>
  env.includes(`SLURM_CONF=${dir}/slurm.conf`) || `${cwd}/`.startsWith(`${dir}/`) || command.includes(`${dir}/`)

/** The processes that belong to the cluster in `dir`. */
export const processesUsing = (dir: string): readonly number[] =>
  allSeen()
    .filter((one) => isOf(dir, one))
    .map(({ pid }) => pid)

/**
 * What runs on one node: each process of its jobs, and the slurmstepd above it, a daemon whose parent is 1 and whose
 * folder is the node's spool.
 */
export const processesOfNode = (dir: string, node: string): readonly number[] => {
  const all = allSeen().filter((one) => isOf(dir, one))
  const jobs = all.filter(({ env }) => env.includes(`SLURMD_NODENAME=${node}`))
  const parents = new Set(jobs.map(({ parent }) => parent))
  const steps = all.filter(
    ({ pid, command, cwd }) => command.includes('slurmstepd') && (parents.has(pid) || cwd === `${dir}/spool-${node}`),
  )
  return [...steps, ...jobs].map(({ pid }) => pid)
}

/** Kills until nothing is found any more: a process may start another one meanwhile. */
export const killAll = async (find: () => readonly number[]): Promise<void> => {
  for (let round = 0; round < 100; round++) {
    const pids = find()
    if (pids.length === 0) return
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has ended.
      }
    }
    await sleep(10)
  }
  throw new Error(`processes that KILL does not end: ${find().join(', ')}`)
}
