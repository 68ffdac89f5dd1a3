// SPDX-License-Identifier: MIT
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shellWord } from '../lib/text/shellword.ts'
import { HostError, UsageError } from '../model/errors.ts'
import { often } from '../testing/often.ts'
import { errorOf, many, onFakeSlurm, task, until } from '../testing/slurm/onfake.ts'
import type { SlurmEvent } from './events.ts'
import { hasEnded } from './result.ts'
import { cancelOnSlurm, runOnSlurm, submitOnSlurm } from './run.ts'
import { statusOnSlurm } from './status.ts'

const here = onFakeSlurm()
const of = (type: SlurmEvent['type']) => here.events.filter((event) => event.type === type)

describe('tasks', () => {
  test('end in one folder each, in chunks and arrays, with what their command wrote', async () => {
    const tasks = Array.from({ length: 20 }, (_, n) =>
      task(`t${n}`, `echo out; echo err >&2; echo ${n} >file; exit $((${n} % 2))`),
    )
    const results = await here.run(tasks, { chunk: 2 })
    expect(results.map(({ task: id }) => id)).toEqual(tasks.map(({ id }) => id))
    expect(results.map((one) => hasEnded(one) && one.exit)).toEqual(tasks.map((_, n) => n % 2))
    expect(await here.folders()).toEqual(tasks.map(({ id }) => id).sort())
    const { dir } = results[7]!
    expect((await readdir(dir)).sort()).toEqual(['file', 'result.json', 'stderr', 'stdout'])
    expect(await readFile(join(dir, 'file'), 'utf8')).toBe('7\n')
    expect(results[7]).toMatchObject({ node: 'n1', attempt: 1, requeues: 0, lost: 0, job: expect.any(Number) })
    // MaxArraySize is 8 there.
    expect(new Set(here.slurm.elements.map(({ job }) => job)).size).toBe(2)
    expect(of('done')).toHaveLength(20)
    expect((await readdir(here.root)).sort()).toEqual(['journal.jsonl', 'journal.lock', 'logs', 'tasks'])
  })

  test('of a group start when the group before has ended, well or not', async () => {
    const tasks = [
      task('boot', `ls '${here.root}/tasks'`, { after: 'builds' }),
      task('good', 'sleep 0.2', { group: 'builds' }),
      task('bad', 'exit 1', { group: 'builds' }),
    ]
    const [boot] = await here.run(tasks)
    const seen = await readFile(join(boot!.dir, 'stdout'), 'utf8')
    expect(seen.split('\n')).toEqual(expect.arrayContaining(['good', 'bad']))
  })

  test('that come after a group wait for it even if its job was lost', async () => {
    here.slurm.fate = ({ job, name }) => (name.endsWith('-1') && job === 1 ? 'fail' : 'run')
    const tasks = [
      task('build', here.marked('build', 'sleep 0.3'), { group: 'g' }),
      task('boot', `[ -d '${here.root}/tasks/build' ]`, { after: 'g' }),
    ]
    expect((await here.run(tasks)).map((one) => hasEnded(one) && one.exit)).toEqual([0, 0])
    expect(await here.timesRun('build')).toBe(1)
  })

  test('get no option from the environment of the caller', async () => {
    const set = { SBATCH_ACCOUNT: 'x', SQUEUE_FORMAT: '%i', SLURM_CLUSTERS: 'x', SLURM_JOB_ID: '7' }
    Object.assign(process.env, set)
    try {
      await here.run([task('a')], { conf: '/no/slurm.conf' })
    } finally {
      for (const name of Object.keys(set)) delete process.env[name]
    }
    for (const program of ['sbatch', 'squeue']) {
      const seen = here.slurm
        .envOf(program)
        .split('\n')
        .filter((line) => /^(SBATCH|SQUEUE|SLURM)_/.test(line))
      expect(seen).toEqual(['SLURM_CONF=/no/slurm.conf'])
    }
  })
})

describe('a lost task', () => {
  test.each(['vanish', 'fail'] as const)('is submitted again after: %s', async (fate) => {
    here.slurm.fate = ({ name, index }) => (name.endsWith('-1') && index < 2 ? fate : 'run')
    const results = await here.run(['a', 'b', 'c'].map((id) => task(id, here.marked(id))))
    expect(results.map((one) => hasEnded(one) && [one.exit, one.lost])).toEqual([
      [0, 1],
      [0, 1],
      [0, 0],
    ])
    for (const id of ['a', 'b', 'c']) expect(await here.timesRun(id)).toBe(1)
    expect(of('resubmitted')).toHaveLength(2)
  })

  test('is an error of the host after three more tries', async () => {
    here.slurm.fate = ({ index }) => (index === 0 ? 'fail' : 'run')
    const [a] = await here.run([task('a')])
    expect(errorOf(a)).toBe('lost 4 times: it never started; its job ended as FAILED on n1')
    expect(here.slurm.elements).toHaveLength(4)
  })

  test('is never a result: a signal ended it, it blames its host, or it cannot start', async () => {
    const scripts = { signal: 'kill -9 $$', blames: 'echo why >&2; exit 3', none: 'exec no-such-program' }
    const bad = Object.entries(scripts).map(([id, script]) => task(id, here.marked(id, script)))
    const results = await here.run([...bad, task('good')], { chunk: 4, retries: 1 })
    expect(results.at(-1)).toMatchObject({ exit: 0 })
    for (const [index, { id }] of bad.entries()) {
      expect(errorOf(results[index])).toContain('lost 2 times: attempts on n1 came to nothing')
      expect(await here.timesRun(id)).toBe(2)
      // What it wrote is kept.
      expect((await here.folders()).filter((name) => name.startsWith(`.${id}.n1.`))).toHaveLength(2)
    }
  })

  test('whose result is damaged is tried again', async () => {
    await here.run([task('a')])
    await writeFile(join(here.root, 'tasks/a/result.json'), '{"schemaVersion":1,"ta')
    const [a] = await here.run([task('a')])
    expect(a).toMatchObject({ exit: 0, attempt: 2, lost: 1 })
  })
})

