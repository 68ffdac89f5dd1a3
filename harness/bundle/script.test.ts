// SPDX-License-Identifier: MIT
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { archs, findArch } from '../inputs/arch/index.ts'
import { bootScript } from './script.ts'

const scriptFor = (arch: (typeof archs)[number], diskMiB = 0): string =>
  bootScript({ arch, image: 'Image', parameters: ['console=ttyS0', "init='x y'"], memoryMiB: 512, diskMiB })

test.each(archs.map((arch) => [arch.name, arch] as const))('boot.sh of %s', (_, arch) => {
  const script = scriptFor(arch)
  expect(spawnSync('/bin/sh', ['-n'], { input: script }).stderr.toString()).toBe('')
  expect(script).toContain(`set -- ${arch.qemu.binary} `)
  expect(script).toContain('-append "$append"')
  expect(script).toContain('file,id=records,path=$records')
  // Nothing is left of the sockets by which the harness watches QEMU.
  expect(script).not.toMatch(/socket|qmp|-mon|\$none/)
  expect(script.includes('./ticks')).toBe(arch.clockParameters !== null)
})

test('parameters are quoted for the shell', () =>
  expect(scriptFor(findArch('x86_64'))).toContain(`append='console=ttyS0 init='\\''x y'\\'''`))

test('a second disk is made where the cell has one', () => {
  expect(scriptFor(findArch('x86_64'), 64)).toContain('of="$tmp/disk" bs=1M count=0 seek=64')
  expect(scriptFor(findArch('x86_64'))).not.toContain('$tmp/disk')
})
