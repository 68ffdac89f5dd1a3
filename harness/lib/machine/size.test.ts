// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { cgroupFolders, limitsIn } from './cgroup.ts'
import type { Readings } from './readings.ts'
import { machineSize, sizeOf } from './size.ts'

const GIB = 2 ** 30
const readings = (part: Partial<Readings>): Readings => ({
  hostCpus: 64,
  affinityCpus: 64,
  hostBytes: 256 * GIB,
  cgroups: {},
  env: {},
  ...part,
})
const job = (env: Readings['env']): Partial<Readings> => ({ env: { SLURM_JOB_ID: '7', ...env } })
const HOST_MIB = 256 * 1024
const all = 'all of the host'

test.each<[string, Partial<Readings>, readonly [number, number, string, string]]>([
  ['a host without limits', {}, [64, HOST_MIB, all, all]],
  ['affinity', { affinityCpus: 4 }, [4, HOST_MIB, 'CPU affinity', all]],
  ['a quota', { cgroups: { cpus: 3 } }, [3, HOST_MIB, 'cgroup CPU quota', all]],
  ['a quota of a fraction', { cgroups: { cpus: 2.9 } }, [2, HOST_MIB, 'cgroup CPU quota', all]],
  ['a quota below one CPU', { cgroups: { cpus: 0.5 } }, [1, HOST_MIB, 'cgroup CPU quota', all]],
  ['a quota above the host', { cgroups: { cpus: 99 } }, [64, HOST_MIB, all, all]],
  ['a memory limit', { cgroups: { memoryBytes: 4 * GIB } }, [64, 4096, all, 'cgroup memory limit']],
  ['a limit above the host', { cgroups: { memoryBytes: 999 * GIB } }, [64, HOST_MIB, all, all]],
  [
    'the least of affinity and quota',
    { affinityCpus: 8, cgroups: { cpus: 6 } },
    [6, HOST_MIB, 'cgroup CPU quota', all],
  ],
  ['a task', job({ SLURM_CPUS_PER_TASK: '2' }), [2, HOST_MIB, 'SLURM_CPUS_PER_TASK', all]],
  ['a job', job({ SLURM_CPUS_ON_NODE: '8' }), [8, HOST_MIB, 'SLURM_CPUS_ON_NODE', all]],
  [
    'a task of a job',
    job({ SLURM_CPUS_PER_TASK: '2', SLURM_CPUS_ON_NODE: '8' }),
    [2, HOST_MIB, 'SLURM_CPUS_PER_TASK', all],
  ],
  ['more than the host, which a test cluster claims', job({ SLURM_CPUS_PER_TASK: '99' }), [64, HOST_MIB, all, all]],
  ['memory of a node', job({ SLURM_MEM_PER_NODE: '4000' }), [64, 4000, all, 'SLURM_MEM_PER_NODE']],
  ['all memory of a node', job({ SLURM_MEM_PER_NODE: '0' }), [64, HOST_MIB, all, all]],
  [
    'memory for each CPU',
    job({ SLURM_MEM_PER_CPU: '500', SLURM_CPUS_ON_NODE: '8', SLURM_CPUS_PER_TASK: '2' }),
    [2, 4000, 'SLURM_CPUS_PER_TASK', 'SLURM_MEM_PER_CPU'],
  ],
  [
    'memory for each CPU of a task',
    job({ SLURM_MEM_PER_CPU: '500', SLURM_CPUS_PER_TASK: '2' }),
    [2, 1000, 'SLURM_CPUS_PER_TASK', 'SLURM_MEM_PER_CPU'],
  ],
  ['memory for each of an unknown number', job({ SLURM_MEM_PER_CPU: '500' }), [64, HOST_MIB, all, all]],
  ['variables outside a job', { env: { SLURM_CPUS_PER_TASK: '2', SLURM_MEM_PER_NODE: '9' } }, [64, HOST_MIB, all, all]],
  [
    'variables that are none',
    job({ SLURM_CPUS_PER_TASK: 'two', SLURM_MEM_PER_NODE: '4G', SLURM_CPUS_ON_NODE: '-1' }),
    [64, HOST_MIB, all, all],
  ],
])('%s', (_, part, [cpus, memoryMiB, whyCpus, whyMemory]) =>
  expect(sizeOf(readings(part))).toEqual({ cpus, memoryMiB, why: { cpus: whyCpus, memory: whyMemory } }),
)

describe('the limits of control groups', () => {
  const limits = (groups: string, mounts: string, files: Record<string, string>) =>
    limitsIn(cgroupFolders(groups, mounts), (path) => files[path])
  const V2 = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n'
  const V1 = `32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
`

  test.each<[string, string, string, Record<string, string>, object]>([
    ['nothing', '', '', {}, {}],
    [
      'version 2 without limits',
      '0::/a\n',
      V2,
      { '/sys/fs/cgroup/a/cpu.max': 'max 100000\n', '/sys/fs/cgroup/a/memory.max': 'max\n' },
      {},
    ],
    [
      'version 2',
      '0::/a/b\n',
      V2,
      { '/sys/fs/cgroup/a/b/cpu.max': '250000 100000\n', '/sys/fs/cgroup/a/b/memory.max': '4096\n' },
      { cpus: 2.5, memoryBytes: 4096 },
    ],
    [
      'a group above',
      '0::/a/b\n',
      V2,
      { '/sys/fs/cgroup/a/cpu.max': '100000 100000\n', '/sys/fs/cgroup/a/b/cpu.max': '800000 100000\n' },
      { cpus: 1 },
    ],
    ['a group beside', '0::/a/b\n', V2, { '/sys/fs/cgroup/a/c/cpu.max': '100000 100000\n' }, {}],
    ['a name space', '0::/\n', V2, { '/sys/fs/cgroup/memory.max': '8192\n' }, { memoryBytes: 8192 }],
    [
      'a group outside the name space',
      '0::/../x\n',
      V2,
      { '/sys/fs/cgroup/memory.max': '8192\n' },
      { memoryBytes: 8192 },
    ],
    [
      'a container that sees its own group',
      '0::/docker/1\n',
      V2.replace(' / ', ' /docker/1 '),
      { '/sys/fs/cgroup/memory.max': '8192\n' },
      { memoryBytes: 8192 },
    ],
    [
      'version 1',
      '4:memory:/m\n2:cpu,cpuacct:/c\n0::/\n',
      V1,
      {
        '/sys/fs/cgroup/cpu,cpuacct/c/cpu.cfs_quota_us': '300000\n',
        '/sys/fs/cgroup/cpu,cpuacct/c/cpu.cfs_period_us': '100000\n',
        '/sys/fs/cgroup/memory/m/memory.limit_in_bytes': '4096\n',
      },
      { cpus: 3, memoryBytes: 4096 },
    ],
    [
      'version 1 without limits',
      '4:memory:/\n2:cpu,cpuacct:/\n',
      V1,
      {
        '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n',
        '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
        '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      },
      {},
    ],
    [
      'a path with a blank',
      '0::/a b\n',
      V2.replace('/sys/fs/cgroup', '/sys/my\\040cgroup'),
      { '/sys/my cgroup/a b/memory.max': '8\n' },
      { memoryBytes: 8 },
    ],
    ['garbage', ':::\n0::a\n\0', 'x - cgroup2\n - \n', {}, {}],
  ])('%s', (_, groups, mounts, files, expected) => expect(limits(groups, mounts, files)).toEqual(expected))
})

test('this machine has a CPU and some memory', () => {
  const { cpus, memoryMiB } = machineSize()
  expect(cpus).toBeGreaterThan(0)
  expect(memoryMiB).toBeGreaterThan(0)
})
