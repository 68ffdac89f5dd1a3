// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { archs, crossCompile } from '../../inputs/arch/index.ts'
import { readElf } from '../../lib/elf.ts'
import { readSplats } from '../../testing/splats.ts'
import { runTool } from './addr2line.ts'
import { makeSymbolizer } from './symbolize.ts'

const root = mkdtempSync(join(tmpdir(), 'zsharness-symbols-'))
afterAll(() => rmSync(root, { recursive: true }))

// A program like a kernel: with the names, folders and flags on which symbolising relies.
const MAIN = `const char linux_banner[] = "Linux version 6.1.0-toy (a@b) #1\\n";
int crash(int);
int start_kernel(void) { return crash(1); }
`
const CRASH = `static inline __attribute__((always_inline)) int inner(int x)
{
	return *(volatile int *)(long)x;
}

int crash(int x)
{
	return inner(x) + 1;
}
`

const build = (compiler: string, buildId: string): string => {
  const dir = join(root, `${compiler}-${buildId}`)
  for (const folder of ['init', 'mm']) mkdirSync(join(dir, folder), { recursive: true })
  writeFileSync(join(dir, 'init/main.c'), MAIN)
  writeFileSync(join(dir, 'mm/crash.c'), CRASH)
  const flags = ['-g', '-O1', '-nostdlib', '-static', '-Wl,-e,start_kernel', `-Wl,--build-id=${buildId}`]
  execFileSync(compiler, [...flags, '-o', join(dir, 'vmlinux'), join(dir, 'init/main.c'), join(dir, 'mm/crash.c')])
  return join(dir, 'vmlinux')
}

const logOf = (
  buildId: string,
): string => `[    1.000000] BUG: kernel NULL pointer dereference, address: 0000000000000001
[    1.000001] CPU: 0 PID: 1 Comm: init Not tainted 6.1.0-toy #1 ${buildId}
[    1.000002] RIP: 0010:crash+0x0/0x20
[    1.000003] Call Trace:
[    1.000004]  start_kernel+0x6/0x20
[    1.000005]  gone+0x1/0x2 [absent]
[    1.000006] ---[ end trace 0000000000000000 ]---
`

const ID = '0123456789abcdef0123456789abcdef01234567'

describe.each(archs.map((arch) => `${crossCompile(arch)}gcc`))('%s', (compiler) => {
  test('file, line and inlined calls, without the folder of the build', async () => {
    const vmlinux = build(compiler, `0x${ID}`)
    expect(readElf(vmlinux)).toMatchObject({ buildId: ID, banner: 'Linux version 6.1.0-toy (a@b) #1' })
    let calls = 0
    const symbolizer = makeSymbolizer({ vmlinux }, (argv) => {
      calls += 1
      return runTool(argv)
    })
    const splats = readSplats(logOf(ID))
    const { splats: named, notes } = await symbolizer.symbolize(splats)
    const [ip, caller, unknown] = named[0]?.frames ?? []
    expect(ip?.location).toMatch(/^mm\/crash\.c:\d+$/)
    expect(ip?.inlined).toEqual([{ function: 'inner', location: 'mm/crash.c:3' }])
    expect(caller?.location).toBe('init/main.c:3')
    expect(unknown?.location).toBeNull()
    expect(notes).toContain('no file for module absent: its frames get no file and line')
    await symbolizer.symbolize(splats)
    expect(calls).toBe(1)
  })

  test('a wrong and a missing build id are reported', async () => {
    const wrong = await makeSymbolizer({ vmlinux: build(compiler, `0x${'f'.repeat(40)}`) }).symbolize(
      readSplats(logOf(ID)),
    )
    expect(wrong.notes.join('\n')).toContain(`wrong build id: the log is of ${ID}`)
    const none = await makeSymbolizer({ vmlinux: build(compiler, 'none') }).symbolize(readSplats(logOf(ID)))
    expect(none.notes.join('\n')).toContain('has no build id')
  })
})
