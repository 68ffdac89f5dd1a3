// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { archs } from '../inputs/arch/index.ts'
import { isFollowed } from './candidates.ts'
import { type BuildIdentity, differingOptions, donorsFor, fits } from './donor.ts'
import { makeArgs } from './make.ts'
import { BuildOutput, beginsLink, compiledObject, parseDiagnostic } from './output.ts'

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

  // As 6.1, 6.12 and 7.3 print them: Module.symvers and utsversion.h are complete when the first passes of the link begin.
  test.each([
    ['  LD      .tmp_vmlinux.kallsyms1', true],
    ['  KSYMS   .tmp_vmlinux0.kallsyms.S', true],
    ['  LD      .tmp_vmlinux1', true],
    ['  LD      vmlinux.o', false],
    ['  MODPOST Module.symvers', false],
    ['  UPD     include/generated/utsversion.h', false],
    ['ld: .tmp_vmlinux1: warning: x', false],
  ])('%j begins the link: %s', (line, begins) => {
    expect(beginsLink(line)).toBe(begins)
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

  test('parsers never throw', () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        parseDiagnostic(line)
        compiledObject(line)
      }),
    )
  })

  test.each([
    [
      'vmlinux.o: warning: objtool: zs_free+0x1f: unreachable instruction',
      { file: 'vmlinux.o', message: 'zs_free+0x1f: unreachable instruction', option: 'objtool' },
    ],
    [
      'mm/zsmalloc.o: warning: objtool: zs_free() falls through to next function zs_map()',
      { file: 'mm/zsmalloc.o', option: 'objtool' },
    ],
    [
      'WARNING: modpost: vmlinux.o: section mismatch in reference: zs_init (section: .text) -> x (section: .init.text)',
      { file: 'vmlinux.o', option: 'modpost' },
    ],
    ['WARNING: modpost: missing MODULE_LICENSE() in mm/zsmalloc.o', { file: 'mm/zsmalloc.o', option: 'modpost' }],
    [
      'WARNING: vmlinux.o(.text+0x1f): Section mismatch in reference from the function a() to the function b()',
      { file: 'vmlinux.o', option: 'modpost' },
    ],
    ["ld: warning: orphan section `.x' from `mm/zsmalloc.o' being placed", { option: 'ld' }],
    [
      'aarch64-linux-gnu-ld.bfd: warning: vmlinux has a LOAD segment with RWX permissions',
      { file: 'vmlinux', option: 'ld.bfd' },
    ],
    ['../arch/x86/lib/x.S:12: Warning: found an unexpected suffix', { file: 'arch/x86/lib/x.S', line: 12 }],
    ['cc1: warning: unrecognized option', { file: 'cc1', option: 'cc1' }],
  ])('%s is a warning', (line, expected) => {
    expect(parseDiagnostic(line)).toMatchObject({ severity: 'warning', ...expected })
  })

  test.each([
    '  MODPOST Module.symvers',
    'Kernel: arch/x86/boot/bzImage is ready  (#1)',
    "../mm/x.c: In function 'f':",
    'make[1]: warning: jobserver unavailable',
  ])('%s is none', (line) => expect(parseDiagnostic(line)).toBeUndefined())
})