describe('a result that is not accepted', () => {
  const runWith = (accept: (task: string) => string | undefined, retries = 1) =>
    runOnSlurm(
      [task('a', 'echo said >&2')],
      { ...here.options, retries },
      {
        signal: new AbortController().signal,
        emit: (event) => void here.events.push(event),
        accept: async (one) => accept(one.task),
      },
    )

  test('is lost work: an error in the end, with the last words of its command', async () => {
    const [a] = await runWith(() => 'half of it is missing')
    expect(errorOf(a)).toContain('the last one said: said')
    expect(here.events).toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('half of it is missing') }),
    )
  })

  test('is tried again', async () => {
    let asked = 0
    const [a] = await runWith(() => (asked++ === 0 ? 'no' : undefined))
    expect(a).toMatchObject({ exit: 0, attempt: 2, lost: 1 })
  })
})

test('what was submitted and not waited for is found by the next call', async () => {
  const tasks = many(3, here.gated())
  const options = here.options
  await submitOnSlurm(tasks, options, { signal: new AbortController().signal, emit: () => undefined })
  // The fake takes a moment, which Slurm does not, to show what it took.
  await until(async () => {
    const { tasks: seen } = await statusOnSlurm(tasks, options, new AbortController().signal)
    return seen.every(({ state }) => state === 'running')
  })
  await here.open()
  for (const one of await here.run(tasks)) expect(one).toMatchObject({ exit: 0, attempt: 1 })
  expect(here.slurm.elements).toHaveLength(3)
})

test('what was submitted can be cancelled, and started again', async () => {
  const tasks = many(2, here.gated())
  const options = { ...here.options, settleMs: 100 }
  const context = { signal: new AbortController().signal, emit: () => undefined }
  await submitOnSlurm(tasks, options, context)
  await until(() => here.slurm.running.length === 2)
  await cancelOnSlurm(tasks, options)
  expect(here.slurm.elements.map(({ state }) => state)).toEqual(['CANCELLED', 'CANCELLED'])
  expect((await statusOnSlurm(tasks, options, context.signal)).tasks.map(({ state }) => state)).toEqual([
    'not queued',
    'not queued',
  ])
  await here.open()
  for (const one of await here.run(tasks)) expect(one).toMatchObject({ exit: 0, lost: 0 })
})

describe('Slurm', () => {
  test('that can never start a task: an error at once, with the remedy', async () => {
    here.slurm.fate = ({ index }) => (index === 0 ? { reason: 'PartitionConfig' } : 'run')
    const [a, b] = await here.run([task('a'), task('b')])
    expect(errorOf(a)).toBe('Slurm can never start it: PartitionConfig')
    expect(a).toMatchObject({ remedy: expect.stringContaining('sinfo') })
    expect(b).toMatchObject({ exit: 0 })
    expect(here.slurm.elements.find(({ index }) => index === 0)!.state).toBe('CANCELLED')
  })

  test('that refuses at the start is a usage error, and nothing is submitted', async () => {
    await here.slurm.set(
      'refuse',
      true,
      'sbatch: error: invalid partition specified: nope\nallocation failure: Invalid partition',
    )
    const refused = here.run([task('a')], { partition: 'nope' })
    await expect(refused).rejects.toThrow(UsageError)
    await expect(refused).rejects.toThrow('invalid partition specified: nope')
    expect(here.slurm.elements).toEqual([])
  })

  test('that cannot start now what it ran before is not asked whether it ever could', async () => {
    await here.slurm.set('refuse', true, 'allocation failure: Requested node configuration is not available')
    await expect(here.run([task('a')])).rejects.toThrow(UsageError)
    const root = await mkdtemp(join(tmpdir(), 'zsharness-tried-'))
    expect(await here.run([task('a')], { root, isTried: true })).toMatchObject([{ exit: 0 }])
  })

  test('that refuses what could run is asked again, at most three times', async () => {
    await here.slurm.set('full', true, '3')
    expect(await here.run([task('a')])).toMatchObject([{ exit: 0 }])
    await here.slurm.set('full', true, '9')
    const [lost] = await here.run([task('b')], { root: await mkdtemp(join(tmpdir(), 'zsharness-full-')) })
    expect(lost).toMatchObject({
      error:
        'lost 4 times: it never started; sbatch refused it: Batch job submission failed: I/O error writing script/environment to file',
    })
  })

  test('that never answers again ends the run as an error of the host, which can be resumed', async () => {
    const first = here.run(many(3, 'sleep 0.6'), { silenceMs: 200 })
    const ended = expect(first).rejects.toThrow(HostError)
    await until(() => here.slurm.running.length === 3)
    await here.slurm.set('down', true)
    await ended
    await here.slurm.set('down', false)
    for (const one of await here.run(many(3, 'sleep 0.6'))) expect(one).toMatchObject({ exit: 0, attempt: 1 })
    expect(here.slurm.elements).toHaveLength(3)
  })

  test('that took a submission without saying so is asked for its name', async () => {
    await here.slurm.set('mute', true)
    for (const one of await here.run(many(3, 'sleep 0.3'))) expect(one).toMatchObject({ exit: 0, attempt: 1 })
    expect(here.slurm.elements).toHaveLength(3)
  })

  test('that is not there is named with what installs it', async () => {
    const missing = here.run([task('a')], { env: { PATH: '/usr/bin/none' } })
    await expect(missing).rejects.toThrow(HostError)
  })
})

