// SPDX-License-Identifier: MIT
import { codeAt } from '../codes.ts'
import { demangle } from './demangle.ts'

const SUFFIX = /^(?:isra|constprop|part|cold|lto_priv|llvm|localalias|cfi_jt|cfi|clone|str|ctor|dtor|warm|\d+)$/

const withoutSuffixes = (name: string): string => {
  let end = name.length
  for (let dot = end; dot > 0; ) {
    dot = name.lastIndexOf('.', end - 1)
    if (dot < 0 || !SUFFIX.test(name.slice(dot + 1, end))) break
    end = dot
  }
  return name.slice(0, end)
}

const ENTRIES: readonly string[] = ['SyS_', 'SYSC_', 'compat_S', 'C_SYSC_']
const ENTRY_LEADS = [...'SCc'].map((char) => char.charCodeAt(0))
const WORDS: readonly boolean[] = Array.from({ length: 128 }, (_, code) => /\w/.test(String.fromCharCode(code)))
const LOWER_A = 0x61
const LOWER_Z = 0x7a

/** Most names: neither mangled, nor with a suffix, nor the entry of a system call. */
const isOrdinary = (name: string): boolean => {
  const first = codeAt(name, 0)
  const letter = first | 0x20
  if (letter < LOWER_A || letter > LOWER_Z) return false
  for (let at = 1; at < name.length; at += 1) if (WORDS[name.charCodeAt(at)] !== true) return false
  return !ENTRY_LEADS.includes(first) || !ENTRIES.some((entry) => name.startsWith(entry))
}

// The entry of one system call has a name for each architecture, and several functions: it is one for a reader.
const SYSCALL =
  /^(?:__(?:do|se|x64|x32|n32|ia32|arm64|riscv|s390x?|powerpc|loongarch|mips)_(?:compat_)?sys_|(?:compat_|C_)?(?:SyS|SYSC)_)(?=\w)/

/** A function's name as the source has it: not mangled, and without what compilers and architectures add. */
export const plainName = (name: string): string => {
  if (isOrdinary(name)) return name
  // Function descriptors of 64-bit powerpc begin with a dot.
  const bare = withoutSuffixes(name)
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
  [/\b(?:\S{1,64}:)?\bpid[:= ]+\d+/gi, 'PID'],
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
