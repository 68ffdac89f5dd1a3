// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { archName } from '../../model/results.ts'
import { debugArgs } from './argv.ts'
import { type DebugKernel, gdbScript } from './script.ts'

const kernel: DebugKernel = {
  arch: 'x86_64',
  vmlinux: '/c/builds/k/src/o/vmlinux',
  source: '/c/builds/k/src',
  moved: [{ from: '/c/builds/.staging-k/src', to: '/c/builds/k/src' }],
  modules: [
    {
      name: 'zsharness_hold',
      file: '/g/zsharness_hold.ko',
      sections: [
        { name: '.text', index: 3 },
        { name: '.bss', index: 24 },
      ],
    },
  ],
  addresses: { start_kernel: 0xffffffff81000000n, module_finalize: 0xffffffff81000100n },
}
const linesOf = (over: Partial<DebugKernel> = {}, loaded?: Parameters<typeof gdbScript>[2]) =>
  gdbScript({ ...kernel, ...over }, '/t/gdb.sock', loaded)
    .trimEnd()
    .split('\n')

test('a guest that waits is taken to the start of its kernel, where its memory can be read', () => {
  const lines = linesOf()
  const at = lines.indexOf('target remote /t/gdb.sock')
  expect(lines.slice(at, at + 3)).toEqual(['target remote /t/gdb.sock', 'thbreak *0xffffffff81000000', 'continue'])
  expect(lines.indexOf('file /c/builds/k/src/o/vmlinux')).toBeLessThan(at)
  expect(lines).toContain('set substitute-path /c/builds/.staging-k/src /c/builds/k/src')
})

test.each([
  ['x86_64', 'i386:x86-64', '$rsi', '$rdx'],
  ['arm64', 'aarch64', '$x1', '$x2'],
] as const)('on %s the sections of a module are read where the kernel has placed it', (arch, name, second, third) => {
  const lines = linesOf({ arch })
  expect(lines).toContain(`set architecture ${name}`)
  expect(lines).toContain(`    set $zs24 = *(unsigned long *)(${second} + ${24 * 64 + 16})`)
  expect(lines).toContain('    add-symbol-file /g/zsharness_hold.ko -s .text $zs3 -s .bss $zs24')
  const [condition] = lines.filter((line) => line.startsWith('  if '))
  // "zsharnes" and "s_hold\0", little-endian.
  expect(condition).toBe(
    `  if (*(unsigned long *)(${third} + 24)) == 0x73656e726168737a && (*(unsigned long *)(${third} + 32) & 0xffffffffffffff) == 0x646c6f685f73`,
  )
})

test('every architecture has its names for gdb', () => {
  for (const arch of archName.options) expect(linesOf({ arch }).join('\n')).not.toContain('undefined')
})

test('a name that fills its words is compared with its end', () => {
  const condition = linesOf({ modules: [{ name: 'a2345678', file: '/m.ko', sections: [] }] }).find((line) =>
    line.startsWith('  if '),
  )
  expect(condition).toContain('& 0xff) == 0x0')
})

test('in a guest that runs, the addresses are those that it told', () => {
  const lines = linesOf({}, { zsharness_hold: { '.text': '0xffffffffa0000000' } })
  expect(lines).toContain('add-symbol-file /g/zsharness_hold.ko -s .text 0xffffffffa0000000')
  expect(lines.join('\n')).not.toContain('thbreak')
  expect(linesOf({}, {}).filter((line) => line.startsWith('add-symbol-file'))).toEqual([])
})

test('without the addresses of the kernel gdb stays where the guest waits', () => {
  const lines = linesOf({ addresses: { start_kernel: undefined, module_finalize: undefined } })
  expect(lines.at(-1)).toBe('target remote /t/gdb.sock')
})

test('paths with blanks are one word', () =>
  expect(linesOf({ vmlinux: '/my "cache"/vmlinux' })).toContain('file "/my \\"cache\\"/vmlinux"'))

test("the build's own commands are read where it has them", () => {
  expect(linesOf({ commands: '/o/vmlinux-gdb.py' })).toContain('source /o/vmlinux-gdb.py')
  expect(linesOf().filter((line) => line.startsWith('source'))).toEqual([])
})

test.each([
  [{ stop: 'start' }, ['-gdb', 'unix:/t,,x/gdb.sock,server=on,wait=off', '-S']],
  [{ stop: 'splat' }, ['-gdb', 'unix:/t,,x/gdb.sock,server=on,wait=off']],
  [{ dump: '/d/vmcore' }, ['-action', 'shutdown=pause']],
  [{}, []],
] as const)('QEMU is started for %j', (debugging, args) => expect(debugArgs(debugging, '/t,x/gdb.sock')).toEqual(args))
