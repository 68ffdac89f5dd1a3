// SPDX-License-Identifier: MIT
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { GIT } from '../bisect/exits.ts'
import { takeGitStep } from '../bisect/gitstep.ts'
import { parseSymptom } from '../bisect/symptom.ts'
import { NO_ADDITIONS } from '../run/settings.ts'
import { TestRepo } from '../testing/bisect/repo.ts'
import { installFakeMake } from '../testing/fake-make.ts'
import { recordingContext } from '../testing/fake-tree.ts'
import { resolvePlan } from './shared/cell.ts'

// A machine with Node alone has no compiler and no QEMU; the toy kernels of these tests need none.
vi.mock('./shared/host.ts', () => ({ prepareHost: async () => undefined }))
vi.mock('../kernel/toolchain.ts', async (real) => ({
  ...(await real<typeof import('../kernel/toolchain.ts')>()),
  findToolchain: async () => ({ prefix: '', llvm: false, cc: 'gcc', version: 'toy' }),
}))
vi.mock('../vm/accel.ts', async (real) => ({
  ...(await real<typeof import('../vm/accel.ts')>()),
  chooseAccelerator: async () => 'kvm',
}))

const MAKEFILE = 'VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 7\nEXTRAVERSION =\n'
const SANE = { 'mm/Kconfig': 'config X\n' }

let root: string
let repo: TestRepo
/** The commits by subject. */
let commits: Readonly<Record<string, string>>
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-step-'))
  await installFakeMake(join(root, 'bin'))
  vi.stubEnv('PATH', `${join(root, 'bin')}:${process.env.PATH}`)
  vi.stubEnv('ZSHARNESS_CACHE', join(root, 'cache'))
  repo = new TestRepo(join(root, 'repo'))
  vi.spyOn(process, 'cwd').mockReturnValue(repo.dir)
  commits = {
    good: repo.commit('base', { Makefile: MAKEFILE, Kconfig: 'mainmenu "toy"\n', 'mm/a.c': 'int a;\n', ...SANE }),
    'a syntax error': repo.commit('break the syntax', { 'mm/Kconfig': 'config X\nbroken\n' }),
    // The toy's kconfig drops each option that its Kconfig names.
    'an option that is gone': repo.commit('drop an option', { 'mm/Kconfig': 'CONFIG_ZSWAP=y\n' }),
    bad: repo.commit('mend it', SANE),
  }
})
afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  await rm(root, { recursive: true, force: true })
})

const CELL = { by: 'kernel', arch: 'x86_64', config: 'zpool-on', profile: 'kasan' } as const

/** The exit code of `bisect step` where git has checked out this commit. */
const stepAt = async (commit: string, symptom?: string): Promise<number> => {
  repo.git('checkout', '--quiet', commit)
  const own = { lanes: [], durationS: null, amplify: true, series: 'zsmalloc-deferred-handles' }
  const plan = await resolvePlan({ ...CELL, added: NO_ADDITIONS, ...own, programFiles: [] }, { seed: '1', jobs: 1 })
  const wanted = symptom === undefined ? undefined : (parseSymptom(symptom) ?? undefined)
  return takeGitStep({ symptom: wanted, runs: 1, plan, carry: [], seed: '1' }, recordingContext())
}

const broken = ['a syntax error', 'an option that is gone'] as const

test.each(broken)("a Kconfig with %s is the kernel's finding: git bisect run skips the commit", async (name) => {
  repo.git('bisect', 'start', commits.bad!, commits.good!)
  expect(await stepAt(commits[name]!)).toBe(GIT.skip)
})

test.each(broken)('a Kconfig with %s is skipped under other terms too', async (name) => {
  repo.git('bisect', 'start', '--term-old=fast', '--term-new=slow', commits.bad!, commits.good!)
  expect(await stepAt(commits[name]!)).toBe(GIT.skip)
})

test.each(broken)('a Kconfig with %s is bad where a failing build is the symptom', async (name) => {
  repo.git('bisect', 'start', commits.bad!, commits.good!)
  expect(await stepAt(commits[name]!, 'build')).toBe(GIT.bad)
})
