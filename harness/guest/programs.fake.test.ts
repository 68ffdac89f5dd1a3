// SPDX-License-Identifier: MIT
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findArch } from '../inputs/arch/index.ts'
import { newcArchive } from './cpio.ts'
import { NO_HOLDS } from './holds.ts'
import { makeProgram, planText, programFiles } from './programs.ts'
import { withPrograms } from './withprograms.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsh-programs-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const arch = findArch('x86_64')
const { signal } = new AbortController()

/** Makes a program from this file with a compiler of these lines. */
const make = async (file: string, compiler = 'exit 1') => {
  const cc = join(root, 'cc')
  await writeFile(cc, `#!/bin/sh\nfor arg; do :; done\n${compiler}\n`, { mode: 0o755 })
  const spec = { name: file, file: join(root, file), args: ['-n', '5'], sha256: null }
  return makeProgram(spec, arch, { prefix: '', cc, llvm: false, version: 'toy' }, signal)
}
const source = (): Promise<void> => writeFile(join(root, 'x.c'), 'int main(void) { return 0; }\n')

// The argument before the last one is the program, the last one the source.
const COPIES = 'while [ $# -gt 2 ]; do shift; done; { echo compiled; cat "$2"; } >"$1"'

test('a .c file is compiled as it is now', async () => {
  await source()
  const first = await make('x.c', COPIES)
  expect(first).toMatchObject({ name: 'x.c', args: ['-n', '5'] })
  expect(Buffer.from(first.data).toString()).toBe('compiled\nint main(void) { return 0; }\n')
  await writeFile(join(root, 'x.c'), 'int main(void) { return 1; }\n')
  expect((await make('x.c', COPIES)).sha256).not.toBe(first.sha256)
})

test.each([
  [
    'the words of the compiler',
    'x.c',
    'echo "x.c:1:5: error: oh" >&2; exit 1',
    /does not compile with .*-static.*:\nx\.c:1:5: error: oh/,
  ],
  ['a file that does not exist', 'y.c', COPIES, /y\.c: cannot be read \(ENOENT\)/],
  ['a folder', '.', COPIES, /cannot be read \(EISDIR\)/],
  ['what is no program', 'z', COPIES, /z: it is neither a \.c file nor an ELF program/],
])('%s: exit 2', async (_, file, compiler, message) => {
  await source()
  await writeFile(join(root, 'z'), 'text')
  await expect(make(file, compiler)).rejects.toMatchObject({
    name: 'UsageError',
    exitCode: 2,
    message: expect.stringMatching(message),
  })
})

test.each([
  ['a full disk', 'echo "cc1: fatal error: closing: No space left on device" >&2; exit 1', 'the disk is full'],
  ['a killed compiler', 'kill -KILL $$', 'was killed by SIGKILL'],
])('%s is the fault of the host: exit 3', async (_, compiler, words) => {
  await source()
  await expect(make('x.c', compiler)).rejects.toMatchObject({
    name: 'HostError',
    exitCode: 3,
    message: expect.stringContaining(words),
  })
})

describe('in the guest', () => {
  const program = (name: string, args: readonly string[] = []) => ({
    ...{ name, args, data: Buffer.from(name), sha256: name },
  })

  test('the plan has each word with its end', () =>
    expect(planText([program('a', ['-n', 'b c', '']), program('d')], 3)).toBe('3\x004\0a\0-n\0b c\0\x001\0d\0'))

  test('the programs are below /workloads, by number', () =>
    expect(programFiles([program('a'), program('b')], 1).map(({ path, mode }) => [path, mode])).toEqual([
      ['workloads', 0o755],
      ['workloads/plan', 0o644],
      ['workloads/0', 0o755],
      ['workloads/1', 0o755],
    ]))

  test('a plan that the guest could not read is refused', () =>
    expect(() => programFiles([program('a', ['x'.repeat(1 << 16)])], 1)).toThrow('longer than 64 KiB'))

  test('they come behind the initramfs, in an archive of their own that goes again', async () => {
    const plain = newcArchive([{ type: 'dir', path: 'dev', mode: 0o755 }])
    await writeFile(join(root, 'initramfs.cpio'), plain)
    expect(await withPrograms(root, [], 1, NO_HOLDS, async (path) => path)).toBe(join(root, 'initramfs.cpio'))
    const [path, bytes] = await withPrograms(
      root,
      [program('a')],
      1,
      NO_HOLDS,
      async (one) => [one, await readFile(one)] as const,
    )
    expect(bytes.subarray(0, plain.length)).toEqual(Buffer.from(plain))
    expect(plain.length % 4).toBe(0)
    expect(bytes.subarray(plain.length)).toEqual(Buffer.from(newcArchive(programFiles([program('a')], 1))))
    await expect(readFile(path)).rejects.toThrow('ENOENT')
  })
})
