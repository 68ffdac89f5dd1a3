// SPDX-License-Identifier: MIT
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { translateProgram } from '../testing/bisect/program.ts'
import { type FlakyHistory, flakyHistory } from '../testing/bisect/repo.ts'
import { processesIn, runningWith, waitOf } from '../testing/processes.ts'

let root: string
let cli: string
let history: FlakyHistory
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-ends-'))
  cli = await translateProgram(root, resolve(import.meta.dirname, '../cli.ts'))
  history = flakyHistory(join(root, 'repo'), 6, 3, [])
  const { repo, good } = history
  repo.git('bisect', 'start', 'main', good)
}, 120_000)
afterAll(() => rm(root, { recursive: true, force: true }))

interface Started {
  readonly stdout?: string
  readonly stderr?: string
  /** Code that the process runs before the program. */
  readonly first?: string
  readonly main?: string
  /** So long after its first word on stderr the process counts as hung. */
  readonly patienceMs?: number
}

const start = (args: readonly string[], { stdout, stderr, first, main = cli }: Started = {}) => {
  const preload = first === undefined ? [] : ['--import', `data:text/javascript,${encodeURIComponent(first)}`]
  const to = (file: string | undefined) => (file === undefined ? 'pipe' : openSync(file, 'w'))
  const output = [to(stdout), to(stderr)] as const
  const child = spawn(process.execPath, [...preload, main, ...args], {
    cwd: history.repo.dir,
    stdio: ['ignore', ...output],
    env: { ...process.env, ZSHARNESS_CACHE: join(root, 'cache'), TMPDIR: root },
  })
  for (const file of output) if (typeof file === 'number') closeSync(file)
  return child
}

/** How a process ended, and what it wrote to pipes. */
interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const hangOf = ({ pid, exitCode, signalCode }: ChildProcess): string =>
  exitCode === null && signalCode === null
    ? waitOf(pid!)
    : [`it ended with ${exitCode ?? signalCode}, but something holds its output open:`, ...processesIn(root)].join('\n')

// Node 20 can deadlock while it exits (nodejs/node#54918): the main thread waits for tasks of V8, one of which waits for it.
const isNodesOwn = (hang: string): boolean => hang.includes('stuck in exiting')

const run = async (args: readonly string[], how: Started = {}, again = true): Promise<Ran> => {
  const child = start(args, how)
  const said = [child.stdout, child.stderr].map((stream) => (stream ? text(stream) : ''))
  const ended = Promise.all([once(child, 'exit'), ...said])
  // A loaded machine is slow to start a process, whatever that does then.
  if (how.patienceMs !== undefined) await once(child.stderr!, 'data')
  const late = sleep(how.patienceMs ?? 20_000, undefined, { ref: false })
  const result = await Promise.race([ended, late])
  if (result === undefined) {
    const hang = hangOf(child)
    child.kill('SIGKILL')
    if (again && isNodesOwn(hang)) return run(args, how, false)
    throw new Error(`${args.join(' ')}: no end\n${hang}`)
  }
  const [[code], stdout, stderr] = result
  return { code, stdout: stdout ?? '', stderr: stderr ?? '' }
}

// A length that no other process sleeps for.
const naps = (n: number): string => `${5000 + n}.${process.pid}`
const gone = (marker: string): Promise<void> => vi.waitFor(() => expect(runningWith(marker)).toEqual([]), 10_000)

const search = (script: string): string[] => [
  ...['bisect', '--tree', `git:${history.repo.dir}#main`, '--good', history.good],
  ...['--script', script, '--results', join(root, `results-${Math.random()}`)],
]
const step = (script: string): string[] => ['bisect', 'step', '--script', script]

describe.concurrent('a process that hangs is killed, and the error says where it hangs:', () => {
  const hangs = async (first: string, where: RegExp): Promise<void> =>
    expect(run(['log', '/no/such/file'], { first, patienceMs: 3_000 })).rejects.toThrow(where)
  const asleep = (nap: string, options: string): string =>
    `import('node:child_process').then((it) => it.spawn('sleep', ['${nap}'], ${options}).unref())`
  const wake = (nap: string): void => {
    for (const { pid } of runningWith(nap)) process.kill(pid)
  }

  test.each([
    [
      'exit',
      `process.on('exit', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))`,
      /stuck in exiting/,
    ],
    ['work', 'setInterval(() => {}, 1_000)', /outside of node[\s\S]* (?:node|MainThread): \w*poll/],
  ])('in its %s', (_, first, where) => hangs(first, where))

  test('with a child', async () => {
    await hangs(`${asleep(naps(8), '{}')}; setInterval(() => {}, 1_000)`, /children:\n {2}\d+ sleep 5008/)
    wake(naps(8))
  })

  test('a child that holds its output open', async () => {
    const options = `{ stdio: ['ignore', 'inherit', 'ignore'], detached: true }`
    await hangs(asleep(naps(7), options), /ended with 2, but something holds its output open:\n[\s\S]*sleep 5007/)
    wake(naps(7))
  })
})

