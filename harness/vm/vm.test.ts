// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { archs, findArch } from '../inputs/arch/index.ts'
import { laneName } from '../model/results.ts'
import { kernelParameters, qemuArgs, type Workload } from './argv.ts'
import { detectorParameters, limitsFor } from './limits.ts'
import { lanesLimitS, Watchdog } from './watchdog.ts'

const files = { image: '/k/bzImage', initramfs: '/g/i.cpio', swap: '/t/swap', recordsSocket: '/t/r', qmpSocket: '/t/q' }
const workload: Workload = {
  lanes: [
    { name: 'race', seconds: 20 },
    { name: 'pump', seconds: 5 },
  ],
  seed: '7',
  reclaim: 'global',
  zpool: true,
  canary: null,
}
const limits = limitsFor('tcg')
// x86 and arm64 take 2048 bytes, riscv 1024.
const COMMAND_LINE_SIZE = 1024
const INIT_ENVS = 31

describe('kernel parameters', () => {
  const of = (over: Partial<Workload> = {}, ticks: number | null = 2_000_000) =>
    kernelParameters(findArch('x86_64'), limits, { ...workload, ...over }, ticks)

  test('hold lanes and seed', () => {
    expect(of()).toEqual(expect.arrayContaining(['zsharness_lanes=race:20,pump:5', 'zsharness_seed=7']))
  })
  test('only a kernel with zpool is told which one zswap uses', () => {
    expect(of()).toContain('zswap.zpool=zsmalloc')
    expect(of({ zpool: false }).join(' ')).not.toContain('zpool')
  })
  test('a crash ends the boot', () => {
    expect(of()).toEqual(expect.arrayContaining(['panic=-1', 'oops=panic']))
  })
  test('only a machine that cannot measure its clock gets the rate', () => {
    expect(of()).toContain('tsc_early_khz=2000000')
    expect(of({}, null).join(' ')).not.toContain('tsc')
    expect(kernelParameters(findArch('arm64'), limits, workload, 2_000_000).join(' ')).not.toContain('tsc')
  })
  test("the user's come last, so that they count", () => {
    const parameters = of({ parameters: ['zswap.enabled=0', 'cgroup_disable=memory'] })
    expect(parameters.slice(-2)).toEqual(['zswap.enabled=0', 'cgroup_disable=memory'])
    expect(parameters.indexOf('zswap.enabled=1')).toBeLessThan(parameters.indexOf('zswap.enabled=0'))
  })
  test.each(archs)('the longest command line fits the kernel on $name', (arch) => {
    const all = laneName.options.map((name) => ({ name, seconds: 99_999 }))
    const longest = { ...workload, lanes: all, seed: `${2n ** 64n - 1n}`, canary: 'list-corruption' }
    const parameters = kernelParameters(arch, limits, longest, 2_000_000)
    // QEMU adds `virtio_mmio.device=512@0xfeb00e00:12` for each of the two devices of a microvm.
    expect(parameters.join(' ').length + 2 * 40).toBeLessThan(COMMAND_LINE_SIZE)
    expect(parameters.filter((one) => /^[^.=]+=/.test(one)).length).toBeLessThan(INIT_ENVS)
  })
  test('no parameter holds a blank, which would split it', () => {
    expect(of({ canary: 'warn' }).filter((one) => /\s/.test(one))).toEqual([])
  })
})