describe('the coordinator', () => {
  test('refuses a folder of other tasks', async () => {
    await here.run([task('a')])
    await expect(here.run([task('b')])).rejects.toThrow('this folder is of a run of other tasks')
  })

  describe('with a damaged journal', () => {
    const journal = () => join(here.root, 'journal.jsonl')
    const lines = async () => (await readFile(journal(), 'utf8')).split('\n').slice(0, -1)
    const refused = async (why: string) => {
      const again = here.run([task('a')])
      await expect(again).rejects.toThrow(HostError)
      await expect(again).rejects.toThrow(`${journal()}: ${why}`)
      expect(here.slurm.elements).toHaveLength(1)
    }

    test.each([
      ['emptied', (): Promise<void> => writeFile(journal(), '')],
      ['lost', (): Promise<void> => rm(journal())],
      ['without its first line', async (): Promise<void> => writeFile(journal(), (await lines()).slice(1).join('\n'))],
    ])('%s, submits nothing', async (_, damage) => {
      await here.run([task('a')])
      await damage()
      await refused('')
    })

    test('whose last line is no record, though it is whole, submits nothing', async () => {
      await here.run([task('a')])
      await appendFile(journal(), '{"t":"closed"}\n')
      await refused(`line ${(await lines()).length} cannot be read`)
    })

    test('that lost the submission whose job runs, submits nothing', async () => {
      await submitOnSlurm([task('a', here.gated())], here.options, {
        ...{ signal: new AbortController().signal, emit: () => undefined },
      })
      await until(() => here.slurm.running.length === 1)
      await writeFile(journal(), `${(await lines())[0]}\n`)
      await expect(here.run([task('a', here.gated())])).rejects.toThrow('it has lost records: job 1, zs-')
      expect(here.slurm.elements).toHaveLength(1)
      await here.open()
    })
  })

  test('interrupted beside a silent controller names the jobs that may still run', async () => {
    const tasks = [task('a', here.gated())]
    await submitOnSlurm(tasks, here.options, { signal: new AbortController().signal, emit: () => undefined })
    await here.slurm.set('down', true)
    const stop = new AbortController()
    const resumed = here.run(tasks, { endMs: 300 }, stop.signal)
    const ended = expect(resumed).rejects.toThrow(/interrupted; jobs named zs-[0-9a-f]{8}-\* may still run: .*scancel/)
    setTimeout(() => stop.abort(), 300)
    await ended
    await here.slurm.set('down', false)
    await here.open()
  })

  test('interrupted with a journal that lost its submissions cancels their jobs', async () => {
    const tasks = [task('a', here.gated())]
    await submitOnSlurm(tasks, here.options, { signal: new AbortController().signal, emit: () => undefined })
    await until(() => here.slurm.running.length === 1)
    const journal = join(here.root, 'journal.jsonl')
    await writeFile(journal, `${(await readFile(journal, 'utf8')).split('\n')[0]}\n`)
    await expect(here.run(tasks, {}, AbortSignal.abort())).rejects.toThrow('interrupted; all jobs are cancelled')
    expect(here.slurm.elements.map(({ state }) => state)).toEqual(['CANCELLED'])
  })

  test('interrupted before anything was submitted says so', async () => {
    await here.slurm.set('down', true)
    const stop = new AbortController()
    stop.abort()
    await expect(here.run([task('a')], {}, stop.signal)).rejects.toThrow('interrupted; nothing was submitted')
  })

  test('called again after the end gives the same results and submits nothing', async () => {
    const once = await here.run(many(3))
    expect(await here.run(many(3))).toEqual(once)
    expect(here.slurm.elements).toHaveLength(3)
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
