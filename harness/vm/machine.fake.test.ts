// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makePipe, runningWith } from '../testing/processes.ts'
import { fakeBoot } from '../testing/vm/fake.ts'
import { bootMachine } from './machine.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-machine-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const CONSOLE = 3_000_000
const RECORDS = 20_000

/** A program in QEMU's place: it speaks to the console and to both sockets, then does what `end` says. */
const fakeQemu = async (end: string, count = RECORDS): Promise<string> => {
  const path = join(dir, 'fake-qemu')
  const code = `#!${process.execPath}
const { connect } = require('node:net')
const { writeSync } = require('node:fs')
const pathOf = (id) => process.argv.find((arg) => arg.startsWith('socket,id=' + id)).split('path=')[1]
const qmp = connect(pathOf('qmp'))
const records = connect(pathOf('records'))
const write = (bytes) => { for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at) }
records.on('connect', () => {
  write(Buffer.alloc(${CONSOLE}, 'c'))
  for (let n = 0; n < ${count}; n++) records.write(JSON.stringify({ n }) + '\\n')
  records.end(() => qmp.end(JSON.stringify({ event: 'SHUTDOWN', data: { reason: 'guest-reset' } }) + '\\n', () => { ${end} }))
})
`
  await writeFile(path, code, { mode: 0o755 })
  return path
}

const listen = () => {
  const heard = { console: 0, records: [] as string[] }
  return {
    heard,
    onConsole: (chunk: Uint8Array) => {
      heard.console += chunk.length
      return undefined
    },
    onRecord: (line: string) => {
      heard.records.push(line)
      return undefined
    },
  }
}

test('all that a machine said is heard and in its logs, however fast it ends', async () => {
  const listener = listen()
  const end = await bootMachine(fakeBoot(dir, await fakeQemu('process.exit(0)')), listener)
  expect(end).toMatchObject({ process: { by: 'exit', code: 0 }, shutdown: 'guest-reset', gaveUp: undefined })
  expect(listener.heard.console).toBe(CONSOLE)
  expect(listener.heard.records).toHaveLength(RECORDS)
  expect((await readFile(join(dir, 'console.log'))).length).toBe(CONSOLE)
  expect(await readFile(join(dir, 'records.jsonl'), 'utf8')).toBe(`${listener.heard.records.join('\n')}\n`)
})

test('a slow disk loses none of the records that wait in the socket when the machine ends', async () => {
  const recordsLog = join(dir, 'pipe')
  makePipe(recordsLog)
  const reader = spawn('sh', ['-c', 'exec 3<"$0"; sleep 1; exec wc -l <&3', recordsLog])
  const counted = text(reader.stdout)
  // More than the log holds back, by less than the socket does.
  const count = 97_000
  const listener = listen()
  await bootMachine(fakeBoot(dir, await fakeQemu('process.exit(0)', count), { recordsLog }), listener)
  expect(listener.heard.records).toHaveLength(count)
  expect((await counted).trim()).toBe(`${count}`)
})

test('the logs of an earlier boot are replaced', async () => {
  const plan = fakeBoot(dir, await fakeQemu('process.exit(0)'))
  await bootMachine(plan, listen())
  await bootMachine(plan, listen())
  expect((await readFile(plan.consoleLog)).length).toBe(CONSOLE)
})

test.each(['consoleLog', 'recordsLog'] as const)('a %s that cannot be written stops the machine', async (log) => {
  const binary = await fakeQemu('setInterval(() => {}, 1000)')
  await expect(bootMachine(fakeBoot(dir, binary, { [log]: '/dev/full' }), listen())).rejects.toMatchObject({
    name: 'HostError',
    message: expect.stringContaining('cannot write /dev/full: ENOSPC'),
  })
  await vi.waitFor(() => expect(runningWith(binary)).toEqual([]), 10_000)
})

test('a log in a missing folder is an error before the machine starts', async () => {
  const plan = fakeBoot(dir, join(dir, 'no-qemu'), { recordsLog: join(dir, 'none/records.jsonl') })
  await expect(bootMachine(plan, listen())).rejects.toThrow(`cannot write ${plan.recordsLog}: ENOENT`)
  expect(await readdir(dir)).toEqual(['console.log'])
})
