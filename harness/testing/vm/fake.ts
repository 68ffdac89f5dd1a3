// SPDX-License-Identifier: MIT
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findArch } from '../../inputs/arch/index.ts'
import { limitsFor } from '../../vm/limits.ts'
import type { BootPlan } from '../../vm/machine.ts'

/** What the script of `fakeQemu` works with. */
const HEAD = `#!${process.execPath}
const { connect } = require('node:net')
const { existsSync, writeSync } = require('node:fs')
const find = (start) => process.argv.find((arg) => arg.startsWith(start))
const pathOf = (id) => find('socket,id=' + id).split('path=')[1]
const swap = find('file=').slice('file='.length).split(',')[0]
const print = (text) => { const bytes = Buffer.from(text); for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at) }
const records = connect(pathOf('records'))
const qmp = connect(pathOf('qmp'))
const event = (event, data = {}) => qmp.write(JSON.stringify({ event, data }) + '\\n')
const leave = (reason) => qmp.end(JSON.stringify({ event: 'SHUTDOWN', data: { reason } }) + '\\n', () => process.exit(0))
qmp.write('{"QMP": {}}\\n')
qmp.on('error', () => undefined)
let asked = ''
qmp.on('data', (data) => {
  asked += data
  if (asked.includes('qmp_capabilities')) qmp.write('{"return": {}}\\n')
  if (asked.includes('"quit"')) leave('host-qmp-quit')
})
`

/** Writes a program in QEMU's place, whose `script` has print, records, event(name, data), leave(reason) and swap. */
export const fakeQemu = async (dir: string, script: string): Promise<string> => {
  const path = join(dir, 'fake-qemu')
  await writeFile(path, HEAD + script, { mode: 0o755 })
  return path
}

/** A boot of that program, with its logs in `dir`. */
export const fakeBoot = (dir: string, binary: string, over: Partial<BootPlan> = {}): BootPlan => {
  const arch = findArch('x86_64')
  return {
    arch: { ...arch, qemu: { ...arch.qemu, binary } },
    accelerator: 'tcg',
    limits: limitsFor('tcg'),
    image: '/k/bzImage',
    initramfs: '/g/initramfs',
    workload: {
      lanes: [{ name: 'race', seconds: 1 }],
      seed: '1',
      reclaim: 'global',
      zpool: true,
      canary: null,
    },
    hostTicksKHz: null,
    consoleLog: join(dir, 'console.log'),
    recordsLog: join(dir, 'records.jsonl'),
    signal: new AbortController().signal,
    ...over,
  }
}