describe('output that cannot be written', () => {
  test.each([
    ['bisect', 3, () => search('grep -q good state')],
    ['bisect step', 129, () => step('grep -q good state')],
    ['clean', 3, () => ['clean', '--dry-run']],
    ['--help', 3, () => ['--help']],
  ])('%s to a full disk ends with %i', async (_, code, args) => {
    const ended = await run(args(), { stdout: '/dev/full' })
    expect(ended).toMatchObject({
      code,
      stderr: expect.stringMatching(/zsharness: .*ENOSPC.*\n {2}-> the disk is full/),
    })
  })

  test('errors to a full disk change no exit code', async () => {
    expect((await run(step('true'), { stderr: '/dev/full' })).code).toBe(0)
    expect((await run(['log', '/no/such/file'], { stderr: '/dev/full' })).code).toBe(2)
  })

  test('a reader that closes the pipe changes no exit code', async () => {
    const file = join(root, 'console.log')
    const one =
      '[    1.0] WARNING: CPU: 0 PID: 1 at mm/zsmalloc.c:12 zs_free+0x1/0x2\n[    1.1] ---[ end trace 0 ]---\n'
    await writeFile(file, one.repeat(5_000))
    const whole = await run(['log', file])
    const child = start(['log', file])
    const stderr = text(child.stderr!)
    child.stdout!.destroy()
    const [code] = await once(child, 'exit')
    expect([code, await stderr]).toEqual([whole.code, ''])
  })
})

describe('an error that nothing catches', () => {
  const THROWN = `setTimeout(() => { throw new Error('boom') }, 1500)`
  const REJECTED = `setTimeout(() => Promise.reject(new Error('boom')), 1500)`

  test.each([
    ['thrown', THROWN, 3, search],
    ['rejected', REJECTED, 3, search],
    ['thrown', THROWN, 129, step],
    ['rejected', REJECTED, 129, step],
  ])('%s, case %#: the children are stopped', async (_, first, code, command) => {
    const nap = naps(code + (first === THROWN ? 0 : 1_000))
    const ended = await run(command(`sleep ${nap}`), { first })
    expect(ended).toMatchObject({ code, stderr: expect.stringContaining('zsharness: a bug in zsharness: Error: boom') })
    await gone(nap)
  })

  test.each([
    [['run'], 3],
    [['bisect', 'step'], 129],
  ])('a program that cannot be loaded: %j ends with %i', async (args, code) => {
    const main = join(root, 'broken/cli.js')
    await mkdir(dirname(main), { recursive: true })
    await copyFile(cli, main)
    expect(await run(args, { main })).toMatchObject({ code, stderr: expect.stringContaining('cannot be loaded') })
  })

  test('work that stops in its middle is no success', async () => {
    const main = join(root, 'dist/stops.mjs')
    await writeFile(
      main,
      `import { Command } from 'commander'
import { runProgram } from './commands/shared/main.js'
await runProgram(() => new Command().action(() => new Promise(() => {})))`,
    )
    expect(await run([], { main })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('in the middle of its work'),
    })
  })
})

test.each([['--no-such-option'], ['--runs', 'many'], ['--symptom']])(
  'bisect step %s makes git stop, not call the commit bad',
  async (...args) => {
    expect((await run(['bisect', 'step', '--script', 'true', ...args])).code).toBe(128)
  },
)

test('the first Ctrl-C asks for an orderly end, the second kills all children at once', async () => {
  const nap = naps(9)
  const main = join(root, 'dist/patient.mjs')
  await writeFile(
    main,
    `import { interruptSignal } from './lib/process/interrupt.js'
import { runProcess } from './lib/process/run.js'
setInterval(() => {}, 1000)
await runProcess(['sh', '-c', 'trap "" TERM; sleep ${nap} & wait; sleep ${nap}'], { signal: interruptSignal(), graceMs: 60000 })`,
  )
  const child = start([], { main })
  const ended = once(child, 'exit')
  const sleeping = () => runningWith(nap).filter(({ command }) => command.startsWith('sleep'))
  await vi.waitFor(() => expect(sleeping()).toHaveLength(1), 20_000)
  child.kill('SIGINT')
  // npm passes on the signal that the terminal sends too.
  child.kill('SIGINT')
  await sleep(1_500)
  expect([child.exitCode, sleeping().length]).toEqual([null, 1])
  child.kill('SIGINT')
  expect((await ended)[0]).toBe(130)
  await gone(nap)
})
