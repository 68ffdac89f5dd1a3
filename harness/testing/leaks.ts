// SPDX-License-Identifier: MIT

/** Variables that would change what a child computes. Tests set them in the harness's own environment. */
export const LEAKS: Readonly<Record<string, string>> = {
  KCFLAGS: '-DX',
  CFLAGS_KERNEL: '-DX',
  LLVM: '1',
  ARCH: 'sparc',
  CROSS_COMPILE: 'x-',
  LOCALVERSION: '-x',
  KCONFIG_CONFIG: '/x',
  MAKEFLAGS: '-n',
  GNUMAKEFLAGS: '-n',
  MAKEFILES: '/x',
  CPATH: '/x',
  LD_PRELOAD_X: '/x',
  GCC_EXEC_PREFIX: '/x',
  GREP_COLORS: 'x',
  XZ_OPT: '-T9',
  GIT_DIR: '/x',
  BASH_ENV: '/x',
  'BASH_FUNC_grep%%': '() { echo replaced; }',
  'BASH_FUNC_make%%': '() { echo replaced; }',
}
