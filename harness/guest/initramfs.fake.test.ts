// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { archs } from '../inputs/arch/index.ts'
import type { Kernel } from '../kernel/model.ts'
import { exists } from '../lib/files/exists.ts'
import type { Context } from '../model/events.ts'
import { recordingContext } from '../testing/fake-tree.ts'
import { initramfsBeside, obtainInitramfs } from './initramfs.ts'

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

const toolchain = { prefix: '', cc: 'toy-gcc', llvm: false, version: 'toy' }
const cache = (): string => join(root, 'cache')

const programs = async (gcc: string, module: string): Promise<void> => {
  await program('toy-gcc', gcc)
  await program('make', make(module))
}

const obtain = async (gcc: string, module: string) => {
  await programs(gcc, module)
  const kernel = { dir: join(root, 'k'), meta: { interface: 'i' } } as unknown as Kernel
  return obtainInitramfs(kernel, arch, toolchain, cache(), recordingContext())
}
const madeGuests = async (): Promise<readonly string[]> =>
  (await readdir(join(cache(), 'guests'))).filter((name) => !/init-|\.lock$/.test(name))

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

describe('beside the link of the kernel', () => {
  /** Makes it for a kernel that is proven or not, with these modules. */
  const beside = async (
    module: string,
    requireProven: () => Promise<void>,
    context: Context = recordingContext(),
  ): Promise<void> => {
    await programs(GCC, module)
    const linking = { src: join(root, 'k/src'), interface: 'i', requireProven }
    await initramfsBeside(arch, toolchain, cache())(linking, context)
  }
  const proven = async (): Promise<void> => undefined
  const COMPILES = 'echo once >>"$m/../../../compiled"; : >"$m/$(basename "$m").ko"'
  const FAILS = `echo "${NAME}.c:7:2: error: implicit declaration of function 'zs_old'"; exit 2`
  const compiled = async (): Promise<number> =>
    (await readFile(join(cache(), 'compiled'), 'utf8').catch(() => '')).split('\n').length - 1

  test('it is made for a kernel that is proven, and is a phase', async () => {
    const spent = vi.fn()
    await beside(COMPILES, proven, { ...recordingContext(), spent })
    expect(await compiled()).toBe(2)
    expect(spent.mock.calls).toEqual([['modules', expect.any(Number)]])
    await using guest = await obtain(GCC, 'exit 2')
    expect(guest.cached).toBe(true)
  })

  test('it is compiled again for a kernel that is not, and nothing of the first is left', async () => {
    await expect(beside(COMPILES, () => Promise.reject(new Error('touched')))).rejects.toThrow('touched')
    expect(await madeGuests()).toEqual([])
    await using guest = await obtain(GCC, COMPILES)
    expect(guest.cached).toBe(false)
    expect(await compiled()).toBe(4)
  })

  test('no other run has it before the kernel is proven', async () => {
    let seen: readonly string[] = []
    await beside(COMPILES, async () => {
      seen = await madeGuests()
    })
    expect(seen).toEqual([expect.stringMatching(/^\.staging-x86_64-/)])
  })

  test('it is not made again where the cache has it', async () => {
    await using _guest = await obtain(GCC, COMPILES)
    await beside('exit 2', () => Promise.reject(new Error('not asked')))
    expect(await compiled()).toBe(2)
  })

  test('modules that do not compile are compiled again, and reported then', async () => {
    const requireProven = vi.fn(proven)
    await expect(beside(FAILS, requireProven)).rejects.toMatchObject({ name: 'HostError' })
    expect(requireProven).not.toHaveBeenCalled()
    expect(await madeGuests()).toEqual([])
    await expect(obtain(GCC, FAILS)).rejects.toMatchObject({
      name: 'GuestBuildError',
      message: `the guest's module ${NAME} does not compile against this kernel: ${NAME}.c:7: implicit declaration of function 'zs_old'`,
    })
  })

  test('modules are compiled one after the other, and give way to the link', async () => {
    const module = `echo "begin $(nice)" >>"$m/../../../log"; sleep 0.1; echo end >>"$m/../../../log"; ${COMPILES}`
    await beside(module, proven)
    const log = (await readFile(join(cache(), 'log'), 'utf8')).trimEnd().split('\n')
    expect(log).toEqual(['begin 19', 'end', 'begin 19', 'end'])
  })

  test('a build that fails, or a run that ends, kills the compiler and leaves nothing', async () => {
    const stop = new AbortController()
    const running = join(root, 'running')
    const slow = `echo $$ >${running}; sleep 60`
    const made = beside(slow, proven, recordingContext(stop.signal)).catch((caught: unknown) => caught)
    while ((await readFile(running, 'utf8').catch(() => '')) === '') await sleep(10)
    const pid = Number(await readFile(running, 'utf8'))
    stop.abort()
    expect(await made).toMatchObject({ name: 'HostError' })
    expect(await exists(`/proc/${pid}`)).toBe(false)
    expect(await madeGuests()).toEqual([])
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
