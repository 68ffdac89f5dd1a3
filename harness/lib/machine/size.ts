// SPDX-License-Identifier: MIT
import { type Readings, readMachine } from './readings.ts'

/** The machine that this process may use, which decides jobs, seats and memory. */
export interface MachineSize {
  readonly cpus: number
  readonly memoryMiB: number
  /** What set them. */
  readonly why: { readonly cpus: string; readonly memory: string }
}

interface Bound {
  readonly value: number
  readonly why: string
}

// The first of equal ones: what is named is a limit only where it is one.
const least = (bounds: readonly (Bound | undefined)[]): Bound =>
  bounds.filter((bound) => bound !== undefined).reduce((low, bound) => (bound.value < low.value ? bound : low))

const bound = (value: number | undefined, why: string): Bound | undefined =>
  value === undefined ? undefined : { value, why }

type Env = Readings['env']

/** A variable of Slurm; undefined outside a job, and where it is 0, which stands for all of the node. */
const slurm = (env: Env, name: string): number | undefined => {
  const text = env[name]
  if (env.SLURM_JOB_ID === undefined || text === undefined || !/^\d{1,12}$/.test(text)) return undefined
  return Number(text) || undefined
}

const slurmCpus = (env: Env): Bound | undefined =>
  // A task of several on a node has its own part alone.
  bound(slurm(env, 'SLURM_CPUS_PER_TASK'), 'SLURM_CPUS_PER_TASK') ??
  bound(slurm(env, 'SLURM_CPUS_ON_NODE'), 'SLURM_CPUS_ON_NODE')

const slurmMiB = (env: Env): Bound | undefined => {
  const perNode = bound(slurm(env, 'SLURM_MEM_PER_NODE'), 'SLURM_MEM_PER_NODE')
  const perCpu = slurm(env, 'SLURM_MEM_PER_CPU')
  const cpus = slurm(env, 'SLURM_CPUS_ON_NODE') ?? slurmCpus(env)?.value
  return perNode ?? (perCpu === undefined || cpus === undefined ? undefined : bound(perCpu * cpus, 'SLURM_MEM_PER_CPU'))
}

const MIB = 2 ** 20

/** The size of the machine: the least of what the host has, and of what its limits and its scheduler allow. */
export const sizeOf = ({ hostCpus, affinityCpus, hostBytes, cgroups, env }: Readings): MachineSize => {
  const cpus = least([
    { value: hostCpus, why: 'all of the host' },
    { value: affinityCpus, why: 'CPU affinity' },
    bound(cgroups.cpus, 'cgroup CPU quota'),
    slurmCpus(env),
  ])
  const memory = least([
    { value: hostBytes / MIB, why: 'all of the host' },
    bound(cgroups.memoryBytes && cgroups.memoryBytes / MIB, 'cgroup memory limit'),
    slurmMiB(env),
  ])
  return {
    cpus: Math.max(1, Math.floor(cpus.value)),
    memoryMiB: Math.max(1, Math.floor(memory.value)),
    why: { cpus: cpus.why, memory: memory.why },
  }
}

let known: MachineSize | undefined

/** The size of this machine; read once. */
export const machineSize = (): MachineSize => {
  known ??= sizeOf(readMachine())
  return known
}
