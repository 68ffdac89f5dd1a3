// SPDX-License-Identifier: MIT
// Stands in for QEMU: it plays a script instead of executing a guest. argv: the folder of scripts, then QEMU's own.
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const [, , scripts, ...args] = process.argv
const flagOf = (flag) => args[args.indexOf(flag) + 1]
const socketOf = (id) => args.find((arg) => arg.startsWith(`socket,id=${id},path=`)).split('path=')[1]

// The probe for KVM executes a firmware, which this cannot: KVM does not work here.
if (args.includes('-bios')) process.exit(1)

const read = (flag) => {
  try {
    return readFileSync(flagOf(flag))
  } catch (error) {
    process.stderr.write(`qemu: could not open kernel file '${flagOf(flag)}': ${error.message}\n`)
    process.exit(1)
  }
}

// The checksums of the initramfs that are whole, where a fault has written them.
const good = join(dirname(scripts), 'good-initramfs')
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')
const isDamaged = (initramfs) =>
  initramfs.subarray(0, 6).toString() !== '070701' ||
  (existsSync(good) && !readFileSync(good, 'utf8').includes(sha256(initramfs)))

/** Which script a machine with these files plays: a damaged kernel or initramfs panics. */
const chooseScript = (image, initramfs) => {
  const [body, sum] = [image.subarray(0, -65), image.subarray(-65).toString().trim()]
  if (sha256(body) !== sum || isDamaged(initramfs)) return 'damaged'
  return image.includes('ZS-FIXED') ? 'after' : 'before'
}

const image = read('-kernel')
const name = chooseScript(image, read('-initrd'))
appendFileSync(join(scripts, 'boots'), `${name}\n`)
const nth = readFileSync(join(scripts, 'boots'), 'utf8')
  .split('\n')
  .filter((line) => line === name).length
const own = join(scripts, `${name}-${nth}.json`)
const steps = JSON.parse(readFileSync(existsSync(own) ? own : join(scripts, `${name}.json`), 'utf8'))

const qmp = connect(socketOf('qmp'))
const records = connect(socketOf('records'))
for (const socket of [qmp, records]) socket.on('error', () => undefined)

const say = (message) => qmp.write(`${JSON.stringify(message)}\r\n`)
const event = (message) => say({ timestamp: { seconds: Math.floor(Date.now() / 1000), microseconds: 0 }, ...message })
const leave = (code) => records.end(() => qmp.end(() => process.exit(code)))
const stopped = (reason) => {
  event({ event: 'SHUTDOWN', data: { guest: false, reason } })
  leave(0)
}

const answers = { 'query-status': { status: 'running', running: true, singlestep: false } }
let rest = ''
qmp.on('data', (chunk) => {
  const lines = (rest + chunk).split('\n')
  rest = lines.pop()
  for (const line of lines.filter((text) => text.trim() !== '')) {
    const { execute, id } = JSON.parse(line)
    say({ return: answers[execute] ?? {}, ...(id === undefined ? {} : { id }) })
    if (execute === 'quit') stopped('host-qmp-quit')
  }
})
say({ QMP: { version: { qemu: { micro: 22, minor: 2, major: 7 }, package: 'fake' }, capabilities: ['oob'] } })
// As QEMU does: it ends in order, with exit code 0.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => stopped('host-signal'))

const print = (bytes) => {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at)
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
    }
  }
}

const counters = (kind) => readFileSync(join(dirname(flagOf('-kernel')), `${kind}.gcda`)).toString('base64')
const fills = {
  '@CMDLINE@': () => JSON.stringify(flagOf('-append')).slice(1, -1),
  '@SEED@': () => /zsharness_seed=(\d+)/.exec(flagOf('-append'))?.[1] ?? '1',
  '@OBJECTS@': () => dirname(dirname(dirname(dirname(flagOf('-kernel'))))),
  '@COUNTERS@': () => counters('busy'),
  '@IDLE@': () => counters('idle'),
}
const fill = (text) => text.replace(/@[A-Z]+@/g, (word) => fills[word]?.() ?? word)

const play = async (step) => {
  if (step.console !== undefined) print(Buffer.from(step.console, 'base64'))
  if (step.records !== undefined) {
    const bytes = Buffer.from(fill(Buffer.from(step.records, 'base64').toString('latin1')), 'latin1')
    for (let n = 0; n < (step.times ?? 1); n++)
      if (!records.write(bytes)) await new Promise((resolve) => records.once('drain', resolve))
  }
  if (step.mark) writeFileSync(join(dirname(scripts), 'mark'), '')
  if (step.event !== undefined) event(step.event)
  if (step.exit !== undefined) leave(step.exit)
  if (step.hang) await new Promise(() => setInterval(() => undefined, 60_000))
}

const started = performance.now()
for (const step of steps) {
  const wait = started + step.at - performance.now()
  if (wait > 0) await sleep(wait)
  await play(step)
}
