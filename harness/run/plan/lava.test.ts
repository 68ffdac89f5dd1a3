// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { UsageError } from '../../model/errors.ts'
import { aPlace } from '../../testing/bundles.ts'
import { type LavaCell, lavaJob, lavaYaml } from './lava.ts'
import type { LavaMethod } from './lavamethods.ts'

const validate = new Ajv({ allErrors: true }).compile(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../testing/lava.schema.json'), 'utf8')),
)

const file = (name: string) => ({ url: `http://files/${name}`, sha256: 'a'.repeat(64) })
const cell = (part: Partial<LavaCell> = {}): LavaCell => ({
  id: 'x86_64-zpool-on-kasan-before',
  place: aPlace('before'),
  seed: '7',
  kernel: { version: '6.1.192', key: 'k', bundle: 'b'.repeat(64) },
  parameters: ['console=ttyS0', 'panic=-1', 'zsharness_lanes=race:20,pump:40', 'zsharness_seed=1'],
  memoryMiB: 512,
  image: file('bzImage'),
  initramfs: file('initramfs.cpio'),
  disks: [file('swap.img.gz')],
  ...part,
})
const arm64 = (): Partial<LavaCell> => ({ place: { ...aPlace('after'), arch: 'arm64' } })

describe('a job definition', () => {
  test.each<[string, Partial<LavaCell>, LavaMethod]>([
    ['of QEMU', {}, 'qemu'],
    ['of QEMU with two disks', { disks: [file('swap.img.gz'), file('disk.img.gz')] }, 'qemu'],
    ['of QEMU for arm64', arm64(), 'qemu'],
    ['of a board with U-Boot', arm64(), 'u-boot'],
    ['of a board with GRUB', {}, 'grub'],
    ['with a long name', { id: 'x'.repeat(300) }, 'qemu'],
  ])('%s is valid, as YAML too', (_, part, method) => {
    const job = parse(lavaYaml(cell(part), { deviceType: 'qemu', method }))
    validate(job)
    expect(validate.errors ?? []).toEqual([])
    expect(job).toEqual(JSON.parse(JSON.stringify(lavaJob(cell(part), { deviceType: 'qemu', method }))))
  })

  test.each<[string, (job: Record<string, unknown>) => unknown]>([
    ['no job timeout', (job) => ({ ...job, timeouts: {} })],
    ['an unknown key', (job) => ({ ...job, extra: 1 })],
    ['two actions in one', (job) => ({ ...job, actions: [Object.assign({}, ...(job.actions as object[]))] })],
    ['no visibility', ({ visibility: _, ...job }) => job],
    ['a path for a URL', (job) => JSON.parse(JSON.stringify(job).replaceAll('http://files', '/files'))],
    ['a monitor that names no test case', (job) => JSON.parse(JSON.stringify(job).replaceAll('test_case_id', 'name'))],
    [
      "a board's commands for QEMU",
      (job) => JSON.parse(JSON.stringify(job).replace('"media":"tmpfs"', '"commands":"ramdisk"')),
    ],
  ])('with %s is not valid', (_, change) => {
    const job = JSON.parse(JSON.stringify(lavaJob(cell(), { deviceType: 'qemu', method: 'qemu' })))
    expect(validate(job)).toBe(true)
    expect(validate(change(job))).toBe(false)
  })
})

describe('the command line', () => {
  const appended = (part: Partial<LavaCell>): string => {
    const { deploy } = lavaJob(cell(part), { deviceType: 'qemu', method: 'qemu' }).actions[0]
    return 'images' in deploy ? deploy.images.kernel.image_arg : ''
  }

  test('has the seed of this boot, and waits after a panic', () => {
    expect(appended({})).toBe(
      '-kernel {kernel} -append "console=ttyS0 panic=-1 zsharness_lanes=race:20,pump:40 zsharness_seed=7 panic=10"',
    )
  })

  test('is no format string', () => {
    expect(appended({ parameters: ['zswap.x={kernel}'] })).toContain('zswap.x={{kernel}}')
  })

  test.each(['a="b"', 'a=$(id)', 'a=\\x', 'a=`id`'])('with %s is refused', (odd) => {
    expect(() => appended({ parameters: [odd] })).toThrow(UsageError)
  })

  test('of a board leaves the console to the board', () => {
    const { context } = lavaJob(cell(), { deviceType: 'rk3399', method: 'u-boot' })
    expect(context).toEqual({
      extra_kernel_args: 'panic=-1 zsharness_lanes=race:20,pump:40 zsharness_seed=7 panic=10',
    })
  })
})

describe('the monitor', () => {
  const [monitor] = lavaJob(cell(), { deviceType: 'qemu', method: 'qemu' }).actions[2].test.monitors

  const python = (text: string): RegExp => new RegExp(text.replaceAll('(?P<', '(?<'))

  test.each([
    ['zsharness: lane race ends: ok', { test_case_id: 'lane race', result: 'ok' }],
    ['zsharness: lane pump ends: failed, no swap', { test_case_id: 'lane pump', result: 'failed' }],
    ['Kernel panic - not syncing: Fatal exception', { test_case_id: 'Kernel panic', result: 'not syncing' }],
    ['zsharness: lane race starts, 20 s', undefined],
  ])('reads %s', (line, groups) => {
    const got = python(monitor!.pattern).exec(`[   12.345678] ${line}`)?.groups
    expect(got === undefined ? undefined : { ...got }).toEqual(groups)
  })

  test('begins with the first lane and ends with the last one, or after a panic', () => {
    expect(python(monitor!.start).test('[    3.1] zsharness: lane race starts, 20 s')).toBe(true)
    for (const line of ['zsharness: end: 2 lane(s), 0 wrong page(s)', 'Rebooting in 10 seconds..'])
      expect(python(monitor!.end).test(line)).toBe(true)
    // A lane that ends does not end the job.
    expect(python(monitor!.end).test('zsharness: lane race ends: ok')).toBe(false)
  })
})

test('a job may take as long as its lanes, the boot and the download', () => {
  const { timeouts } = lavaJob(cell(), { deviceType: 'qemu', method: 'qemu' })
  // 60 s of lanes, 120 s more for each of the two, 60 s to settle; 300 s to boot; 600 s to fetch.
  expect(timeouts.job).toEqual({ minutes: 21 })
})
