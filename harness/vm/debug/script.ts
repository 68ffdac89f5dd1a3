// SPDX-License-Identifier: MIT
import type { ArchName } from '../../model/results.ts'
import type { DebugModule } from './module.ts'
import type { Moved } from './sources.ts'

/** What a script of gdb says about a kernel. */
export interface DebugKernel {
  readonly arch: ArchName
  readonly vmlinux: string
  /** Its source. */
  readonly source: string
  readonly moved: readonly Moved[]
  readonly modules: readonly DebugModule[]
  /** Addresses of the kernel's functions. */
  readonly addresses: Readonly<Record<'start_kernel' | 'module_finalize', bigint | undefined>>
  /** The commands that the kernel's build has for gdb; missing where it has none. */
  readonly commands?: string | undefined
}

/** Where the sections of loaded modules are: by module, then by section. */
export type Loaded = Readonly<Record<string, Readonly<Record<string, string>>>>

/** How gdb names an architecture, and the registers of a function's second and third argument. */
const GDB: Readonly<Record<ArchName, { readonly name: string; readonly second: string; readonly third: string }>> = {
  x86_64: { name: 'i386:x86-64', second: '$rsi', third: '$rdx' },
  arm64: { name: 'aarch64', second: '$x1', third: '$x2' },
}

/** A path among gdb's words. */
const word = (path: string): string => (/^[\w./+-]+$/.test(path) ? path : `"${path.replace(/["\\]/g, '\\$&')}"`)

const hex = (value: bigint): string => `0x${value.toString(16)}`

const addSymbols = (
  { file, sections }: DebugModule,
  addressOf: (index: number, name: string) => string | undefined,
) => {
  const options = sections.flatMap(({ name, index }) => {
    const address = addressOf(index, name)
    return address === undefined ? [] : [`-s ${name} ${address}`]
  })
  return ['add-symbol-file', word(file), ...options].join(' ')
}

// struct module: its state, a list_head, its name. The beginning of both structures has been so since 2.6.
const NAME_AT = 24
// Elf64_Shdr: 64 bytes each, the address is the third word.
const HEADER = 64
const ADDRESS_AT = 16

const isNamed = (name: string, module: string): string => {
  const bytes = Buffer.alloc(Math.ceil((name.length + 1) / 8) * 8)
  bytes.write(name, 'latin1')
  const words = Array.from({ length: bytes.length / 8 }, (_, at) => bytes.readBigUInt64LE(at * 8))
  // What follows the end of the name is not known.
  const last = (name.length + 1) % 8
  return words
    .map((word, at) => {
      const memory = `*(unsigned long *)(${module} + ${NAME_AT + at * 8})`
      const mask = at === words.length - 1 && last > 0 ? ` & ${hex((1n << BigInt(8 * last)) - 1n)}` : ''
      return `(${memory}${mask}) == ${hex(word)}`
    })
    .join(' && ')
}

/** When the kernel has placed a module and before its code runs, its headers hold the addresses. */
const onLoad = ({ arch, modules, addresses: { module_finalize: at } }: DebugKernel): readonly string[] => {
  if (at === undefined) return []
  const { second, third } = GDB[arch]
  const lines = modules.flatMap((module) => [
    `  if ${isNamed(module.name, third)}`,
    ...module.sections.map(
      ({ index }) => `    set $zs${index} = *(unsigned long *)(${second} + ${index * HEADER + ADDRESS_AT})`,
    ),
    `    ${addSymbols(module, (index) => `$zs${index}`)}`,
    '  end',
  ])
  return [
    '# The modules of the guest, as they are loaded.',
    `break *${hex(at)}`,
    'commands',
    '  silent',
    ...lines,
    '  continue',
    'end',
  ]
}

const alreadyLoaded = ({ modules }: DebugKernel, loaded: Loaded): readonly string[] =>
  modules.flatMap((module) => {
    const places = loaded[module.name]
    return places === undefined ? [] : [addSymbols(module, (_, name) => places[name])]
  })

// In the firmware no address of the kernel can be read yet, and its image is still to be unpacked.
const toStart = ({ addresses: { start_kernel: at } }: DebugKernel): readonly string[] =>
  at === undefined ? [] : [`thbreak *${hex(at)}`, 'continue']

/** A script for gdb that connects it to a waiting guest; `loaded` is missing before the kernel has started. */
export const gdbScript = (kernel: DebugKernel, socket: string, loaded?: Loaded): string =>
  `${[
    'set pagination off',
    'set confirm off',
    'set breakpoint pending on',
    `set architecture ${GDB[kernel.arch].name}`,
    ...kernel.moved.map(({ from, to }) => `set substitute-path ${word(from)} ${word(to)}`),
    `directory ${word(kernel.source)}`,
    `file ${word(kernel.vmlinux)}`,
    ...(kernel.commands === undefined ? [] : [`source ${kernel.commands}`]),
    `target remote ${socket}`,
    ...(loaded === undefined ? toStart(kernel) : alreadyLoaded(kernel, loaded)),
    ...onLoad(kernel),
  ].join('\n')}\n`
