// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hostCause } from './hostcause.ts'

describe('the host', () => {
  test.each([
    ['gcc: fatal error: Killed signal terminated program cc1', /memory/],
    ['aarch64-linux-gnu-gcc: fatal error: Killed signal terminated program as', /memory/],
    ['collect2: fatal error: ld terminated with signal 9 [Killed]', /memory/],
    ['collect2: fatal error: ld terminated with signal 11 [Segmentation fault], core dumped', /crashed/],
    ['gcc: internal compiler error: Segmentation fault signal terminated program cc1', /crashed/],
    ['../mm/zsmalloc.c:12:1: internal compiler error: in gimplify_expr, at gimplify.c:123', /crashed/],
    ['../mm/zsmalloc.c:12:1: internal compiler error: Segmentation fault', /crashed/],
    ['../mm/zsmalloc.c: internal compiler error: Bus error', /crashed/],
    ['Please submit a full bug report, with preprocessed source (by using -freport-bug).', /crashed/],
    ['Killed', /memory/],
    ['/bin/bash: line 1: 12345 Killed                  gcc -c -o mm/x.o ../mm/x.c', /memory/],
    ['/bin/sh: line 1: 12345 Terminated              ld -r -o vmlinux.o', /memory/],
    ['Terminated', /memory/],
    ['Bus error', /crashed/],
    ['Segmentation fault (core dumped)', /crashed/],
    ['make[2]: *** [../scripts/Makefile.build:250: mm/x.o] Bus error', /crashed/],
    ['make[2]: *** [../scripts/Makefile.build:250: mm/x.o] Segmentation fault (core dumped)', /crashed/],
    ['make[2]: *** [../scripts/Makefile.build:250: mm/x.o] Killed', /memory/],
    ['make[2]: *** [../scripts/Makefile.build:250: mm/x.o] Terminated', /memory/],
    ['make[2]: *** [../scripts/Makefile.build:250: mm/x.o] Error 137', /memory/],
    ['make[1]: vfork: Resource temporarily unavailable', /start a process/],
    ['make: fork: Cannot allocate memory', /start a process/],
    ['/bin/sh: 1: Cannot fork', /start a process/],
    ['bash: fork: retry: Resource temporarily unavailable', /start a process/],
    ['/bin/sh: fork: Resource temporarily unavailable', /start a process/],
    ['/tmp/ccX.s: No space left on device', /disk is full/],
    [
      "/tmp/ccX.s: Fatal error: can't write 70 bytes to section .text of mm/x.o: 'No space left on device'",
      /disk|file system/,
    ],
    ['../mm/x.c:99: fatal error: error writing to /tmp/ccX.s: No space left on device', /disk is full/],
    [
      '../mm/zsmalloc.c:19:1: fatal error: closing dependency file mm/.zsmalloc.o.d: No space left on device',
      /disk is full/,
    ],
    ['../mm/x.c:1:1: fatal error: opening dependency file mm/.x.o.d: Disk quota exceeded', /disk is full/],
    ['../mm/x.c:1:1: fatal error: error closing mm/x.o: Disk quota exceeded', /disk is full/],
    ['cp: error writing arch/x86/boot/x: Disk quota exceeded', /disk is full/],
    ['ld: final link failed: No space left on device', /disk is full/],
    ['ld: final link failed: memory exhausted', /memory/],
    ['aarch64-linux-gnu-ld: vmlinux.o: memory exhausted', /memory/],
    ['virtual memory exhausted: Cannot allocate memory', /memory/],
    ['cc1: out of memory allocating 65536 bytes after a total of 1 bytes', /memory/],
    ['as: mm/x.o: Input/output error', /file system/],
    ['mv: cannot move a to b: Read-only file system', /file system/],
    ['rm: cannot remove a: Structure needs cleaning', /file system/],
    ['make: /bin/sh: Too many open files', /file system/],
    ['/bin/sh: 1: flex: not found', /build tool/],
    ['bash: line 1: bison: command not found', /build tool/],
    ['make[1]: bc: No such file or directory', /build tool/],
    ['make: aarch64-linux-gnu-gcc: Command not found', /build tool/],
    ['scripts/sign.c:3:10: fatal error: openssl/bio.h: No such file or directory', /build tool/],
    ['../scripts/sorttable.c:3:10: fatal error: stdio.h: No such file or directory', /build tool/],
    ['/c/src/tools/objtool/elf.h:10:10: fatal error: gelf.h: No such file or directory', /build tool/],
    ['zsharness-sandbox: cannot mount -t tmpfs zsharness /tmp', /sandbox/],
  ])('%j', (line, message) => {
    expect(hostCause([line])?.message).toMatch(message)
  })
})

