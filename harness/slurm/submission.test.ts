// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { UsageError } from '../model/errors.ts'
import { chunkFor, planArrays } from './arrays.ts'
import { jobName, parseAttempt, submissionOf } from './layout.ts'
import { type SlurmOptions, settle } from './options.ts'
import { outlookOf } from './reasons.ts'
import { sbatchArgv, testArgv } from './sbatch.ts'
import { batchScript, elementText } from './script.ts'
import { checkedTasks, type SlurmTask } from './tasks.ts'

const task = (id: string, part: Partial<SlurmTask> = {}): SlurmTask => ({
  id,
  command: ['true'],
  cpus: 2,
  memoryMiB: 700,
  minutes: 3,
  ...part,
})
const options = (part: Partial<SlurmOptions> = {}) => settle({ root: '/shared/run', ...part })
const plan = (...tasks: SlurmTask[]) => planArrays(tasks, 2, 10)[0]!
const where = { run: '0123abcd', sub: 7, after: [] as string[] }

describe('the arguments of sbatch', () => {
  test('are these', () =>
    expect(sbatchArgv(plan(task('a'), task('b'), task('c')), options(), where)).toEqual([
      'sbatch',
      '--parsable',
      '--job-name=zs-0123abcd-7',
      '--array=0-1',
      '--requeue',
      '--open-mode=append',
      '--export=ALL',
      '--input=/dev/null',
      '--chdir=/shared/run',
      '--output=/shared/run/logs/7-%a.log',
      '--nodes=1',
      '--ntasks=1',
      '--cpus-per-task=2',
      '--mem=700M',
      '--time=6',
      '/shared/run/elements/7/script',
    ]))

  test.each<[string, Partial<SlurmOptions>, Partial<SlurmTask>, string]>([
    ['a partition', { partition: 'long' }, {}, '--partition=long'],
    ['an account', { account: 'lab' }, {}, '--account=lab'],
    ['a time', { minutes: 90 }, {}, '--time=90'],
    ['a constraint', { constraint: 'kvm' }, {}, '--constraint=kvm'],
    ["a task's constraint", {}, { constraint: 'arm64' }, '--constraint=arm64'],
    ['both', { constraint: 'kvm|fast' }, { constraint: 'arm64' }, '--constraint=(kvm|fast)&arm64'],
    ['the same twice', { constraint: 'kvm' }, { constraint: 'kvm' }, '--constraint=kvm'],
    ["the site's own", { sbatchArgs: ['--qos=low'] }, {}, '--qos=low'],
  ])('%s', (_, own, part, expected) => {
    expect(sbatchArgv(plan(task('a', part)), options(own), where)).toContain(expected)
    expect(testArgv(plan(task('a', part)), options(own))).toContain(expected)
  })

  test('a dependency is afterany', () =>
    expect(sbatchArgv(plan(task('a')), options(), { ...where, after: ['4', '9'] })).toContain(
      '--dependency=afterany:4:9',
    ))

  test('a test submits nothing and names no job', () => {
    const argv = testArgv(plan(task('a')), options())
    expect(argv[1]).toBe('--test-only')
    expect(argv.some((word) => /--(array|dependency|job-name)/.test(word))).toBe(false)
  })
})

describe('--sbatch-arg', () => {
  test.each([
    '--qos=low',
    '--reservation=x',
    '--nice',
    '--exclude=n1',
    '--gres=kvm:1',
    '--time-min=1',
    '--signal=B:TERM@60',
  ])('%s passes', (arg) => expect(options({ sbatchArgs: [arg] }).sbatchArgs).toEqual([arg]))
  test.each([
    '--array=0-3',
    '--arr=0-3',
    '--output=x',
    '--parsable',
    '--dependency=afterok:3',
    '--d=afterok:3',
    '--job-name=x',
    '--export=NONE',
    '--no-requeue',
    '--hold',
    '--wrap=x',
    '--partition=x',
    '--test-only',
    '-a0-3',
    '-Hp x',
    'script.sh',
    '--',
    '--qos=a\nb',
    '',
  ])('%j is refused with exit 2', (arg) => {
    expect(() => options({ sbatchArgs: [arg] })).toThrow(UsageError)
    expect(() => options({ sbatchArgs: [arg] })).toThrow('--sbatch-arg')
  })
})

describe('options', () => {
  test.each<[string, Partial<SlurmOptions>]>([
    ['a relative folder', { root: 'x' }],
    ['a folder with a percent sign', { root: '/a%j' }],
    ['a partition with a space', { partition: 'a b' }],
    ['a constraint that is an option', { constraint: ' --hold' }],
    ['no minutes', { minutes: 0 }],
    ['half a chunk', { chunk: 0.5 }],
    ['retries below 0', { retries: -1 }],
  ])('%s is refused', (_, part) => expect(() => options(part)).toThrow(UsageError))
})

