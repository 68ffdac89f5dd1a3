// SPDX-License-Identifier: MIT
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { runningWith } from '../../testing/processes.ts'
import { fakeBoot, fakeQemu } from '../../testing/vm/fake.ts'
import { limitsFor } from '../limits.ts'
import { type BootListener, bootMachine } from '../machine.ts'
import type { Debugging, Terminal, Waiting } from './model.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-debug-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const quiet: BootListener = { onConsole: () => undefined, onRecord: () => undefined }
const impatient = { ...limitsFor('tcg'), bootS: 0.3, bootMaxS: 0.3 }

const boot = async (script: string, debugging: Debugging | undefined, listener = quiet) =>
  bootMachine(fakeBoot(dir, await fakeQemu(dir, script), { debugging, limits: impatient }), listener)

/** A listener that sees a report in the console's first output. */
const splatSeer = (): BootListener => {
  const seer = {
    ...quiet,
    sawSplat: false,
    onConsole: () => {
      seer.sawSplat = true
      return undefined
    },
  }
  return seer
}

test('no limit ends a guest that waits for its debugger, as it ends any other', async () => {
  const silent = "setTimeout(() => leave('guest-reset'), 2500)"
  const waits: Waiting[] = []
  const onWaiting = async (waiting: Waiting) => void waits.push(waiting)
  expect(await boot(silent, { stop: 'start', onWaiting })).toMatchObject({ gaveUp: undefined, shutdown: 'guest-reset' })
  expect(waits).toMatchObject([{ stop: 'start', socket: expect.stringMatching(/gdb\.sock$/) }])
  expect(await boot(silent, undefined)).toMatchObject({ gaveUp: { why: 'boot-limit' } })
})

test('a guest that hangs before its first report is given up', async () => {
  const end = await boot('setInterval(() => {}, 1000)', { stop: 'splat', onWaiting: async () => undefined })
  expect(end).toMatchObject({ gaveUp: { why: 'boot-limit' }, shutdown: 'host-qmp-quit' })
})

test('the first report stops the guest, once, before a debugger is asked for', async () => {
  const script = `
    let stops = 0
    qmp.on('data', () => { if (asked.includes('"stop"') && stops++ === 0) { event('STOP'); print('more'); } })
    const wait = setInterval(() => { if (existsSync('${dir}/attached')) { print('stops ' + asked.split('"stop"').length); clearInterval(wait); leave('guest-reset') } }, 50)
    setTimeout(() => print('BUG: KASAN'), 200)`
  const onWaiting = async ({ stop }: Waiting): Promise<void> => {
    // Later than any limit.
    setTimeout(() => void writeFile(join(dir, 'attached'), stop), 1500)
  }
  expect(await boot(script, { stop: 'splat', onWaiting }, splatSeer())).toMatchObject({
    shutdown: 'guest-reset',
    host: [],
  })
  expect(await readFile(join(dir, 'attached'), 'utf8')).toBe('splat')
  expect(await readFile(join(dir, 'console.log'), 'utf8')).toContain('stops 2')
})

test('when the debugger cannot be helped, the guest ends with the error', async () => {
  const binary = await fakeQemu(dir, 'setInterval(() => {}, 1000)')
  const onWaiting = () => Promise.reject(new Error('no vmlinux'))
  await expect(bootMachine(fakeBoot(dir, binary, { debugging: { stop: 'start', onWaiting } }), quiet)).rejects.toThrow(
    'no vmlinux',
  )
  await vi.waitFor(() => expect(runningWith(binary)).toEqual([]), 10_000)
})

const DUMPS = (answer: string) => `
  const { writeFileSync } = require('node:fs')
  let done = false
  qmp.on('data', () => {
    const [, file] = /"protocol":"file:([^"]+)"/.exec(asked) ?? []
    if (file === undefined || done) return
    done = true
    writeFileSync(file, 'core')
    qmp.write(JSON.stringify(${answer}) + '\\n')
  })
  setTimeout(() => { event('SHUTDOWN', { reason: 'guest-reset' }); event('STOP') }, 200)`

test("the guest's memory is written after its end, and its end stays its own", async () => {
  const dump = join(dir, 'vmcore')
  const end = await boot(DUMPS('{ return: {}, id: 1 }'), { dump })
  expect(end).toMatchObject({ shutdown: 'guest-reset', host: [], gaveUp: undefined, dumpError: undefined })
  expect(end.process).toEqual({ by: 'exit', code: 0 })
  expect(await readFile(dump, 'utf8')).toBe('core')
})

test('the reason why it was not written is kept', async () => {
  const end = await boot(DUMPS("{ error: { desc: 'no space left' }, id: 1 }"), { dump: join(dir, 'vmcore') })
  expect(end).toMatchObject({ shutdown: 'guest-reset', dumpError: 'no space left' })
})

const CONSOLE = `
  const console_ = connect(pathOf('console'))
  let typed = ''
  console_.on('data', (data) => { typed += data; console_.write('got ' + data) })
  console_.write('# ')`

test('what is typed reaches the console, which is shown and kept; leaving is nobody’s fault', async () => {
  const shown: string[] = []
  let disposed = 0
  const terminal: Terminal = {
    show: (bytes) => void shown.push(Buffer.from(bytes).toString()),
    connect: (type, leave) => {
      setTimeout(() => type(Buffer.from('lane race')), 200)
      setTimeout(leave, 1000)
      return { [Symbol.dispose]: () => void disposed++ }
    },
  }
  const end = await boot(CONSOLE, { terminal })
  expect(end).toMatchObject({ shutdown: 'host-qmp-quit', host: [], gaveUp: undefined })
  expect(shown.join('')).toBe('# got lane race')
  expect(await readFile(join(dir, 'console.log'), 'utf8')).toBe('# got lane race')
  expect(disposed).toBe(1)
})

test('the terminal is given back when QEMU dies', async () => {
  let disposed = 0
  const connect = () => ({ [Symbol.dispose]: () => void disposed++ })
  const end = await boot(`${CONSOLE}\nsetTimeout(() => process.kill(process.pid, 'SIGKILL'), 400)`, {
    terminal: { show: () => undefined, connect },
  })
  expect(end.process).toEqual({ by: 'signal', name: 'SIGKILL' })
  expect(disposed).toBe(1)
})
