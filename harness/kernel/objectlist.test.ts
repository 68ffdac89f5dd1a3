// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { isLinked } from './objectlist.ts'

test.each([
  ['vmlinux', true],
  ['vmlinux.o', true],
  ['.vmlinux.o.cmd', true],
  ['.tmp_vmlinux.kallsyms1', true],
  ['.tmp_vmlinux.kallsyms2.S', true],
  ['arch/x86/boot/bzImage', true],
  ['arch/x86/boot/.bzImage.cmd', true],
  ['arch/x86/boot/compressed/vmlinux', true],
  ['arch/x86/boot/compressed/vmlinux.bin.gz', true],
  ['arch/x86/boot/compressed/piggy.o', true],
  ['arch/arm64/boot/Image', true],
  ['arch/arm64/boot/Image.gz', true],
  ['mm/zsmalloc.o', false],
  ['mm/.zsmalloc.o.cmd', false],
  ['Module.symvers', false],
  ['vmlinux.symvers', false],
  ['.config', false],
  ['arch/x86/kernel/vmlinux.lds', false],
  ['arch/x86/boot/compressed/vmlinux.lds', false],
  ['arch/x86/boot/compressed/piggy.S', false],
  ['arch/x86/boot/main.o', false],
  ['mm/vmlinux', false],
])('%s is made of all objects: %s', (path, linked) => expect(isLinked(path)).toBe(linked))
