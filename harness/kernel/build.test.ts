// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { archs } from '../inputs/arch/index.ts'
import { type BuildIdentity, differingFiles, differingOptions, donorsFor } from './donor.ts'
import { makeArgs } from './make.ts'
import { compiledObject, hostCause, inheritDiagnostics, parseDiagnostic } from './output.ts'

describe('kbuild output', () => {
  test.each([
    ['  CC      mm/zsmalloc.o', 'mm/zsmalloc.o'],
    ['  AS      arch/x86/entry/entry_64.o', 'arch/x86/entry/entry_64.o'],
    ['  CC [M]  drivers/x.o', 'drivers/x.o'],
    ['  HOSTCC  scripts/kallsyms', undefined],
    ['  LD      vmlinux.o', undefined],
    ['mm/zsmalloc.c:1: CC x', undefined],
  ])('%j compiles %j', (line, object) => {
    expect(compiledObject(line)).toBe(object)
  })

  test.each(["'obj_allocated'", '‘obj_allocated’'])(
    'a warning about %s, with the build folder\'s ".." taken off',
    (name) => {
      const line = `../mm/zsmalloc.c:945:13: warning: ${name} defined but not used [-Wunused-function]`
      expect(parseDiagnostic(line)).toEqual({
        severity: 'warning',
        file: 'mm/zsmalloc.c',
        line: 945,
        column: 13,
        message: "'obj_allocated' defined but not used",
        option: '-Wunused-function',
      })
    },
  )

  test.each([
    ["../mm/x.c:3:1: error: expected ';' before '}' token", 'error'],
    ['../mm/x.c:3:10: fatal error: no.h: No such file or directory', 'error'],
    ["../mm/x.c:3:1: note: in expansion of macro 'X'", undefined],
    ['make[2]: *** [../scripts/Makefile.build:250: mm/x.o] Error 1', undefined],
  ])('%j is %j', (line, severity) => {
    expect(parseDiagnostic(line)?.severity).toBe(severity)
  })

  test.each([
    ['gcc: fatal error: Killed signal terminated program cc1', /memory/],
    ['/tmp/ccX.s: No space left on device', /disk is full/],
    ['virtual memory exhausted: Cannot allocate memory', /memory/],
    ['/bin/sh: 1: flex: not found', /build tool/],
    ['scripts/sign.c:3:10: fatal error: openssl/bio.h: No such file or directory', /build tool/],
  ])("%j is the host's fault", (line, message) => {
    expect(hostCause([line])?.message).toMatch(message)
  })

  test.each(["../mm/x.c:3:1: error: expected ';'", 'make: *** [Makefile:2: all] Error 2', '  CC      mm/oom_kill.o'])(
    '%j is not',
    (line) => {
      expect(hostCause([line])).toBeUndefined()
    },
  )

  test('parsers never throw', () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        parseDiagnostic(line)
        hostCause([line])
        compiledObject(line)
      }),
    )
  })

  test('warnings of objects that were taken over stay, those of recompiled ones go', () => {
    const warning = (file: string, message: string) => parseDiagnostic(`${file}:1:1: warning: ${message}`)!
    const donor = [warning('mm/a.c', 'old a'), warning('mm/b.c', 'old b')]
    const all = inheritDiagnostics(donor, new Set(['mm/b.o']), [warning('mm/b.c', 'new b')])
    expect(all.map(({ message }) => message)).toEqual(['old a', 'new b'])
  })
})

describe('donors', () => {
  const id = (over: Partial<BuildIdentity> = {}): BuildIdentity => ({
    arch: 'x86_64',
    treeKey: 't',
    toolchain: 'gcc',
    options: ['A', 'B'],
    sourceKey: 's',
    patchedFiles: {},
    ...over,
  })

  test('the same config with other patches is nearer than another config', () => {
    const leg = id({ sourceKey: 'before', patchedFiles: { 'mm/zsmalloc.c': 'x' } })
    const config = id({ options: ['A'] })
    expect(donorsFor(id(), [config, leg])).toEqual([leg, config])
  })

  test('of other configs, the one with fewest options changed', () => {
    const near = id({ options: ['A', 'B', 'C'], patchedFiles: { 'mm/zsmalloc.c': 'x' } })
    const far = id({ options: ['C', 'D'] })
    expect(donorsFor(id(), [far, near])).toEqual([near, far])
  })

  test.each([
    ['arch', 'arm64'],
    ['treeKey', 'u'],
    ['toolchain', 'clang'],
  ])('a build with another %s cannot be the donor', (field, value) => {
    expect(donorsFor(id(), [id({ [field]: value })])).toEqual([])
  })

  test('of those with the same options, only the one with fewest files changed', () => {
    const same = id({ patchedFiles: { 'mm/zsmalloc.c': 'x' } })
    const further = id({ patchedFiles: { 'mm/zsmalloc.c': 'x', 'mm/zswap.c': 'y' } })
    expect(donorsFor(id(), [further, same])).toEqual([same])
  })

  test('options differ by name, in both directions', () => {
    const [a, b] = [
      ['CONFIG_A=y', 'CONFIG_B=8'],
      ['# CONFIG_A is not set', 'CONFIG_B=8', 'CONFIG_C=y', 'GCOV=y'],
    ]
    expect(differingOptions(a!, b!)).toEqual(['A', 'C'])
  })

  test('files differ in both directions', () => {
    expect(differingFiles({ a: '1', b: '2', d: null }, { b: '3', c: '4', d: null })).toEqual(['a', 'b', 'c'])
    expect(differingFiles({ a: '1' }, { a: '1' })).toEqual([])
  })
})

test('make names the source by its parent, so that a build folder can move', () => {
  const toolchain = { prefix: 'aarch64-linux-gnu-', llvm: false, cc: 'aarch64-linux-gnu-gcc', version: '' }
  const arm64 = archs.find(({ name }) => name === 'arm64')!
  expect(makeArgs('/c/src', arm64, toolchain, ['-j2', 'Image'])).toEqual([
    'make',
    '-C',
    '/c/src',
    'O=/c/src/o',
    'ARCH=arm64',
    'CROSS_COMPILE=aarch64-linux-gnu-',
    '-j2',
    'Image',
  ])
  expect(makeArgs('/c/src', arm64, { ...toolchain, llvm: true }, [])).toContain('LLVM=1')
})
