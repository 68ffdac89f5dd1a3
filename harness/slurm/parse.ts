// SPDX-License-Identifier: MIT

/** One element of an array, as squeue shows it. */
export interface QueueLine {
  /** The array's job id, which scancel takes for all of it. */
  readonly job: string
  readonly index: number
  readonly state: string
  readonly node: string
  readonly name: string
  readonly reason: string
}

/** Elements one a line; the reason last, because it is free text. */
export const SQUEUE_FORMAT = '%F|%K|%T|%N|%j|%r'

const LINE = /^(\d+)\|(\d+)\|([A-Z_]+)(?![A-Z_])[^|]*\|([^|]*)\|([^|]*)\|(.*)$/

/** The lines that `squeue -h -r` printed in that format. Jobs that are no array elements are none of ours. */
export const parseSqueue = (lines: readonly string[]): readonly QueueLine[] =>
  lines.flatMap((line) => {
    const [, job, index, state, node, name, reason] = LINE.exec(line.trim()) ?? []
    if (job === undefined || state === undefined) return []
    return [{ job, index: Number(index), state, node: node!, name: name!, reason: reason!.replace(/^\((.*)\)$/, '$1') }]
  })

// A job in any other state may still run, or run again.
const ENDED = new Set([
  'BOOT_FAIL',
  'CANCELLED',
  'COMPLETED',
  'DEADLINE',
  'FAILED',
  'LAUNCH_FAILED',
  'NODE_FAIL',
  'OUT_OF_MEMORY',
  'PREEMPTED',
  'RECONFIG_FAIL',
  'REVOKED',
  'TIMEOUT',
])

/** Whether a job in this state is over. Unknown states are not: a later squeue forgets an ended job. */
export const isEnded = (state: string): boolean => ENDED.has(state)

/** The job id that `sbatch --parsable` printed: `ID` or `ID;CLUSTER`. */
export const parseJobId = (lines: readonly string[]): string | undefined =>
  lines.map((line) => /^(\d+)(?:;\S+)?$/.exec(line.trim())?.[1]).find((id) => id !== undefined)

/** A setting of `scontrol show config`. */
export const configValue = (lines: readonly string[], name: string): string | undefined =>
  lines
    .map((line) => line.split('=', 1).concat(line.slice(line.indexOf('=') + 1)))
    .find(([key]) => key!.trim() === name)?.[1]
    ?.trim()

export interface NodeLine {
  readonly name: string
  readonly state: string
  /** It answers the controller. */
  readonly responds: boolean
  readonly cpus: number
  readonly memoryMiB: number
  readonly features: readonly string[]
}

export const SINFO_FORMAT = '%N|%T|%c|%m|%f'

/** The lines that `sinfo -h -N` printed in that format; a node of two partitions has two. */
export const parseSinfo = (lines: readonly string[]): readonly NodeLine[] => {
  const nodes = lines.flatMap((line): readonly NodeLine[] => {
    const [, name, state, marks, cpus, memory, features] =
      /^([^|]+)\|([a-z_+]+)(?![a-z_+])([^a-z|]*)\|(\d+)\+?\|(\d+)\+?\|([^|]*)$/.exec(line.trim()) ?? []
    if (name === undefined || state === undefined) return []
    const own = features === '(null)' || features === undefined ? [] : features.split(',').filter((one) => one !== '')
    const responds = !marks!.includes('*')
    return [{ name, state, responds, cpus: Number(cpus), memoryMiB: Number(memory), features: own }]
  })
  return [...new Map(nodes.map((node) => [node.name, node])).values()]
}

const expandRange = (range: string): readonly string[] => {
  const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? []
  if (from === undefined || Number(to) - Number(from) > 100_000) return []
  return Array.from({ length: Math.max(0, Number(to) - Number(from) + 1) }, (_, step) =>
    String(Number(from) + step).padStart(from.length, '0'),
  )
}

/** The names in a list such as `n1,rack[01-03,7]`; brackets are read once a name. */
export const expandHosts = (list: string): readonly string[] =>
  (list.match(/[^,[\]\s]+(?:\[[^\]]*\])?[^,[\]\s]*/g) ?? []).flatMap((part) => {
    const [, before, inside, behind] = /^([^[]*)\[([^\]]*)\](.*)$/.exec(part) ?? []
    if (inside === undefined) return [part]
    return inside.split(',').flatMap((range) => expandRange(range).map((number) => `${before}${number}${behind}`))
  })
