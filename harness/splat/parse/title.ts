// SPDX-License-Identifier: MIT
import { demangle } from './demangle.ts'

const SUFFIX = /(?:\.(?:isra|constprop|part|cold|lto_priv|llvm|localalias|cfi_jt|cfi|clone|str|ctor|dtor|warm|\d+))+$/

// The entry of one system call has a name for each architecture, and several functions: it is one for a reader.
const SYSCALL =
  /^(?:__(?:do|se|x64|x32|n32|ia32|arm64|riscv|s390x?|powerpc|loongarch|mips)_(?:compat_)?sys_|(?:compat_|C_)?(?:SyS|SYSC)_)(?=\w)/

/** A function's name as the source has it: not mangled, and without what compilers and architectures add. */
export const plainName = (name: string): string => {
  // Function descriptors of 64-bit powerpc begin with a dot.
  const bare = name
    .replace(SUFFIX, '')
    .replace(/\$[0-9a-f]{16,}$/, '')
    .replace(/^(?:\.|__pfx_)(?=\w)/, '')
  return bare === '' ? name : demangle(bare.replace(SYSCALL, 'sys_'))
}

const RULES: readonly (readonly [RegExp, string])[] = [
  [/\[<[0-9a-f]{8,16}>\]/gi, 'ADDR'],
  [/\b0x[0-9a-f]+\b/gi, 'ADDR'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{8,16}\b/gi, 'ADDR'],
  [/\+(?:ADDR|NUM)\/(?:ADDR|NUM)\b/g, ''],
  [/\bcpu ?#?\d+\b/gi, 'CPU'],
  [/\b(\S+:)?\bpid[:= ]+\d+/gi, 'PID'],
  [/\.(?:isra|constprop|part|cold|lto_priv|llvm)(?:\.(?:\d+|NUM))*\b/g, ''],
  [/(?<![A-Za-z_.\d])\d+(?:\.\d+)*(?![A-Za-z_\d])/g, 'NUM'],
  [/\s+/g, ' '],
]

const MAX_TITLE = 160

/** Free text of the kernel as a stable title: numbers, addresses, CPUs and compiler suffixes out. A fixed point of itself. */
export const normalizeText = (text: string): string => {
  const once = pass(text)
  const twice = pass(once)
  return twice === once ? once : pass(twice)
}

const pass = (text: string): string => {
  let out = text
  for (const [re, by] of RULES) out = out.replace(re, by)
  return out.slice(0, MAX_TITLE).trim()
}
