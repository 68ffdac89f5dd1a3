// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { type CgroupLimits, cgroupFolders, limitsIn } from './cgroup.ts'

type Env = Readonly<Record<string, string | undefined>>

/** What this host, its limits and a scheduler say about the machine that this process has. */
export interface Readings {
  readonly hostCpus: number
  /** CPUs that this process may run on. */
  readonly affinityCpus: number
  readonly hostBytes: number
  readonly cgroups: CgroupLimits
  /** The environment: Slurm's variables. */
  readonly env: Env
}

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Reads them. */
export const readMachine = (): Readings => {
  const folders = cgroupFolders(textOf('/proc/self/cgroup') ?? '', textOf('/proc/self/mountinfo') ?? '')
  return {
    hostCpus: cpus().length,
    affinityCpus: availableParallelism(),
    hostBytes: totalmem(),
    cgroups: limitsIn(folders, textOf),
    env: process.env,
  }
}
