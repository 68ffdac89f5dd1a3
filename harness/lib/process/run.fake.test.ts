// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { running } from '../../testing/processes.ts'
import { guarded } from './guard.ts'
import { runProcess } from './run.ts'

// A length that no other process sleeps for, so that leftovers can be recognised.
const naps = (n: number): string => `${3000 + n}.${process.pid}`

describe('runProcess', () => {
  test('tells the exit code and both streams', async () => {
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

  test('ends a whole tree that ignores SIGTERM at its deadline', async () => {
    const nap = naps(1)
    const script = `trap "" TERM; sleep ${nap} & sleep ${nap}`
    const { ended, durationMs } = await runProcess(['sh', '-c', script], { deadlineMs: 300, graceMs: 300 })
    expect(ended).toEqual({ by: 'deadline', afterMs: 300 })
    expect(durationMs).toBeLessThan(3_000)
    await sleep(50)
    expect(running(nap)).toEqual([])
  })

  test('does not wait for a grandchild that holds the output', async () => {
    const nap = naps(2)
    const { ended, durationMs } = await runProcess(['sh', '-c', `sleep ${nap} & exit 0`])
    expect(ended).toEqual({ by: 'exit', code: 0 })
    expect(durationMs).toBeLessThan(3_000)
    await sleep(50)
    expect(running(nap)).toEqual([])
  })

  test('ends on abort, before and during the run', async () => {
    expect((await runProcess(['sleep', naps(3)], { signal: AbortSignal.abort() })).ended.by).toBe('abort')
    const { ended, durationMs } = await runProcess(['sleep', naps(3)], { signal: AbortSignal.timeout(100) })
    expect(ended.by).toBe('abort')
    expect(durationMs).toBeLessThan(3_000)
  })

  test('a group dies with the harness, by SIGKILL too', async () => {
    const nap = naps(4)
    const [file, ...args] = guarded(['sh', '-c', `sleep ${nap} & sleep ${nap}`])
    const code = `require('child_process').spawn(${JSON.stringify(file)}, ${JSON.stringify(args)},
      {detached: true, stdio: ['pipe', 'ignore', 'ignore']}); setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['-e', code])
    while (running(nap).length < 2) await sleep(20)
    parent.kill('SIGKILL')
    for (let i = 0; i < 100 && running(nap).length > 0; i++) await sleep(20)
    expect(running(nap)).toEqual([])
  })

  test('keeps every byte in the log file', async () => {
    const logFile = `/tmp/zsharness-run-${process.pid}.log`
    await runProcess(['sh', '-c', 'printf "a\\000b\\377\\n"'], { logFile })
    await sleep(50)
    expect(await readFile(logFile, 'hex')).toBe('610062ff0a')
  })
})