describe('the kernel', () => {
  test.each([
    "../mm/x.c:3:1: error: expected ';'",
    '../mm/x.c:3:10: fatal error: linux/abc.h: No such file or directory',
    '../mm/x.c:3:10: fatal error: linux/bc.h: No such file or directory',
    '../mm/x.c:3:10: fatal error: zsmalloc_flexible.h: No such file or directory',
    '../mm/x.c:3:10: fatal error: stdio.h: No such file or directory',
    "../mm/x.c:3:1: error: implicit declaration of function 'zsmalloc_flexible'; not found",
    "../mm/x.c:3:1: error: 'flex' undeclared here (not in a function): not found",
    '  123 |   pr_err("cannot allocate memory: No space left on device");',
    '      |   pr_err("virtual memory exhausted: Cannot allocate memory");',
    '  123 |   pr_err("bc: not found',
    '../mm/x.c:3:1: error: #error "out of memory allocating"',
    '../mm/x.c:3:1: error: #error internal compiler error',
    '../mm/x.c:3:9: note: #pragma message: fork: Resource temporarily unavailable',
    '../mm/x.c:3:1: warning: Killed [-Wcpp]',
    '../mm/x.c:3:1: error: static assertion failed: "Disk quota exceeded"',
    '../mm/x.c:3:1: error: expected string literal: Input/output error',
    "../mm/x.c: In function 'cannot_fork':",
    "../mm/x.c: In function 'fork: retry':",
    'In file included from ../include/linux/flex.h:3,',
    '                 from ../mm/x.c:3:',
    "ld: mm/x.o: in function `memory exhausted':",
    "x.c:(.text+0x1): undefined reference to `zsmalloc_flexible'",
    "ld: x.c:(.text+0x1): undefined reference to `bison: not found'",
    '../arch/x86/entry/entry_64.S:12: Error: no such instruction: `killed: Input/output error',
    '../mm/Makefile:3: *** cannot allocate memory: No space left on device.  Stop.',
    '../mm/Makefile:3: *** missing separator.  Stop.',
    'make: *** [Makefile:2: all] Error 2',
    'make[2]: *** [../scripts/Makefile.build:250: mm/x.o] Error 1',
    "make[2]: *** No rule to make target 'mm/flex.o', needed by 'mm/built-in.a'.  Stop.",
    "make[1]: *** No rule to make target '../include/linux/bison.h', needed by 'x'.  Stop.",
    '  CC      mm/oom_kill.o',
    '  LEX     scripts/kconfig/flex: not found',
    'ERROR: modpost: "flex" [mm/zsmalloc.ko] undefined!',
    'mm/Kconfig:12: syntax error',
    'mm/x.o: warning: objtool: killed()+0x1: unreachable instruction',
    '/bin/sh: 1: no-such-tool-of-the-patch: not found',
    'make[2]: scripts/bc: No such file or directory',
    '/bin/bash: line 1: 12345 Segmentation fault      ./tools/objtool/objtool --hacks mm/x.o',
    'ld: arch/x86/vmlinux.lds:12: syntax error',
    'collect2: error: ld returned 1 exit status',
    'Error: kernelrelease not valid - run "make prepare" to update it',
  ])('%j', (line) => {
    expect(hostCause([line])).toBeUndefined()
  })
})

test('never throws', () => {
  fc.assert(fc.property(fc.string(), (line) => void hostCause([line])))
})
