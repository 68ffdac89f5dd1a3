// SPDX-License-Identifier: MIT
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cli } from '../cli.ts'
import type { HostileCase } from './case.ts'
import { unsafeIn } from './cli.ts'

const STOP = ['--tree', 'dir:/no/such/folder']
const CALLS: readonly (readonly [expected: number, ...args: string[]])[] = [
  [2, 'run', '--tree', '\u001b[31mx\n::error::forged'],
  [2, 'run', '--config', 'zpool-on,zpool-on,nope', ...STOP],
  [2, 'run', '--\u001b[31m\n::error::x'],
  [2, '\u001b]0;x\u0007\n::set-output name=x::y'],
  [2, 'run', ...STOP, '--patch', '/dev/zero'],
  [2, 'matrix', '/dev/zero'],
  [2, 'matrix', 'FILE'],
  [2, 'report', '/dev/zero'],
  [2, 'log', '\u001b[31m\n::error::x'],
  [1, 'log', 'FILE', '--raw'],
]

// A plan that bends the parser, and a log with a report; each is refused or read.
const FILE = `BUG: KASAN: use-after-free in foo+0x1/0x2\nCall Trace:\n foo (${'.c:1 '.repeat(65)}.c:1)x\n foo+0x1/0x2\n::error::forged\n`

/** Calls of the built program, as a user makes them. */
export const spawnedCases: readonly HostileCase[] = CALLS.map(([expected, ...args]) => ({
  family: 'spawned',
  name: JSON.stringify(args),
  read: async (dir) => {
    writeFileSync(join(dir, 'hostile.yaml'), FILE)
    const { exitCode, stdout, stderr } = await cli(
      args.map((arg) => (arg === 'FILE' ? join(dir, 'hostile.yaml') : arg)),
      { env: { ZSHARNESS_CACHE: join(dir, 'cache'), ZSHARNESS_LOCKS: join(dir, 'locks') }, cwd: dir },
    )
    if (exitCode !== expected) return `exit ${exitCode}, not ${expected}: ${stderr.slice(0, 300)}`
    return unsafeIn(`${stdout}\n${stderr}`)
  },
}))
