// SPDX-License-Identifier: MIT
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostArch } from '../inputs/arch/index.ts'
import { hasProgram } from '../lib/process/sh.ts'
import type { ArchName } from '../model/results.ts'
import { cli, latestRun, spawnCli } from '../testing/cli.ts'
import { isFull } from '../testing/often.ts'
import { gdbsFor } from './debug.ts'

let results: string
beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), 'zsharness-debugged-'))
})
afterAll(() => rm(results, { recursive: true, force: true }))

// The kernel without the series fails in this lane, soon.
const WHAT = [
  '--tree',
  'debian:6.1',
  '--series',
  'zsmalloc-deferred-handles',
  '--config',
  'zpool-on',
  '--leg',
  'before',
]
const LANE = ['--lane', 'race', '--duration', '10s', '--runs', '1', '--explore', 'off', '--format', 'plain']

const runs = new Map<ArchName, Promise<string>>()
const cellOf = (arch: ArchName): Promise<string> => {
  const make = async (): Promise<string> => {
    const dir = join(results, arch)
    await cli(['run', '--arch', arch, ...WHAT, ...LANE, '--results', dir])
    const { id, cells } = await latestRun(dir)
    return join(dir, id, cells[0]!.id)
  }
  const known = runs.get(arch) ?? make()
  runs.set(arch, known)
  return known
}

const gdbOf = async (arch: ArchName): Promise<string | undefined> => {
  for (const name of gdbsFor(arch, hostArch().name)) if (await hasProgram(name)) return name
  return undefined
}

/** Replays a cell with these flags, and does what `use` does with the script that it names; returns both outputs. */
const debugged = async (cell: string, flags: readonly string[], use: (script: string) => Promise<string>) => {
  const child = spawnCli(['replay', cell, ...flags, '--results', join(results, 'replays')])
  const script = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
      const [, found] = /: gdb(?:-multiarch)? -x (\S+debug\.gdb)\n/.exec(text) ?? []
      if (found !== undefined) resolve(found)
    })
    void child.then(({ stdout, stderr }) => reject(new Error(`it named no script:\n${stdout}\n${stderr}`)))
  })
  const said = await use(script)
  return { said, ...(await child) }
}

const gdb = async (program: string, script: string, commands: readonly string[]): Promise<string> => {
  const args = ['-batch', '-nx', '-x', script, ...commands.flatMap((command) => ['-ex', command])]
  return (await execa(program, args, { reject: false, all: true, stdin: 'ignore' })).all
}

const lineOf = async (script: string, file: string, text: string): Promise<number> => {
  const [, source] = /^directory (\S+)$/m.exec(await readFile(script, 'utf8'))!
  const lines = (await readFile(join(source!, file), 'utf8')).split('\n')
  const start = lines.findIndex((line) => line.startsWith('void zs_free('))
  return lines.findIndex((line, index) => index > start && line.includes(text)) + 1
}

