// SPDX-License-Identifier: MIT

/** A function of the kernel: all its names, and where it ends: where the next one begins. */
export interface KernelFunction {
  readonly name: string
  readonly names: readonly string[]
  readonly address: bigint
  readonly size: number
}

/** What System.map says about a kernel's code. */
export interface SymbolTable {
  /** In the order of addresses. */
  readonly functions: readonly KernelFunction[]
  readonly byName: ReadonlyMap<string, readonly KernelFunction[]>
  /** By a name without what the compiler appended to it, such as .constprop.0; not the parts and the cold code. */
  readonly clones: ReadonlyMap<string, readonly KernelFunction[]>
  /** Names that are no function, and their addresses. */
  readonly markers: ReadonlyMap<string, bigint>
  readonly functionAt: (address: bigint) => KernelFunction | undefined
  /** Why no probe can be in this function; undefined when one can. */
  readonly refusal: (wanted: KernelFunction) => string | undefined
}

interface Symbol {
  readonly address: bigint
  readonly type: string
  readonly name: string
}

interface Range {
  readonly start: bigint
  readonly end: bigint
  readonly why: string
}

const LINE = /^([0-9a-f]+) (\S) (\S+)$/
const CODE = /^[tTwW]$/
// They mark where a part of the text begins and ends.
const MARKER =
  /^(?:_text|_stext|_etext|_sinittext|_einittext|__init_begin|__init_end|__\w+_text_(?:start|end)|_sub_[ID]_\w+|\$[xd].*)$/
const SUFFIX = /\.(?:isra|constprop|part|cold|llvm|lto_priv)(?:\..*|$)/s
const PARTIAL = /\.(?:part|cold)(?:\.|$)/

/** A function's name without what compilers append to it. */
export const baseName = (name: string): string => name.replace(SUFFIX, '')

/** Whether it is code that the compiler moved out of a function: its start is not the function's. */
export const isPartial = (name: string): boolean => PARTIAL.test(name)

/** Whether the compiler may have changed the arguments of this copy. */
export const isClone = (name: string): boolean => /\.(?:isra|constprop)\./.test(name)

const readSymbols = (text: string): readonly Symbol[] =>
  text
    .split('\n')
    .flatMap((line) => {
      const match = LINE.exec(line)
      return match ? [{ address: BigInt(`0x${match[1]}`), type: match[2]!, name: match[3]! }] : []
    })
    .sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0))

const groupByAddress = (symbols: readonly Symbol[]): readonly (readonly Symbol[])[] => {
  const groups: Symbol[][] = []
  for (const symbol of symbols) {
    const last = groups.at(-1)
    if (last?.[0]?.address === symbol.address) last.push(symbol)
    else groups.push([symbol])
  }
  return groups
}

const readFunctions = (symbols: readonly Symbol[]): readonly KernelFunction[] => {
  const groups = groupByAddress(symbols)
  return groups.flatMap((group, index) => {
    const names = group.filter(({ type, name }) => CODE.test(type) && !MARKER.test(name)).map(({ name }) => name)
    const next = groups[index + 1]?.[0]?.address
    if (names[0] === undefined || next === undefined) return []
    return [{ name: names[0], names, address: group[0]!.address, size: Number(next - group[0]!.address) }]
  })
}

const indexBy = (
  functions: readonly KernelFunction[],
  keys: (found: KernelFunction) => readonly string[],
): ReadonlyMap<string, readonly KernelFunction[]> => {
  const index = new Map<string, KernelFunction[]>()
  for (const found of functions) for (const key of keys(found)) index.set(key, [...(index.get(key) ?? []), found])
  return index
}

// kprobes refuse these parts of the text, and init code is gone when the guest runs.
const REFUSED = ['noinstr', 'kprobes', 'entry', 'irqentry', 'cpuidle', 'idmap', 'hyp', 'hyp_idmap', 'static_call']

// The kernel calls these from the handler of a breakpoint too, before it knows which probe it is in.
const IN_EVERY_PROBE =
  /^(?:__(?:hw)?asan_|__(?:tsan|kcsan|msan|sanitizer_cov|ubsan)_|(?:__)?kasan_check_|check_memory_region|__x86_(?:return|indirect)_thunk)/

/** As long a name as the guest's module reads. */
const LONGEST_NAME = 63

const readRefused = (symbols: readonly Symbol[]): readonly Range[] => {
  const at = new Map(symbols.map(({ name, address }) => [name, address]))
  const range = (from: string, to: string, why: string): readonly Range[] => {
    const [start, end] = [at.get(from), at.get(to)]
    return start === undefined || end === undefined ? [] : [{ start, end, why }]
  }
  return [
    ...REFUSED.flatMap((part) =>
      range(`__${part}_text_start`, `__${part}_text_end`, `is in .${part}.text, where the kernel refuses probes`),
    ),
    ...range('__init_begin', '__init_end', 'is init code, which is gone after boot'),
    ...range('_sinittext', '_einittext', 'is init code, which is gone after boot'),
  ]
}

const finder =
  (functions: readonly KernelFunction[]) =>
  (address: bigint): KernelFunction | undefined => {
    let [low, high] = [0, functions.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (functions[middle]!.address <= address) low = middle + 1
      else high = middle
    }
    const found = functions[low - 1]
    return found && address < found.address + BigInt(found.size) ? found : undefined
  }

const NOKPROBE = '_kbl_addr_'

/** Reads a System.map. */
export const readTable = (text: string): SymbolTable => {
  const symbols = readSymbols(text)
  const functions = readFunctions(symbols)
  const refused = readRefused(symbols)
  const marked = new Set(
    symbols.flatMap(({ name }) => (name.startsWith(NOKPROBE) ? [name.slice(NOKPROBE.length)] : [])),
  )
  return {
    functions,
    byName: indexBy(functions, ({ names }) => names),
    clones: indexBy(functions, ({ names }) =>
      names.filter((name) => SUFFIX.test(name) && !isPartial(name)).map(baseName),
    ),
    markers: new Map(symbols.filter(({ type }) => !CODE.test(type)).map(({ name, address }) => [name, address])),
    functionAt: finder(functions),
    refusal: ({ name: first, names, address }) => {
      if (first.length > LONGEST_NAME) return `has more than ${LONGEST_NAME} characters: the guest cannot take its name`
      if (names.some((name) => marked.has(baseName(name))))
        return 'is marked NOKPROBE_SYMBOL: the kernel refuses probes'
      if (names.some((name) => IN_EVERY_PROBE.test(name)))
        return 'runs in the handler of each probe: the kernel would die'
      return refused.find(({ start, end }) => address >= start && address < end)?.why
    },
  }
}
