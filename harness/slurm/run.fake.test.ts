// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HostError, InterruptedError, UsageError } from '../model/errors.ts'
import { often } from '../testing/often.ts'
import { FakeSlurm } from '../testing/slurm/fake.ts'
import type { SlurmEvent } from './events.ts'
import type { SlurmOptions } from './options.ts'
import { shellWord } from './quote.ts'
import { hasEnded, type SlurmResult } from './result.ts'
import { cancelOnSlurm, runOnSlurm, submitOnSlurm } from './run.ts'
import { statusOnSlurm } from './status.ts'
import type { SlurmTask } from './tasks.ts'

let root: string
let slurm: FakeSlurm
let events: SlurmEvent[]
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-slurmrun-'))
  slurm = await FakeSlurm.start()
  events = []
})
afterEach(async () => {
  await slurm[Symbol.asyncDispose]()
  await rm(root, { recursive: true, force: true, maxRetries: 5 })
})

const task = (id: string, script = `echo ${id}`, part: Partial<SlurmTask> = {}): SlurmTask => ({
  id,
  command: ['sh', '-c', script],
  cpus: 1,
  memoryMiB: 100,
  minutes: 1,
  ...part,
})
const many = (count: number, script?: string) => Array.from({ length: count }, (_, index) => task(`t${index}`, script))

const run = (
  tasks: readonly SlurmTask[],
  part: Partial<SlurmOptions> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly SlurmResult[]> =>
  runOnSlurm(
    tasks,
    { root, env: slurm.env, pollMs: 60, settleMs: 300, ...part },
    { signal, emit: (event) => void events.push(event) },
  )

const of = (type: SlurmEvent['type']) => events.filter((event) => event.type === type)
const errorOf = (result: SlurmResult | undefined): string => (result && !hasEnded(result) ? result.error : '')
const folders = async () => (await readdir(join(root, 'tasks'))).sort()
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await sleep(10)
}
const timesRun = async (id: string) => (await readFile(join(root, `ran-${id}`), 'utf8')).length
const marked = (id: string, then = '') => `printf x >>'${root}/ran-${id}'; ${then}`

describe('tasks', () => {
  test('end in one folder each, in chunks and arrays, with what their command wrote', async () => {
    const tasks = Array.from({ length: 20 }, (_, n) =>
      task(`t${n}`, `echo out; echo err >&2; echo ${n} >file; exit $((${n} % 2))`),
    )
    const results = await run(tasks, { chunk: 2 })
    expect(results.map(({ task: id }) => id)).toEqual(tasks.map(({ id }) => id))
    expect(results.map((one) => hasEnded(one) && one.exit)).toEqual(tasks.map((_, n) => n % 2))
    expect(await folders()).toEqual(tasks.map(({ id }) => id).sort())
    const { dir } = results[7]!
    expect((await readdir(dir)).sort()).toEqual(['file', 'result.json', 'stderr', 'stdout'])
    expect(await readFile(join(dir, 'file'), 'utf8')).toBe('7\n')
    expect(results[7]).toMatchObject({ node: 'n1', attempt: 1, requeues: 0, lost: 0, job: expect.any(Number) })
    // MaxArraySize is 8 there.
    expect(new Set(slurm.elements.map(({ job }) => job)).size).toBe(2)
    expect(of('done')).toHaveLength(20)
    expect((await readdir(root)).sort()).toEqual(['journal.jsonl', 'journal.lock', 'logs', 'tasks'])
  })

  test('of a group start when the group before has ended, well or not', async () => {
    const tasks = [
      task('boot', `ls '${root}/tasks'`, { after: 'builds' }),
      task('good', 'sleep 0.2', { group: 'builds' }),
      task('bad', 'exit 1', { group: 'builds' }),
    ]
    const [boot] = await run(tasks)
    const seen = await readFile(join(boot!.dir, 'stdout'), 'utf8')
    expect(seen.split('\n')).toEqual(expect.arrayContaining(['good', 'bad']))
  })

  test('that come after a group wait for it even if its job was lost', async () => {
    slurm.fate = ({ job, name }) => (name.endsWith('-1') && job === 1 ? 'fail' : 'run')
    const tasks = [
      task('build', marked('build', 'sleep 0.3'), { group: 'g' }),
      task('boot', `[ -d '${root}/tasks/build' ]`, { after: 'g' }),
    ]
    expect((await run(tasks)).map((one) => hasEnded(one) && one.exit)).toEqual([0, 0])
    expect(await timesRun('build')).toBe(1)
  })

  test('get no option from the environment of the caller', async () => {
    const set = { SBATCH_ACCOUNT: 'x', SQUEUE_FORMAT: '%i', SLURM_CLUSTERS: 'x', SLURM_JOB_ID: '7' }
    Object.assign(process.env, set)
    try {
      await run([task('a')], { conf: '/no/slurm.conf' })
    } finally {
      for (const name of Object.keys(set)) delete process.env[name]
    }
    for (const program of ['sbatch', 'squeue']) {
      const seen = slurm
        .envOf(program)
        .split('\n')
        .filter((line) => /^(SBATCH|SQUEUE|SLURM)_/.test(line))
      expect(seen).toEqual(['SLURM_CONF=/no/slurm.conf'])
    }
  })
})