describe.each<ArchName>(isFull ? ['x86_64', 'arm64'] : ['x86_64'])('%s', (arch) => {
  test('gdb stops in the kernel and in a module of the guest, by file and line', async (context) => {
    const program = await gdbOf(arch)
    if (program === undefined) return context.skip(`no gdb for ${arch}: apt-get install gdb-multiarch`)
    const { said, exitCode, stdout } = await debugged(await cellOf(arch), ['--gdb'], async (script) => {
      const line = await lineOf(script, 'mm/zsmalloc.c', 'obj_to_page(obj')
      // Either may come first: the module is loaded before the lane, but evicts only when zswap is full.
      const look = ['continue', 'bt', 'info locals']
      const stops = [`tbreak mm/zsmalloc.c:${line}`, 'tbreak zsharness_hold/wait.c:79']
      return gdb(program, script, [...stops, ...look, ...look, 'kill'])
    })
    expect(said).toMatch(/#\d+ +(?:0x\w+ in )?zs_free \(pool=.*, handle=.*\) at \.\.\/mm\/zsmalloc\.c:\d+/)
    expect(said).toMatch(/#\d+ +(?:0x\w+ in )?wait_count \(\) at \S+\/zsharness_hold\/wait\.c:79/)
    expect(said).toMatch(/^point = 0x\w+ <points\+\d+>$/m)
    expect(said).toMatch(/^was_met = (?:true|false)$/m)
    // What it showed with a person at the brakes is no evidence.
    expect({ exitCode, stdout }).toEqual({
      exitCode: 4,
      stdout: expect.stringContaining('INCONCLUSIVE: the boot was debugged'),
    })
  })
})

test('a guest stops at its first report, where gdb finds it, and leaves its memory', async (context) => {
  const program = await gdbOf('x86_64')
  if (program === undefined) return context.skip('no gdb: apt-get install gdb')
  const { said, exitCode, stdout } = await debugged(await cellOf('x86_64'), ['--at-splat', '--dump'], (script) =>
    gdb(program, script, ['thread apply all bt', 'info symbol wait_count', 'kill']),
  )
  expect(said).toMatch(/print_report|kasan_report|__warn|die|oops/)
  expect(said).toContain('wait_count in section .text of')
  expect(exitCode).toBe(4)
  const [, core] = /the guest's memory, \d+ MiB: (\S+)/.exec(stdout)!
  expect((await stat(core!)).size).toBeGreaterThan(256 << 20)
  await rm(core!)
})

test.runIf(isFull)('boots are repeated until one fails, whose memory gdb reads', async (context) => {
  const program = await gdbOf('x86_64')
  if (program === undefined) return context.skip('no gdb: apt-get install gdb')
  const flags = ['--until-fail', '5', '--dump', '--results', join(results, 'repeated'), '--format', 'plain']
  const { exitCode, stdout } = await cli(['replay', await cellOf('x86_64'), ...flags])
  expect(exitCode).toBe(1)
  expect(stdout).toMatch(/number \d ended with fail/)
  const [, core] = /the guest's memory, \d+ MiB: (\S+)/.exec(stdout)!
  const { stdout: registers } = await execa(program, ['-batch', '-nx', '-ex', 'info threads', '-c', core!])
  expect(registers.match(/^[* ] \d+ +/gm)).toHaveLength(2)
})

// Types at the prompt of the guest, as a person would.
const TYPIST = `
import os, pty, select, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
said, end = b'', time.time() + 900
for awaited, typed in ((b'# ', b'lane pump 2; echo status=$?\\r'), (b'status=0', b'poweroff\\r'), (None, b'')):
    mark = len(said)
    while (awaited is None or awaited not in said[mark:]) and time.time() < end:
        if not select.select([fd], [], [], 1)[0]:
            continue
        try:
            got = os.read(fd, 65536)
        except OSError:
            got = b''
        if not got:
            break
        said += got
    if typed:
        os.write(fd, typed)
os.write(1, said)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`

test.runIf(isFull)('the shell of the guest runs a lane by its name', async (context) => {
  if (hostArch().name !== 'x86_64' || !(await hasProgram('busybox')))
    return context.skip('no busybox: apt-get install busybox-static')
  const typist = join(results, 'typist.py')
  await writeFile(typist, TYPIST)
  const program = [process.execPath, join(import.meta.dirname, '../../dist/cli.js')]
  const argv = [typist, ...program, 'replay', await cellOf('x86_64'), '--shell', '--results', join(results, 'shells')]
  const { exitCode, stdout } = await execa('python3', argv, { reject: false })
  expect(stdout).toContain('lane NAME [SECONDS]')
  expect(stdout).toMatch(/"t":"laneEnd","ms":\d+,"lane":"pump","status":"ok"/)
  expect(stdout).toContain('INCONCLUSIVE: the boot was debugged')
  expect(exitCode).toBe(4)
  expect(await readdir(join(results, 'shells'))).toContain('latest')
})