describe('QEMU argv', () => {
  test.each([
    [
      'x86_64',
      'tcg',
      [
        'qemu-system-x86_64',
        '-machine',
        'microvm,acpi=off,rtc=on,isa-serial=on,pit=on,pic=on',
        '-accel',
        'tcg',
        '-cpu',
        'max,la57=off',
      ],
    ],
    [
      'x86_64',
      'kvm',
      [
        'qemu-system-x86_64',
        '-machine',
        'microvm,acpi=off,rtc=on,isa-serial=on,pit=on,pic=on',
        '-accel',
        'kvm',
        '-cpu',
        'host',
      ],
    ],
    [
      'arm64',
      'tcg',
      ['qemu-system-aarch64', '-machine', 'virt,gic-version=3', '-accel', 'tcg', '-cpu', 'max,pauth-impdef=on'],
    ],
  ] as const)('%s under %s', (arch, accelerator, head) => {
    expect(qemuArgs(findArch(arch), accelerator, files, ['a', 'b']).slice(0, 7)).toEqual(head)
  })
  test('a comma in a path adds no option', () => {
    const named = (name: string): string => `/tmp/a,b=c,readonly=on/${name}`
    const paths = { swap: named('swap'), recordsSocket: named('r'), qmpSocket: named('q') }
    const argv = qemuArgs(findArch('x86_64'), 'tcg', { ...files, ...paths }, [])
    const option = (start: string): string => argv.find((arg) => arg.startsWith(start))!
    expect(option('file=')).toMatch(/^file=\/tmp\/a,,b=c,,readonly=on\/swap,format=raw,/)
    expect(option('socket,id=qmp')).toBe('socket,id=qmp,path=/tmp/a,,b=c,,readonly=on/q')
    expect(option('socket,id=records')).toBe('socket,id=records,path=/tmp/a,,b=c,,readonly=on/r')
  })
  test('the memory is the usual one unless it is given', () => {
    const memory = (...rest: [number?]) => {
      const argv = qemuArgs(findArch('x86_64'), 'tcg', files, [], ...rest)
      return argv[argv.indexOf('-m') + 1]
    }
    expect([memory(), memory(2048)]).toEqual(['512', '2048'])
  })
  test.each([
    ['x86_64', ['swap', 'disk']],
    ['arm64', ['disk', 'swap']],
  ] as const)('a second disk of %s is vdb, and the swap is marked', (arch, order) => {
    const argv = qemuArgs(findArch(arch), 'tcg', { ...files, disk: '/t/disk' }, [])
    const devices = argv.filter((arg) => arg.startsWith('virtio-blk-device'))
    expect(devices).toEqual(order.map((id) => `virtio-blk-device,drive=${id},serial=zsharness-${id}`))
    expect(argv.filter((arg) => arg.startsWith('file=/t/disk'))).toEqual([
      'file=/t/disk,format=raw,if=none,id=disk,cache=unsafe,werror=stop,rerror=stop',
    ])
  })
  test('without one there is one disk, as ever', () =>
    expect(qemuArgs(findArch('x86_64'), 'tcg', files, []).filter((arg) => arg.startsWith('virtio-blk'))).toEqual([
      'virtio-blk-device,drive=swap',
    ]))
  test('an error of the disk under the swap pauses the guest', () => {
    const drive = qemuArgs(findArch('x86_64'), 'tcg', files, []).find((arg) => arg.startsWith('file='))
    expect(drive).toMatch(/,werror=stop,rerror=stop$/)
  })
  test('two CPUs, no network, no reboot', () => {
    const argv = qemuArgs(findArch('x86_64'), 'tcg', files, ['a=1', 'b'])
    expect(argv).toEqual(expect.arrayContaining(['-no-reboot', '-nodefaults', 'a=1 b']))
    expect(argv[argv.indexOf('-smp') + 1]).toBe('2')
    expect(argv.join(' ')).not.toMatch(/-net|-nic|virtfs|9p|hostfwd/)
  })
})

describe('limits', () => {
  test.each(['kvm', 'tcg'] as const)('under %s each detector reports well before the next', (accelerator) => {
    const { rcuStallS, softLockupS, hungTaskS, silenceS } = limitsFor(accelerator)
    expect([rcuStallS, softLockupS, hungTaskS, silenceS]).toEqual(
      [rcuStallS, softLockupS, hungTaskS, silenceS].toSorted((a, b) => a - b),
    )
    // The hung task detector checks every 10 s, so its report may be that late.
    expect(silenceS).toBeGreaterThan(hungTaskS + 10)
  })
  test('the soft lockup detector reports after twice its threshold', () => {
    expect(detectorParameters({ ...limits, softLockupS: 30 })).toContain('watchdog_thresh=15')
  })
})

describe('watchdog', () => {
  const lanesS = lanesLimitS(workload.lanes, limits)
  test('stops waiting for a guest that does not boot', () => {
    const dog = new Watchdog(limits, lanesS, 0)
    expect(dog.check(limits.bootS * 1000)).toBeUndefined()
    expect(dog.check(limits.bootS * 1000 + 1)).toMatchObject({ why: 'boot-limit', phase: 'boot' })
  })
  test('waits longer for a boot that prints, but not for ever', () => {
    const dog = new Watchdog(limits, lanesS, 0)
    for (let ms = 0; ms <= limits.bootMaxS * 1000; ms += limits.bootS * 1000) {
      dog.heard(ms)
      expect(dog.check(ms)).toBeUndefined()
    }
    expect(dog.check(limits.bootMaxS * 1000 + 1)).toMatchObject({ why: 'boot-limit', afterS: limits.bootMaxS })
  })
  test('stops waiting for a silent guest, but not for one with output', () => {
    const dog = new Watchdog(limits, lanesS, 0)
    dog.enter('lanes', 1_000)
    dog.heard(10_000)
    expect(dog.check(10_000 + limits.silenceS * 1000)).toBeUndefined()
    expect(dog.check(10_001 + limits.silenceS * 1000)).toMatchObject({ why: 'silence', phase: 'lanes' })
  })
  test('stops waiting for a guest that never ends', () => {
    const dog = new Watchdog(limits, lanesS, 0)
    dog.enter('lanes', 0)
    dog.heard(lanesS * 1000)
    expect(dog.check(lanesS * 1000 + 1)).toMatchObject({ why: 'total-limit' })
  })
  test('leaves time for the last output, once', () => {
    const dog = new Watchdog(limits, lanesS, 0)
    dog.enter('last-words', 5_000)
    dog.enter('last-words', 9_000)
    expect(dog.check(5_001 + limits.lastWordsS * 1000)).toMatchObject({ why: 'last-words-limit' })
  })
  test('ends a flood at once', () => {
    const dog = new Watchdog(limits, lanesS, 0)
    dog.enter('lanes', 5_000)
    dog.enter('flood', 9_000)
    expect(dog.check(9_000)).toEqual({ why: 'flood', phase: 'flood', afterS: 9 })
  })
})
