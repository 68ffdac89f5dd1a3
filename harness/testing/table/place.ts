// SPDX-License-Identifier: MIT

/** The architectures of the corpus, as the names of its logs begin. */
const ARCHS = ['x86', 'i386', 'arm64', 'arm', 'ppc64', 's390', 'riscv', 'mips', 'loongarch'] as const

/** Other names for them. */
const SAME: Readonly<Record<string, string>> = { arm32: 'arm', powerpc: 'ppc64' }

/** What only the console of one architecture says; the first that fits decides. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/\bEIP: /, 'i386'],
  [/\bRIP: |\b__x64_sys_|\bdo_syscall_64\b|\bRAX: |\bentry_SYSCALL_64|\bQEMU Standard PC\b/, 'x86'],
  [/\bpstate: |\b__arm64_sys_|\bel0_svc|\bpc : \S+ lr : /, 'arm64'],
  [/\bKrnl PSW : |\b__s390x_sys_/, 's390'],
  [/\bNIP: {2}/, 'ppc64'],
]

/** Where a report belongs in the table. */
export interface Place {
  readonly arch: string
  readonly age: string
}

const FIRST_OF_AGE: readonly (readonly [major: number, minor: number, age: string])[] = [
  [6, 13, '6.13+'],
  [6, 7, '6.7-6.12'],
  [6, 0, '6.0-6.6'],
  [5, 11, '5.11-5.19'],
  [5, 0, '5.0-5.10'],
  [4, 15, '4.15-4.20'],
  [0, 0, '-4.14'],
]

/** The ages of kernels, old ones first; the last is for logs that name no version. */
export const AGES: readonly string[] = [...FIRST_OF_AGE.map(([, , age]) => age).reverse(), 'unknown']

const ageOf = (version: string | undefined): string => {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version ?? '') ?? []
  if (major === undefined || minor === undefined) return 'unknown'
  const [x, y] = [Number(major), Number(minor)]
  return FIRST_OF_AGE.find(([m, n]) => x > m || (x === m && y >= n))?.[2] ?? 'unknown'
}

const archOf = (name: string, log: string): string => {
  const word = /\/(?:captured-)?([a-z0-9]+)-/.exec(name)?.[1] ?? ''
  const named = SAME[word] ?? word
  if (ARCHS.some((arch) => arch === named)) return named
  return SIGNS.find(([sign]) => sign.test(log))?.[1] ?? 'unknown'
}

/** The architecture and age of a log: of its name, else of what it says. */
export const placeOf = (name: string, log: string, kernel: string | null): Place => ({
  arch: archOf(name, log),
  age: ageOf(kernel ?? /-(\d+\.\d+)/.exec(name)?.[1] ?? /Linux version (\d+\.\d+)/.exec(log)?.[1]),
})

/** The columns of architectures. */
export const ARCH_COLUMNS: readonly string[] = [...ARCHS, 'unknown']
