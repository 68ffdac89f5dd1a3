// SPDX-License-Identifier: MIT

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

const ORDINARY = /^[A-Za-z_]\w*$/

/** A function's name as the source has it: no suffix that a compiler added. */
export const plainName = (name: string): string => {
  if (ORDINARY.test(name) && !name.startsWith('__pfx_')) return name
  // Function descriptors of 64-bit powerpc begin with a dot.
  const bare = withoutSuffixes(name)
    .replace(/\$[0-9a-f]{16,}$/, '')
    .replace(/^(?:\.|__pfx_)(?=\w)/, '')
  return bare === '' ? name : bare
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
