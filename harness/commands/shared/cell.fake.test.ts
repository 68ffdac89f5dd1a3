// SPDX-License-Identifier: MIT
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { testPlan } from '../../bisect/journal/records.ts'
import { paths } from '../../lib/paths.ts'
import { NO_ADDITIONS } from '../../run/settings.ts'
import { kernelPlanFrom, resolvePlan } from './cell.ts'

// A machine with Node alone has no compiler and no QEMU.
vi.mock('./host.ts', () => ({ prepareHost: async () => undefined }))
vi.mock('../../kernel/toolchain.ts', async (real) => ({
  ...(await real<typeof import('../../kernel/toolchain.ts')>()),
  findToolchain: async () => ({ prefix: '', llvm: false, cc: join(root, 'cc'), version: 'toy' }),
}))

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-cell-'))
  // The argument before the last one is the program, the last one the source.
  await writeFile(join(root, 'cc'), '#!/bin/sh\nwhile [ $# -gt 2 ]; do shift; done\ncp "$2" "$1"\n', { mode: 0o755 })
  await writeFile(join(root, 'x.c'), 'int main(void) { return 0; }\n')
  await writeFile(join(root, 'my.config'), 'CONFIG_FOO=y\n')
})
afterEach(() => rm(root, { recursive: true, force: true }))

const flags = () => ({
  ...{ arch: 'x86_64', config: 'zpool-on', profile: 'kasan', series: 'zsmalloc-deferred-handles' },
  ...{ workload: [`${join(root, 'x.c')} -n`], workloadTime: '5s', kconfig: [join(root, 'my.config')] },
  ...{ param: ['zswap.enabled=0'], memory: '300', signature: 'zs_free,zs_map_object' },
})
const local = { seed: '1', jobs: 1 }

test('a bisection keeps what the user adds, through its journal', async () => {
  const plan = testPlan.parse(JSON.parse(JSON.stringify(await kernelPlanFrom(flags()))))
  await rm(join(root, 'my.config'))
  const resolved = await resolvePlan(plan, local)
  expect(resolved).toMatchObject({
    programs: [{ name: 'x.c', args: ['-n'] }],
    series: { signature: [{ stack: ['zs_free', 'zs_map_object'] }] },
    settings: {
      lanes: ['workload'],
      added: {
        workloadS: 5,
        memoryMiB: 300,
        parameters: ['zswap.enabled=0'],
        kconfig: [{ text: 'CONFIG_FOO=y\n' }],
      },
    },
  })
})

test('a program that was edited meanwhile ends it: its runs could not be compared', async () => {
  const plan = await kernelPlanFrom(flags())
  await writeFile(join(root, 'x.c'), 'int main(void) { return 1; }\n')
  await expect(resolvePlan(plan, local)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringContaining('x.c has changed since the bisection began'),
  })
})

test('the journal of an older zsharness adds nothing', () => {
  const older = {
    ...{ by: 'kernel', arch: 'x86_64', config: 'zpool-on', profile: 'kasan', lanes: ['pump'], durationS: null },
    ...{ amplify: true, series: 'zsmalloc-deferred-handles' },
  }
  expect(testPlan.parse(older)).toMatchObject({ added: NO_ADDITIONS, programFiles: [] })
})

test.each([
  [{ hold: ['zs_free   until zs_malloc'] }, true, ['zs_free until zs_malloc for 15ms']],
  [{ amplify: 'given' as const }, true, []],
  [{ amplify: 'off' as const }, false, []],
])('a bisection keeps %j through its journal', async (more, amplify, holds) => {
  const plan = testPlan.parse(JSON.parse(JSON.stringify(await kernelPlanFrom({ ...flags(), ...more }))))
  expect(await resolvePlan(plan, local)).toMatchObject({ settings: { amplify, added: { holds, search: false } } })
})

test.each(['mm/zswap.c:1075 for 2ms', 'zs_free+0x1c for 2ms', 'zs_free until mm/zswap.c:1075'])(
  'a bisection refuses %s, which is another place in each commit',
  async (text) => {
    await expect(kernelPlanFrom({ ...flags(), hold: [text] })).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(/^--hold "[^"]*": a line, or an offset, is another place in each commit$/),
    })
  },
)

test('a bisection refuses to look for points: it has no patch', async () => {
  await expect(kernelPlanFrom({ ...flags(), amplify: 'auto' })).rejects.toMatchObject({
    name: 'UsageError',
    message: '--amplify auto: a bisection has no patch to look around',
  })
})

test('a bisection refuses a series whose point is another place in each commit', async () => {
  const series = join(root, 'mine')
  await cp(join(paths.patches, 'zsmalloc-deferred-handles'), series, { recursive: true })
  const yaml = await readFile(join(series, 'series.yaml'), 'utf8')
  await writeFile(join(series, 'series.yaml'), yaml.replace(/^hold: .*$/m, 'hold: ["zs_free+0x1c for 2ms"]'))
  const at = async (more: object) => resolvePlan(await kernelPlanFrom({ ...flags(), series, ...more }), local)
  await expect(at({})).rejects.toThrow('series mine: hold "zs_free+0x1c for 2ms": a line, or an offset')
  await expect(at({ hold: ['zs_free for 2ms'] })).resolves.toBeDefined()
  await expect(at({ amplify: 'off' })).resolves.toBeDefined()
})
