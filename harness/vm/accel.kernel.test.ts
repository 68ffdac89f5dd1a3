// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { archs } from '../inputs/arch/index.ts'
import { runsCode } from './accel.ts'

test.each(archs)('the probe of $name ends a machine under TCG', async (arch) => {
  expect(await runsCode(arch, 'tcg')).toBe(true)
})

test('a probe that never ends counts as failed', async () => {
  const arch = archs[0]!
  const endless = { ...arch.qemu.probe, firmware: () => Buffer.alloc(64 << 10, 0xf4) }
  expect(await runsCode({ ...arch, qemu: { ...arch.qemu, probe: endless } }, 'tcg')).toBe(false)
})
