// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { archs } from '../inputs/arch/index.ts'
import type { Kernel } from '../kernel/model.ts'
import { recordingContext } from '../testing/fake-tree.ts'
import { obtainInitramfs } from './initramfs.ts'

vi.mock('../kernel/sandbox.ts', async (original) => ({
  ...(await original<typeof import('../kernel/sandbox.ts')>()),
  findSandbox: async () => 'none' as const,
}))

const arch = archs.find(({ name }) => name === 'x86_64')!
const NAME = 'zsharness_canary'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsh-guest-'))
  await mkdir(join(root, 'bin'))
  vi.stubEnv('PATH', `${join(root, 'bin')}:${process.env.PATH}`)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(root, { recursive: true, force: true })
})

const program = (name: string, script: string): Promise<void> =>
  writeFile(join(root, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })

const GCC = 'while [ "$1" != -o ]; do shift; done; : >"$2"'
// The folder of the module is the argument M=.
const make = (script: string): string => `for arg; do case $arg in M=*) m=\${arg#M=} ;; esac; done\n${script}`

const obtain = async (gcc: string, module: string) => {
  await program('toy-gcc', gcc)
  await program('make', make(module))
  const kernel = { dir: join(root, 'k'), meta: { interface: 'i' } } as unknown as Kernel
  const toolchain = { prefix: '', cc: 'toy-gcc', llvm: false, version: 'toy' }
  return obtainInitramfs(kernel, arch, toolchain, join(root, 'cache'), recordingContext())
}
const madeGuests = async (): Promise<readonly string[]> =>
  (await readdir(join(root, 'cache/guests'))).filter((name) => !name.startsWith('init-') && !name.endsWith('.lock'))

test('modules that compile are in the initramfs', async () => {
  await using guest = await obtain(GCC, ': >"$m/$(basename "$m").ko"')
  expect(guest.cached).toBe(false)
})

test.each([
  [
    'a header that is gone',
    `echo "${NAME}.c:12:10: fatal error: linux/gone.h: No such file or directory"; exit 2`,
    `${NAME}.c:12: linux/gone.h: No such file or directory`,
  ],
  [
    'a function that has another name, in a file that make names by its whole path',
    `echo "$m/${NAME}.c:7:2: error: implicit declaration of function 'zs_old'"; exit 2`,
    `${NAME}.c:7: implicit declaration of function 'zs_old'`,
  ],
  [
    'a symbol that is not exported',
    `echo 'ERROR: modpost: "zs_old" [${NAME}.ko] undefined!'; echo 'make[1]: *** [Module.symvers] Error 1'; exit 2`,
    `${NAME}.ko: "zs_old" [${NAME}.ko] undefined!`,
  ],
  ['what only make says', `echo 'make: *** No rule to make target modules.  Stop.'; exit 2`, 'make: *** No rule'],
])('%s is not the fault of the host', async (_, script, words) => {
  const error = await obtain(GCC, script).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ name: 'GuestBuildError' })
  const { message } = error as Error
  expect(message).toContain(`the guest's module ${NAME} does not compile against this kernel: `)
  expect(message).toContain(words)
  expect(message).not.toContain('staging')
  expect(await madeGuests()).toEqual([])
})

test.each([
  ['a full disk', `echo "gcc: fatal error: closing: No space left on device"; exit 2`, 'the disk is full'],
  ['a killed compiler', `echo "gcc: fatal error: Killed signal terminated program cc1"; exit 2`, 'was killed'],
  ['a killed make', 'kill -KILL $$', 'make was killed by SIGKILL'],
  ['a signal that make passes on', 'exit 137', 'make exited with 137'],
])('%s is', async (_, script, words) => {
  await expect(obtain(GCC, script)).rejects.toMatchObject({
    name: 'HostError',
    message: expect.stringContaining(words),
  })
})

test("a program of the guest's that does not compile is, as it includes nothing of the kernel's", async () => {
  const failing = `echo "init.c:3:1: error: oh" >&2; exit 1`
  await expect(obtain(failing, 'exit 2')).rejects.toMatchObject({
    name: 'HostError',
    message: expect.stringContaining("the build of the guest's init exited with 1:\ninit.c:3:1: error: oh"),
    hint: 'run: npx zsharness doctor',
  })
})
