// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { packageRoot } from '../lib/paths.ts'
import { runningWith } from '../testing/processes.ts'
import { fakeBoot, fakeQemu } from '../testing/vm/fake.ts'
import { type HostSample, sampleHost } from './hostsample.ts'
import { limitsFor } from './limits.ts'
import { type BootEnd, type BootListener, bootMachine } from './machine.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-host-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))
const newDir = (): Promise<string> => mkdtemp(join(root, 'boot-'))

const SHORT = { ...limitsFor('tcg'), silenceS: 3, bootS: 3, rcuStallS: 4 }
// The guest has booted and works: one record every half second.
const WORKS = `print('booted\\n'); setInterval(() => records.write('{}\\n'), 500)\n`

const quiet: BootListener = { onConsole: () => undefined, onRecord: () => 'lanes' }

/** Boots a script; `meanwhile` gets the process once it has printed something. */
const boot = async (
  script: string,
  meanwhile?: (pid: number) => unknown,
  sample = sampleHost,
  givenDir?: string,
): Promise<BootEnd> => {
  const dir = givenDir ?? (await newDir())
  const binary = await fakeQemu(dir, script)
  const own = () => runningWith(binary).find(({ command }) => command.startsWith(process.execPath))
  let met = false
  const listener: BootListener = {
    ...quiet,
    onConsole: () => {
      if (!met) void meanwhile?.(own()!.pid)
      met = true
      return undefined
    },
  }
  const end = await bootMachine(fakeBoot(dir, binary, { limits: SHORT }), listener, sample)
  await vi.waitFor(() => expect(runningWith(binary)).toEqual([]), 10_000)
  return end
}

describe.concurrent('a host that ends or stops QEMU', () => {
  test('SIGTERM by somebody else is the host, although QEMU exits with 0', async () => {
    const end = await boot(`process.on('SIGTERM', () => leave('host-signal'))\n${WORKS}`, (pid) => process.kill(pid))
    expect(end).toMatchObject({ process: { by: 'exit', code: 0 }, shutdown: 'host-signal', gaveUp: undefined })
    expect(end.host).toEqual(['something on this host ended QEMU (host-signal)'])
  })

  test('a guest that ends by itself is not', async () => {
    const end = await boot(`print('x'); leave('guest-reset')`)
    expect([end.host, end.delays]).toEqual([[], []])
  })

  test('SIGSTOP for longer than the limit of silence, then SIGCONT: the guest gets its time', async () => {
    const script = `${WORKS}setTimeout(() => leave('guest-reset'), 7_000)`
    const end = await boot(script, async (pid) => {
      await sleep(500)
      process.kill(pid, 'SIGSTOP')
      await sleep(5_000)
      process.kill(pid, 'SIGCONT')
    })
    expect(end).toMatchObject({ gaveUp: undefined, shutdown: 'guest-reset', host: [] })
    expect(end.delays).toEqual([expect.stringMatching(/^QEMU was stopped by a signal for [45]\.\d s$/)])
  })

  test('a disk error ends the boot at once, and says so', async () => {
    const data = `{ device: 'swap', operation: 'write', action: 'stop', nospace: true, reason: 'No space left on device' }`
    const end = await boot(`${WORKS}setTimeout(() => { event('BLOCK_IO_ERROR', ${data}); event('STOP') }, 300)`)
    expect(end.gaveUp).toMatchObject({ why: 'host' })
    expect(end.host).toEqual(["QEMU's disk swap failed to write: the disk of TMPDIR is full"])
  })

  test('a guest that QEMU paused is not silent', async () => {
    const end = await boot(`print('x'); records.write('{}\\n'); setTimeout(() => event('STOP'), 300)`)
    expect(end.gaveUp).toMatchObject({ why: 'host' })
    expect(end.host).toEqual([expect.stringMatching(/^QEMU paused the guest for \d\.\d s$/)])
  })

  test('a pause that ends is no trouble', async () => {
    const script = `${WORKS}event('STOP'); setTimeout(() => event('RESUME'), 1_500); setTimeout(() => leave('guest-reset'), 2_000)`
    expect(await boot(script)).toMatchObject({ gaveUp: undefined, host: [], shutdown: 'guest-reset' })
  })
})

