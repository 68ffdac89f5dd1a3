// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { makePipe, runningWith } from '../../testing/processes.ts'
import { guarded } from './guard.ts'
import { describeEnd, runProcess } from './run.ts'

// The kernel ends killed processes in its own time.
const gone = (marker: string): Promise<void> => vi.waitFor(() => expect(runningWith(marker)).toEqual([]), 10_000)

// Lines of 1 KiB: 100 MB of short ones take seconds to split.
const YES = `yes ${'y'.repeat(1023)}`

// A length that no other process sleeps for, so that leftovers can be recognised.
const naps = (n: number): string => `${3000 + n}.${process.pid}`

describe('runProcess', () => {
  test('reports the exit code and both streams', async () => {
    const lines: string[] = []
    const { ended, tail } = await runProcess(['sh', '-c', 'echo out; echo err >&2; exit 3'], {
      onLine: (line, stream) => lines.push(`${stream}:${line}`),
    })
    expect(ended).toEqual({ by: 'exit', code: 3 })
    expect(lines.sort()).toEqual(['stderr:err', 'stdout:out'])
    expect([...tail].sort()).toEqual(['err', 'out'])
  })

  test('names a program that does not exist', async () => {
    expect((await runProcess(['no-such-program'])).ended.by).toBe('spawn')
  })

  test('names the signal that killed it', async () => {
    expect((await runProcess(['sh', '-c', 'kill -SEGV $$'])).ended).toEqual({ by: 'signal', name: 'SIGSEGV' })
  })

  test('stops a whole tree that ignores SIGTERM at its deadline', async () => {
    const nap = naps(1)
    const script = `trap "" TERM; sleep ${nap} & sleep ${nap}`
    const { ended, durationMs } = await runProcess(['sh', '-c', script], { deadlineMs: 300, graceMs: 300 })
    expect(ended).toEqual({ by: 'deadline', afterMs: 300 })
    expect(durationMs).toBeLessThan(3_000)
    await gone(nap)
  })

  test('does not wait for a grandchild that holds the output', async () => {
    const nap = naps(2)
    const { ended, durationMs } = await runProcess(['sh', '-c', `sleep ${nap} & exit 0`])
    expect(ended).toEqual({ by: 'exit', code: 0 })
    expect(durationMs).toBeLessThan(3_000)
    await gone(nap)
  })

  test('stops on abort, before and during the run', async () => {
    expect((await runProcess(['sleep', naps(3)], { signal: AbortSignal.abort() })).ended.by).toBe('abort')
    const { ended, durationMs } = await runProcess(['sleep', naps(3)], { signal: AbortSignal.timeout(100) })
    expect(ended.by).toBe('abort')
    expect(durationMs).toBeLessThan(3_000)
  })

  test('a group dies with the harness, even by SIGKILL', async () => {
    const nap = naps(4)
    const [file, ...args] = guarded(['sh', '-c', `sleep ${nap} & sleep ${nap}`])
    const code = `require('child_process').spawn(${JSON.stringify(file)}, ${JSON.stringify(args)},
      {detached: true, stdio: ['pipe', 'ignore', 'ignore']}); setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['-e', code])
    while (runningWith(nap).length < 2) await sleep(20)
    parent.kill('SIGKILL')
    await gone(nap)
  })

  test('says why it could not start', async () => {
    const { ended } = await runProcess(['true'], { cwd: '/no/such/folder' })
    expect(describeEnd(ended)).toMatch(/^could not start: .*\/no\/such\/folder.*$/)
  })
})

describe('the log file of a process', () => {
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'zsharness-run-'))
  })
  afterEach(() => rm(dir, { recursive: true, force: true }))

  const isOpen = async (file: string): Promise<boolean> => {
    const fds = await readdir('/proc/self/fd')
    const targets = await Promise.all(fds.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')))
    return targets.includes(file)
  }

  test('has every byte when the promise settles', async () => {
    const logFile = join(dir, 'a.log')
    await runProcess(['sh', '-c', 'printf "a\\000b\\377\\n"'], { logFile })
    expect(await readFile(logFile, 'hex')).toBe('610062ff0a')
  })

  test('has the output of several processes, one after the other', async () => {
    const logFile = join(dir, 'a.log')
    for (const word of ['one', 'two']) await runProcess(['sh', '-c', `echo ${word}; echo ${word} >&2`], { logFile })
    expect(await readFile(logFile, 'utf8')).toBe('one\none\ntwo\ntwo\n')
  })

  test('is complete when the process was stopped', async () => {
    const logFile = join(dir, 'a.log')
    let seen = 0
    const { ended } = await runProcess(['yes'], {
      logFile,
      deadlineMs: 300,
      onStdout: (chunk) => {
        seen += chunk.length
      },
    })
    expect(ended.by).toBe('deadline')
    expect((await stat(logFile)).size).toBe(seen)
    expect(seen).toBeGreaterThan(0)
  })

  /** A pipe in the log's place; `read` lets its reader count the bytes. */
  const slowDisk = () => {
    const file = join(dir, 'pipe')
    makePipe(file)
    const reader = spawn('sh', ['-c', 'exec 3<"$0"; read go; wc -c <&3', file])
    const read = async (): Promise<string> => {
      reader.stdin.end('go\n')
      return (await text(reader.stdout)).trim()
    }
    return { file, read }
  }

  test('is awaited, long after the process has ended', async () => {
    const disk = slowDisk()
    const running = runProcess(['sh', '-c', 'yes | head -c 300000'], { logFile: disk.file })
    expect(await Promise.race([running, sleep(300, 'waiting')])).toBe('waiting')
    expect(await disk.read()).toBe('300000')
    expect((await running).ended).toEqual({ by: 'exit', code: 0 })
  })

  test('on a slow disk holds a process of 100 MB back, and loses nothing', async () => {
    const disk = slowDisk()
    let seen = 0
    const running = runProcess(['sh', '-c', `${YES} | head -c 100000000`], {
      logFile: disk.file,
      onStdout: (chunk) => {
        seen += chunk.length
      },
    })
    for (let last = -1; seen === 0 || last !== seen; await sleep(200)) last = seen
    // All that the harness holds meanwhile.
    expect(seen).toBeLessThan(2 << 20)
    expect(await disk.read()).toBe('100000000')
    expect((await running).ended).toEqual({ by: 'exit', code: 0 })
  })

  test('on a full disk stops the group with an error that names the file', async () => {
    const nap = naps(5)
    const started = performance.now()
    const script = `trap "" TERM; echo a; sleep ${nap} & sleep ${nap}`
    await expect(runProcess(['sh', '-c', script], { logFile: '/dev/full', graceMs: 200 })).rejects.toMatchObject({
      name: 'HostError',
      message: expect.stringContaining('cannot write /dev/full: ENOSPC'),
      hint: expect.stringContaining('free space'),
    })
    expect(performance.now() - started).toBeLessThan(5_000)
    await gone(nap)
    expect(await isOpen('/dev/full')).toBe(false)
  })

  test('on a full disk does not block a process that writes much', async () => {
    const running = runProcess(['sh', '-c', `${YES} | head -c 20000000`], { logFile: '/dev/full' })
    await expect(running).rejects.toThrow('ENOSPC')
  })

  test('in a missing folder is an error before anything starts', async () => {
    const mark = join(dir, 'started')
    const logFile = join(dir, 'none', 'a.log')
    await expect(runProcess(['touch', mark], { logFile })).rejects.toThrow(`cannot write ${logFile}: ENOENT`)
    expect(await readdir(dir)).toEqual([])
  })
})
