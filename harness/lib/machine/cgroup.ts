// SPDX-License-Identifier: MIT
import { posix } from 'node:path'

/** The least limits of the control groups that this process is in; missing where there is none. */
export interface CgroupLimits {
  /** CPUs by quota: may be a fraction. */
  readonly cpus?: number
  readonly memoryBytes?: number
}

/** Folders that may have limits, by the form of their files. */
export interface CgroupFolders {
  readonly unified: readonly string[]
  readonly cpu: readonly string[]
  readonly memory: readonly string[]
}

interface Mount {
  /** The group that is at `point`: a container may see only its own. */
  readonly root: string
  readonly point: string
  readonly type: string
  readonly controllers: readonly string[]
}

// A blank in a path is \040 there.
const unescaped = (path: string): string =>
  path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

const mountsOf = (mountinfo: string): readonly Mount[] =>
  mountinfo.split('\n').flatMap((line) => {
    const [left = '', right = ''] = line.split(' - ')
    const [, , , root, point] = left.split(' ')
    const [type = '', , options = ''] = right.split(' ')
    if (root === undefined || point === undefined || !type.startsWith('cgroup')) return []
    return [{ root: unescaped(root), point: unescaped(point), type, controllers: options.split(',') }]
  })

/** A group's folder and those above it, up to the mount point: the limits of all of them hold. */
const upFrom = ({ root, point }: Mount, group: string): readonly string[] => {
  // Outside its own name space a path may begin with `..`, or with what is above the mount.
  const below = group === root || group.startsWith(`${root.replace(/\/$/, '')}/`) ? group.slice(root.length) : ''
  const parts = below.split('/').filter((part) => part !== '' && part !== '..')
  return [...Array(parts.length + 1).keys()].map((count) => posix.join(point, ...parts.slice(0, count)))
}

/** The folders with the limits of this process, from /proc/self/cgroup and /proc/self/mountinfo. */
export const cgroupFolders = (groups: string, mountinfo: string): CgroupFolders => {
  const mounts = mountsOf(mountinfo)
  const lines = groups.split('\n').flatMap((line) => {
    const match = /^\d+:([^:]*):(\/.*)$/.exec(line)
    return match ? [{ controllers: match[1]!.split(','), group: match[2]! }] : []
  })
  const of = (controller: string): readonly string[] =>
    lines
      .filter(({ controllers }) => controllers.includes(controller))
      .flatMap(({ group }) =>
        mounts
          .filter((mount) => mount.type === 'cgroup' && mount.controllers.includes(controller))
          .flatMap((mount) => upFrom(mount, group)),
      )
  const unified = lines
    .filter(({ controllers }) => controllers.join() === '')
    .flatMap(({ group }) => mounts.filter(({ type }) => type === 'cgroup2').flatMap((mount) => upFrom(mount, group)))
  return { unified, cpu: of('cpu'), memory: of('memory') }
}

// Version 1 writes the largest page-aligned number where there is no limit.
const NO_LIMIT = 2 ** 62

const positive = (text: string | undefined): number | undefined => {
  const value = /^\s*(\d+)\s*$/.exec(text ?? '')?.[1]
  return value === undefined || Number(value) === 0 || Number(value) >= NO_LIMIT ? undefined : Number(value)
}

const least = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

type Read = (path: string) => string | undefined

const unifiedCpus = (dir: string, read: Read): number | undefined => {
  const [quota, period] = (read(`${dir}/cpu.max`) ?? '').trim().split(' ').map(positive)
  return quota !== undefined && period !== undefined ? quota / period : undefined
}

const oldCpus = (dir: string, read: Read): number | undefined => {
  const quota = positive(read(`${dir}/cpu.cfs_quota_us`))
  const period = positive(read(`${dir}/cpu.cfs_period_us`))
  return quota !== undefined && period !== undefined ? quota / period : undefined
}

/** The least limits in these folders. */
export const limitsIn = ({ unified, cpu, memory }: CgroupFolders, read: Read): CgroupLimits => {
  const cpus = least([...unified.map((dir) => unifiedCpus(dir, read)), ...cpu.map((dir) => oldCpus(dir, read))])
  const memoryBytes = least([
    ...unified.map((dir) => positive(read(`${dir}/memory.max`))),
    ...memory.map((dir) => positive(read(`${dir}/memory.limit_in_bytes`))),
  ])
  return { ...(cpus === undefined ? {} : { cpus }), ...(memoryBytes === undefined ? {} : { memoryBytes }) }
}
