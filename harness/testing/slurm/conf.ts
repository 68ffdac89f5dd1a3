// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

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

const PAGE = join(import.meta.dirname, '../../slurm/README.md')

/** The lines of the slurm.conf on the administrator's page, without comments. */
export const pageLines = (): readonly string[] => {
  const [, block = ''] = /^## A slurm\.conf that works$[\s\S]*?^```\n([^`]*)```/m.exec(readFileSync(PAGE, 'utf8')) ?? []
  return block
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
}

const CPUS = 4
const MEMORY_MIB = 8000

const nodeLine = (host: string, { name, port, features }: PlannedNode): string =>
  `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port} CPUs=${CPUS} RealMemory=${MEMORY_MIB}` +
  (features.length === 0 ? '' : ` Feature=${features.join(',')}`)

/** What several slurmd of one user on this host need instead of what the page says, or beside it: paths and ports. */
const ofThisHost = ({ dir, host, user, controllerPort }: ClusterPlan): readonly string[] => [
  `SlurmctldHost=${host}(127.0.0.1)`,
  `SlurmctldPort=${controllerPort}`,
  `SlurmUser=${user}`,
  `SlurmdUser=${user}`,
  `StateSaveLocation=${dir}/state`,
  `SlurmdSpoolDir=${dir}/spool-%n`,
  `SlurmctldPidFile=${dir}/run/slurmctld.pid`,
  `SlurmdPidFile=${dir}/run/slurmd-%n.pid`,
  'MailProg=/bin/true',
  // Without cgroups, and with more CPUs than the host has.
  'ProctrackType=proctrack/linuxproc',
  'SlurmdParameters=config_overrides',
]

/** Short times: a test waits until a dead node is noticed. */
const shortTimes = ({ dir }: ClusterPlan): readonly string[] => [
  // A requeued job waits for as long as a credential is valid.
  `AuthInfo=socket=${dir}/munge/socket,cred_expire=5`,
  'SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1',
  'SlurmdTimeout=2',
  'MessageTimeout=2',
  'TCPTimeout=1',
  'KillWait=3',
]

const nameOf = (line: string): string => line.split('=')[0]!

/** The settings that a throw-away cluster takes from the page as they are. */
export const fromPage = (plan: ClusterPlan): readonly string[] => {
  const own = new Set([...ofThisHost(plan), ...shortTimes(plan), ...(plan.more ?? [])].map(nameOf))
  return pageLines().filter((line) => !own.has(nameOf(line)) && !/^(?:NodeName|PartitionName)=/.test(line))
}

/** A slurm.conf for several slurmd on this host, of one user: that of the page, but for places, times and nodes. */
export const slurmConf = (plan: ClusterPlan): string =>
  [
    ...fromPage(plan),
    ...ofThisHost(plan),
    ...shortTimes(plan),
    ...(plan.more ?? []),
    ...plan.nodes.map((node) => nodeLine(plan.host, node)),
    `PartitionName=main Nodes=${plan.nodes.map(({ name }) => name).join(',')} Default=YES`,
    '',
  ].join('\n')
