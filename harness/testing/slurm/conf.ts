// SPDX-License-Identifier: MIT

/** What the configuration of a throw-away cluster needs to know. */
export interface ClusterPlan {
  readonly dir: string
  readonly host: string
  readonly user: string
  readonly controllerPort: number
  readonly nodes: readonly PlannedNode[]
  /** Further lines, such as `MaxArraySize=10`. */
  readonly more?: readonly string[]
}

export interface PlannedNode {
  readonly name: string
  readonly port: number
  readonly features: readonly string[]
}

const CPUS = 4
const MEMORY_MIB = 8000

const nodeLine = (host: string, { name, port, features }: PlannedNode): string =>
  `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port} CPUs=${CPUS} RealMemory=${MEMORY_MIB}` +
  (features.length === 0 ? '' : ` Feature=${features.join(',')}`)

/** A slurm.conf for several slurmd on this host, of one user, without cgroups or a database. */
export const slurmConf = ({ dir, host, user, controllerPort, nodes, more = [] }: ClusterPlan): string =>
  [
    'ClusterName=zs',
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${controllerPort}`,
    `SlurmUser=${user}`,
    `SlurmdUser=${user}`,
    // A requeued job waits for as long as a credential is valid.
    `AuthInfo=socket=${dir}/munge/socket,cred_expire=5`,
    `StateSaveLocation=${dir}/state`,
    `SlurmdSpoolDir=${dir}/spool-%n`,
    `SlurmctldPidFile=${dir}/run/slurmctld.pid`,
    `SlurmdPidFile=${dir}/run/slurmd-%n.pid`,
    'MailProg=/bin/true',
    'ProctrackType=proctrack/linuxproc',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_CPU_Memory',
    'SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1',
    'SlurmdParameters=config_overrides',
    'ReturnToService=2',
    // Short: a test waits until a dead node is noticed.
    'SlurmdTimeout=2',
    'MessageTimeout=2',
    'TCPTimeout=1',
    'KillWait=3',
    ...more,
    ...nodes.map((node) => nodeLine(host, node)),
    `PartitionName=main Nodes=${nodes.map(({ name }) => name).join(',')} Default=YES`,
    '',
  ].join('\n')