describe('a lost task', () => {
  test.each(['vanish', 'fail'] as const)('is submitted again after: %s', async (fate) => {
    slurm.fate = ({ name, index }) => (name.endsWith('-1') && index < 2 ? fate : 'run')
    const results = await run(['a', 'b', 'c'].map((id) => task(id, marked(id))))
    expect(results.map((one) => hasEnded(one) && [one.exit, one.lost])).toEqual([
      [0, 1],
      [0, 1],
      [0, 0],
    ])
    for (const id of ['a', 'b', 'c']) expect(await timesRun(id)).toBe(1)
    expect(of('resubmitted')).toHaveLength(2)
  })

  test('is an error of the host after three more tries', async () => {
    slurm.fate = ({ index }) => (index === 0 ? 'fail' : 'run')
    const [a] = await run([task('a')])
    expect(errorOf(a)).toBe('lost 4 times: it never started; its job ended as FAILED on n1')
    expect(slurm.elements).toHaveLength(4)
  })

  test.each([
    ['a signal ended it', 'kill -9 $$'],
    ['it blames its host', 'echo why >&2; exit 3'],
    ['it cannot start', 'exec no-such-program'],
  ])('is never a result: %s', async (_, script) => {
    const [bad, good] = await run([task('bad', marked('bad', script)), task('good')], { chunk: 2, retries: 1 })
    expect(errorOf(bad)).toContain('lost 2 times: attempts on n1 came to nothing')
    expect(good).toMatchObject({ exit: 0 })
    expect(await timesRun('bad')).toBe(2)
    // What it wrote is kept.
    expect((await folders()).filter((name) => name.startsWith('.bad.n1.'))).toHaveLength(2)
  })

  test('costs only itself a try, not the rest of its element', async () => {
    const tasks = [task('bad', 'kill -9 $PPID'), ...many(5)]
    const results = await run(tasks, { chunk: 6, retries: 1 })
    expect(errorOf(results[0])).toContain('lost 2 times')
    for (const one of results.slice(1)) expect(one).toMatchObject({ exit: 0, lost: 0 })
  })

  test('whose result is damaged is tried again', async () => {
    await mkdir(join(root, 'tasks/a'), { recursive: true })
    await writeFile(join(root, 'tasks/a/result.json'), '{"schemaVersion":1,"ta')
    const [a] = await run([task('a')])
    expect(a).toMatchObject({ exit: 0, attempt: 2, lost: 1 })
  })
})

describe('a result that is not accepted', () => {
  const runWith = (accept: (task: string) => string | undefined, retries = 1) =>
    runOnSlurm(
      [task('a', 'echo said >&2')],
      { root, env: slurm.env, pollMs: 60, settleMs: 300, retries },
      {
        signal: new AbortController().signal,
        emit: (event) => void events.push(event),
        accept: async (one) => accept(one.task),
      },
    )

  test('is lost work: an error in the end, with the last words of its command', async () => {
    const [a] = await runWith(() => 'half of it is missing')
    expect(errorOf(a)).toContain('the last one said: said')
    expect(events).toContainEqual(expect.objectContaining({ text: expect.stringContaining('half of it is missing') }))
  })

  test('is tried again', async () => {
    let asked = 0
    const [a] = await runWith(() => (asked++ === 0 ? 'no' : undefined))
    expect(a).toMatchObject({ exit: 0, attempt: 2, lost: 1 })
  })
})

test('what was submitted and not waited for is found by the next call', async () => {
  const tasks = many(3, marked('all', 'sleep 0.2'))
  const options = { root, env: slurm.env, pollMs: 60, settleMs: 300 }
  await submitOnSlurm(tasks, options, { signal: new AbortController().signal, emit: () => undefined })
  const { tasks: seen } = await statusOnSlurm(tasks, options, new AbortController().signal)
  expect(seen.map(({ state }) => state)).not.toContain('not queued')
  for (const one of await run(tasks)) expect(one).toMatchObject({ exit: 0, attempt: 1 })
  expect(slurm.elements).toHaveLength(3)
})

test('what was submitted can be cancelled, and started again', async () => {
  const tasks = many(2, 'sleep 0.5')
  const options = { root, env: slurm.env, pollMs: 60, settleMs: 100 }
  const context = { signal: new AbortController().signal, emit: () => undefined }
  await submitOnSlurm(tasks, options, context)
  await until(() => slurm.running.length === 2)
  await cancelOnSlurm(tasks, options, context)
  expect(slurm.elements.map(({ state }) => state)).toEqual(['CANCELLED', 'CANCELLED'])
  expect((await statusOnSlurm(tasks, options, context.signal)).tasks.map(({ state }) => state)).toEqual([
    'not queued',
    'not queued',
  ])
  for (const one of await run(tasks)) expect(one).toMatchObject({ exit: 0, lost: 0 })
})

