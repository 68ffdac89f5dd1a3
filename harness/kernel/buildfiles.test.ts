// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { buildFilesOf } from './buildfiles.ts'

test('build files are what make runs or reads', () => {
  const build = [
    'Makefile',
    'mm/Makefile',
    'mm/Kbuild',
    'mm/Kconfig',
    'mm/Kconfig.debug',
    'Kconfig-nommu',
    'arch/x86/Makefile_32.cpu',
    'arch/x86/Makefile.um',
    'scripts/link-vmlinux.sh',
    'tools/objtool/check.c',
    'x/y.mk',
  ]
  expect(buildFilesOf([...build, 'mm/zsmalloc.c', 'Documentation/kbuild/makefiles.rst', 'mm/Makefiles.c'])).toEqual(
    build,
  )
})