describe('the target that printed a message', () => {
  const read = (...lines: string[]) => {
    const output = new BuildOutput('/c/.staging-k/src/o')
    for (const line of lines) output.push(line)
    return output
  }
  const printers = (...lines: string[]) => read(...lines).diagnostics.map(({ target }) => target)
  const inHeader = '../include/linux/zpool.h:3:1: warning: unused'

  test('is the last that was announced, not the file that the message names', () => {
    expect(
      printers(
        '  CC      mm/zswap.o',
        'In file included from ../mm/zswap.c:3:',
        inHeader,
        '  CC [M]  mm/zsmalloc.o',
        inHeader,
        '  MODPOST Module.symvers',
        'WARNING: modpost: vmlinux.o: section mismatch',
      ),
    ).toEqual(['mm/zswap.o', 'mm/zsmalloc.o', 'Module.symvers'])
  })

  test('is relative to the build folder', () => {
    expect(printers('  CC      /c/.staging-k/src/o/tools/objtool/check.o', 'check.c:1:1: warning: x')).toEqual([
      'tools/objtool/check.o',
    ])
  })

  test('cannot be known after a message of make, or when make could not group the lines', () => {
    expect(printers('  CC      mm/zswap.o', "make[1]: Leaving directory '/c'", inHeader)).toEqual([null])
    expect(printers('make: write error: suppressing output-sync', '  CC      mm/zswap.o', inHeader)).toEqual([null])
  })

  test('is make for what make reads in every build', () => {
    expect(printers('  CC      mm/zswap.o', "../mm/Makefile:3: warning: overriding recipe for target 'x'")).toEqual([
      '../make',
    ])
  })

  test('objects are counted apart from other targets', () => {
    const { objects, announced } = read(
      '  CC      mm/zswap.o',
      '  AS      a.o',
      '  LDS     a.lds',
      '  LD      vmlinux.o',
    )
    expect([...objects]).toEqual(['mm/zswap.o', 'a.o'])
    expect([...announced]).toEqual(['mm/zswap.o', 'a.o', 'a.lds', 'vmlinux.o'])
  })
})

describe('donors', () => {
  const id = (over: Partial<BuildIdentity> = {}): BuildIdentity => ({
    arch: 'x86_64',
    toolchain: 'gcc',
    options: ['A', 'B'],
    listing: 'l',
    ...over,
  })
  const candidate = (over: Partial<BuildIdentity> = {}, ...differing: string[]) => ({ meta: id(over), differing })

  test('the same config with other files is nearer than another config', () => {
    const [leg, config] = [candidate({}, 'mm/zsmalloc.c'), candidate({ options: ['A'] })]
    expect(donorsFor(id(), [config, leg])).toEqual([leg, config])
  })

  test('of other configs, the one with fewest options changed', () => {
    const near = candidate({ options: ['A', 'B', 'C'] }, 'mm/zsmalloc.c')
    const far = candidate({ options: ['C', 'D'] })
    expect(donorsFor(id(), [far, near])).toEqual([near, far])
  })

  test('one with other compiler flags last: all of its objects are compiled again', () => {
    const flags = candidate({ options: ['A', 'B', 'CONFIG_KASAN=y'] })
    const config = candidate({ options: ['CONFIG_C=y', 'CONFIG_D=y'] }, 'mm/zsmalloc.c')
    expect(donorsFor(id(), [flags, config])).toEqual([config, flags])
  })

  test.each([
    ['arch', 'arm64', false],
    ['toolchain', 'clang', false],
    ['listing', 'other', true],
    ['options', ['C'], true],
  ])('a build with another %s (%j) can be the donor: %j', (field, value, can) => {
    expect(fits(id(), id({ [field]: value }))).toBe(can)
  })

  test('of those with the same options, only the one with fewest files changed', () => {
    const [same, further] = [candidate({}, 'mm/zsmalloc.c'), candidate({}, 'mm/zsmalloc.c', 'mm/zswap.c')]
    expect(donorsFor(id(), [further, same])).toEqual([same])
  })

  test('options differ by name, in both directions', () => {
    const [a, b] = [
      ['CONFIG_A=y', 'CONFIG_B=8'],
      ['# CONFIG_A is not set', 'CONFIG_B=8', 'CONFIG_C=y', 'GCOV=y'],
    ]
    expect(differingOptions(a!, b!)).toEqual(['A', 'C'])
  })
})

test.each([
  ['mm/zsmalloc.c', true],
  ['include/linux/mm.h', true],
  ['arch/x86/lib/memcpy_64.S', true],
  ['mm/Kconfig', true],
  ['drivers/net/Makefile', true],
  ['Documentation/x.txt', true],
  ['tools/testing/selftests/vm/x.sh', true],
  ['COPYING', true],
  ['.gitignore', true],
  ['scripts/kallsyms.c', false],
  ['arch/x86/tools/relocs.c', false],
  ['tools/objtool/check.c', false],
  ['arch/x86/lib/x86-opcode-map.txt', false],
  ['certs/key.pem', false],
  ['arch/x86/entry/syscalls/syscall_64.tbl', false],
])('whether a change of %s is followed into every object: %j', (path, followed) => {
  expect(isFollowed(path)).toBe(followed)
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