describe('two instances of a task', () => {
  test('end in one result', async () => {
    // The controller forgets the first instance, which runs on.
    const slow = task('a', marked('a', `[ "$(wc -c <'${root}/ran-a')" -gt 1 ] || sleep 1.2`))
    const results = run([slow, task('b', 'sleep 1.5')])
    await until(() => slurm.running.length === 2)
    const first = slurm.elements.find(({ index }) => index === 0)!
    first.fate = 'vanish'
    const [a] = await results
    expect(a).toMatchObject({ exit: 0, attempt: 2 })
    expect(await timesRun('a')).toBe(2)
    expect(await folders()).toEqual(['a', 'b'])
  })
})

describe('Slurm', () => {
  test('that can never start a task: an error at once, with the remedy', async () => {
    slurm.fate = ({ index }) => (index === 0 ? { reason: 'PartitionConfig' } : 'run')
    const [a, b] = await run([task('a'), task('b')])
    expect(errorOf(a)).toBe('Slurm can never start it: PartitionConfig')
    expect(a).toMatchObject({ remedy: expect.stringContaining('sinfo') })
    expect(b).toMatchObject({ exit: 0 })
    expect(slurm.elements.find(({ index }) => index === 0)!.state).toBe('CANCELLED')
  })

  test('that refuses at the start is a usage error, and nothing is submitted', async () => {
    await slurm.set(
      'refuse',
      true,
      'sbatch: error: invalid partition specified: nope\nallocation failure: Invalid partition',
    )
    const refused = run([task('a')], { partition: 'nope' })
    await expect(refused).rejects.toThrow(UsageError)
    await expect(refused).rejects.toThrow('invalid partition specified: nope')
    expect(slurm.elements).toEqual([])
  })

  test('that does not answer for a while loses nothing', async () => {
    const results = run(many(6, 'sleep 0.3'), { settleMs: 100 })
    await until(() => slurm.running.length > 0)
    await slurm.set('down', true)
    await sleep(900)
    await slurm.set('down', false)
    for (const one of await results) expect(one).toMatchObject({ exit: 0, attempt: 1, lost: 0 })
    expect(events).toContainEqual(expect.objectContaining({ text: expect.stringContaining('Slurm does not answer') }))
  })

  test('that never answers again ends the run as an error of the host, which can be resumed', async () => {
    const first = run(many(3, 'sleep 0.6'), { silenceMs: 200 })
    const ended = expect(first).rejects.toThrow(HostError)
    await until(() => slurm.running.length === 3)
    await slurm.set('down', true)
    await ended
    await slurm.set('down', false)
    for (const one of await run(many(3, 'sleep 0.6'))) expect(one).toMatchObject({ exit: 0, attempt: 1 })
    expect(slurm.elements).toHaveLength(3)
  })

  test('that took a submission without saying so is asked for its name', async () => {
    await slurm.set('mute', true)
    for (const one of await run(many(3, 'sleep 0.3'))) expect(one).toMatchObject({ exit: 0, attempt: 1 })
    expect(slurm.elements).toHaveLength(3)
  })

  test('that is not there is named with what installs it', async () => {
    const missing = run([task('a')], { env: { PATH: '/usr/bin/none' } })
    await expect(missing).rejects.toThrow(HostError)
  })
})

describe('the coordinator', () => {
  test('cancels everything on Ctrl-C, and can be resumed', async () => {
    const stop = new AbortController()
    const first = run(many(6, marked('all', 'sleep 30')), {}, stop.signal)
    const ended = expect(first).rejects.toThrow(InterruptedError)
    await until(() => slurm.running.length === 4)
    stop.abort()
    await ended
    expect(slurm.elements.map(({ state }) => state)).toEqual(slurm.elements.map(() => 'CANCELLED'))
    expect(await folders()).toEqual([])
  })

  test('refuses a folder of other tasks', async () => {
    await run([task('a')])
    await expect(run([task('b')])).rejects.toThrow('this folder is of a run of other tasks')
  })

  test('called again after the end gives the same results and submits nothing', async () => {
    const once = await run(many(3))
    expect(await run(many(3))).toEqual(once)
    expect(slurm.elements).toHaveLength(3)
  })
})

test('any word reaches a command as it is', async () => {
  const word = fc.string({ unit: fc.constantFrom('a', "'", '"', '\\', '$', '`', ' ', '\n', '*', '%', '-', 'é') })
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 5 }), async (words) => {
      const script = ['printf', shellWord('%s\\0'), ...words.map(shellWord)].join(' ')
      const { stdout } = await execa('sh', ['-c', script], { stripFinalNewline: false })
      expect(stdout).toBe(words.length === 0 ? '\0' : words.map((one) => `${one}\0`).join(''))
    }),
    { numRuns: often(20, 300) },
  )
})