describe('tasks', () => {
  test.each<[string, SlurmTask[], string]>([
    ['an id with a slash', [task('a/b')], 'its id must be'],
    ['an id that begins with a dot', [task('.a')], 'its id must be'],
    ['no command', [task('a', { command: [] })], 'no command'],
    ['a NUL', [task('a', { command: ['a\0'] })], 'NUL'],
    ['no CPU', [task('a', { cpus: 0 })], 'cpus is 0'],
    ['half a minute', [task('a', { minutes: 0.5 })], 'minutes is 0.5'],
    ['an id twice', [task('a'), task('a')], 'two tasks'],
    ['an unknown group', [task('a', { after: 'g' })], 'no task is in the group g'],
    ['a circle', [task('a', { group: 'g', after: 'h' }), task('b', { group: 'h', after: 'g' })], 'wait for each other'],
    ['a task after its own group', [task('a', { group: 'g', after: 'g' })], 'wait for each other'],
  ])('%s is refused', (_, tasks, message) => expect(() => checkedTasks(tasks)).toThrow(message))

  test('come after what they wait for', () => {
    const tasks = [
      task('boot', { after: 'g', group: 'h' }),
      task('last', { after: 'h' }),
      task('build', { group: 'g' }),
    ]
    expect(checkedTasks(tasks).map(({ id }) => id)).toEqual(['build', 'boot', 'last'])
  })
})

describe('arrays', () => {
  const ids = (tasks: SlurmTask[], chunk: number, max: number) =>
    planArrays(tasks, chunk, max).map(({ elements }) => elements.map((one) => one.map(({ id }) => id).join('')))
  const five = ['a', 'b', 'c', 'd', 'e'].map((id) => task(id))
  test.each<[string, string[][], string[][]]>([
    ['one task an element', ids(five, 1, 10), [['a', 'b', 'c', 'd', 'e']]],
    ['two an element', ids(five, 2, 10), [['ab', 'cd', 'e']]],
    ['two elements an array', ids(five, 1, 2), [['a', 'b'], ['c', 'd'], ['e']]],
    ['other needs, other arrays', ids([task('a'), task('b', { cpus: 4 }), task('c')], 9, 9), [['ac'], ['b']]],
    ['a group of its own', ids([task('a', { group: 'g' }), task('b')], 9, 9), [['a'], ['b']]],
    ['none', ids([], 1, 10), []],
  ])('%s', (_, arrays, expected) => expect(arrays).toEqual(expected))

  test.each([
    [1, 1],
    [1_000, 1],
    [1_001, 2],
    [10_000, 10],
  ])('%d tasks: %d an element', (tasks, chunk) => expect(chunkFor(tasks)).toBe(chunk))
})

describe('names', () => {
  test('lead from a job to its submission', () => {
    expect(submissionOf('0123abcd', jobName('0123abcd', 12))).toBe(12)
    for (const other of ['zs-0123abcd-', 'zs-0123abcd-1x', 'zs-0123abce-1', 'x', 'zs-0123abcd-01-2'])
      expect(submissionOf('0123abcd', other)).toBeUndefined()
  })
  test.each([
    ['.a.n1.12.1', { task: 'a', node: 'n1', pid: 12, attempt: 1 }],
    ['.a.b-run1.n1.12.3', { task: 'a.b-run1', node: 'n1', attempt: 3 }],
    ['a', undefined],
    ['.a.n1.12', undefined],
    ['.a.0123456789ab.tmp', undefined],
  ])('%s', (name, expected) => expect(parseAttempt(name)).toEqual(expected && expect.objectContaining(expected)))
})

describe('the reason', () => {
  const nodes = new Set(['n1', 'n2'])
  test.each([
    ['Resources', 'waits'],
    ['Priority', 'waits'],
    ['BeginTime', 'waits'],
    ['None', 'waits'],
    ['PartitionConfig', 'never'],
    ['BadConstraints', 'never'],
    ['DependencyNeverSatisfied', 'never'],
    ['AssocMaxCpuPerJobLimit', 'never'],
    ['QOSMaxMemoryPerJob', 'never'],
    ['QOSMaxWallDurationPerJobLimit', 'never'],
    ['AssocGrpCpuLimit', 'waits'],
    ['PartitionDown', 'note'],
    ['JobHeldAdmin', 'note'],
    ['ReqNodeNotAvail, UnavailableNodes:n1', 'note'],
    ['ReqNodeNotAvail, UnavailableNodes:n[1,9]', 'note'],
    ['ReqNodeNotAvail, UnavailableNodes:n[8-9]', 'never'],
    ['ReqNodeNotAvail', 'note'],
    ['ReqNodeNotAvail, Reserved for maintenance', 'note'],
  ])('%s: %s', (reason, kind) => expect(outlookOf(reason, nodes).kind).toBe(kind))
})

describe('the scripts', () => {
  test('quote the folder and every word', () => {
    expect(batchScript("/a b/it's", 3, 3).split('\n').slice(3, 8)).toEqual([
      'set -u',
      `root='/a b/it'\\''s'`,
      'sub=3',
      'tries=4',
      'blamed=3',
    ])
    const command = ['sh', '-c', `echo "$HOME" 'x' \`id\``, '']
    expect(elementText('/r', [task('a', { command }), task('b')], 2)).toBe(
      `group '/r/groups/2'\ntask 'a' 'sh' '-c' 'echo "$HOME" '\\''x'\\'' \`id\`' ''\ntask 'b' 'true'\n`,
    )
  })
})