describe.concurrent('a silent guest', () => {
  const SILENT = `print('x'); records.write('{}\\n')`
  const since = performance.now()
  const sampling = (rates: Partial<HostSample>) => (): HostSample => {
    const ms = performance.now() - since
    const { cpuMs = 0, waitedMs = 0 } = rates
    return { cpuMs: cpuMs * ms, waitedMs: waitedMs * ms, stealMs: 0, pressureMs: ms, stopped: false, blocked: false }
  }

  test.each([
    [
      'that got no CPU was starved by the host',
      { waitedMs: 0.9 },
      [expect.stringMatching(/ and waited for a CPU for /)],
    ],
    ['that used the CPU hangs', { cpuMs: 1.9, waitedMs: 0.9 }, []],
    ['that had nothing to do hangs', {}, []],
  ])('%s', async (_, rates, host) => {
    const end = await boot(SILENT, undefined, sampling(rates))
    expect(end.gaveUp).toMatchObject({ why: 'silence' })
    expect(end.host).toEqual(host)
  })

  test('a program that spins has CPU time, and one that was stopped is seen', async () => {
    const child = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
    await vi.waitFor(() => expect(sampleHost(child.pid!)?.cpuMs).toBeGreaterThan(50), 20_000)
    expect(sampleHost(child.pid!)).toMatchObject({ stopped: false })
    child.kill('SIGSTOP')
    await vi.waitFor(() => expect(sampleHost(child.pid!)?.stopped).toBe(true), 10_000)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(sampleHost(child.pid!)).toBeUndefined()
  })
})

test.concurrent('a harness that was stopped for longer than the limit of silence goes on', async () => {
  const dir = await newDir()
  const binary = await fakeQemu(dir, `${WORKS}setTimeout(() => leave('guest-reset'), 9_000)`)
  const args = ['--import', join(packageRoot, 'harness/testing/ts-loader.mjs')]
  const main = join(packageRoot, 'harness/testing/vm/main.ts')
  const harness = spawn(process.execPath, [...args, main, dir, binary, '3'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const output = text(harness.stdout)
  await vi.waitFor(async () => expect((await stat(join(dir, 'console.log'))).size).toBeGreaterThan(0), 30_000)
  harness.kill('SIGSTOP')
  await sleep(6_000)
  harness.kill('SIGCONT')
  const end = JSON.parse((await output).trim().split('\n').at(-1)!) as BootEnd
  expect(end).toMatchObject({ shutdown: 'guest-reset', host: [] })
  expect(end.gaveUp).toBeUndefined()
  expect(end.delays).toEqual([expect.stringMatching(/^this program was stopped .* for [5-9]\.\d s/)])
})

test.concurrent('a slow boot that prints gets more time', async () => {
  const script = `const t = setInterval(() => print('.'), 500); setTimeout(() => { clearInterval(t); records.write('{}\\n'); leave('guest-reset') }, 5_000)`
  expect(await boot(script)).toMatchObject({ gaveUp: undefined, shutdown: 'guest-reset' })
})

test.concurrent('the swap has no name as soon as QEMU has opened it', async () => {
  const end = await boot(
    `print(existsSync(swap) ? 'x' : ''); setInterval(() => { if (!existsSync(swap)) leave('guest-reset') }, 50)`,
  )
  expect(end).toMatchObject({ gaveUp: undefined, shutdown: 'guest-reset' })
})

describe.concurrent('a guest that floods', () => {
  test('the record port', async () => {
    const seen = { records: 0 }
    const script = `const part = '{"n": 1}\\n'.repeat(10_000); let n = 0
const more = () => { if (n++ < 30) records.write(part, more); else leave('guest-reset') }
more()`
    const dir = await newDir()
    const binary = await fakeQemu(dir, script)
    const listener: BootListener = {
      onConsole: () => undefined,
      onRecord: () => {
        seen.records++
        return 'lanes'
      },
    }
    const end = await bootMachine(fakeBoot(dir, binary), listener)
    expect(end.shutdown).toBe('guest-reset')
    expect(seen.records).toBeLessThanOrEqual(200_000)
    expect(end.lostRecords).toMatch(/^more than 64 MiB or 200000 lines: .* lines were dropped$/)
    expect((await stat(join(dir, 'records.jsonl'))).size).toBeLessThanOrEqual(200_000 * 9)
  })

  test('the console', async () => {
    const dir = await newDir()
    const end = await boot(
      `const part = 'x'.repeat(1 << 20); for (let n = 0; n < 70; n++) print(part); leave('guest-reset')`,
      undefined,
      sampleHost,
      dir,
    )
    expect(end.lostConsole).toMatch(/^more than 64 MiB/)
    const { size } = await stat(join(dir, 'console.log'))
    expect(size).toBeGreaterThan(63 << 20)
    expect(size).toBeLessThan(65 << 20)
  })
})
