// SPDX-License-Identifier: MIT
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { findArch } from '../../inputs/arch/index.ts'
import { composeConfig } from '../../inputs/kconfig/compose.ts'
import { renderOption } from '../../inputs/kconfig/fragment.ts'
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { obtainTree } from '../../inputs/tree/tree.ts'
import { parseVersion } from '../../inputs/tree/version.ts'
import { BUILD_DIR, buildPlace, makeArgs, runMake } from '../../kernel/make.ts'
import { findToolchain } from '../../kernel/toolchain.ts'
import { inTempDir } from '../../lib/files/temp.ts'
import { takeMachine } from '../../lib/locks/slots.ts'
import { cacheRoot } from '../../lib/paths.ts'
import { succeeded } from '../../lib/process/run.ts'
import { hasProgram } from '../../lib/process/sh.ts'
import { columns } from '../../lib/text/columns.ts'
import { folderOf } from '../stored.ts'

const { signal } = new AbortController()

/** One way to build a kernel. */
export interface Variant {
  readonly name: string
  /** The program that it needs, if any. */
  readonly program?: string
  /** Variables of make. */
  readonly make?: readonly string[]
  /** Lines of the configuration that it replaces, by the names of their options. */
  readonly without?: RegExp
  readonly lines?: readonly string[]
  /** Whether the time of a second build into an empty folder counts. */
  readonly twice?: boolean
}

const KALLSYMS = /KALLSYMS|KPROBES/

/** Full builds: what the compiler has to write, and what it has written before. */
export const FULL: readonly Variant[] = [
  { name: 'DEBUG_INFO_REDUCED (what zsharness builds)' },
  { name: 'DEBUG_INFO_NONE', without: /DEBUG_INFO/, lines: ['CONFIG_DEBUG_INFO_NONE=y'] },
  { name: 'DEBUG_INFO full', without: /DEBUG_INFO_REDUCED/ },
  { name: 'ccache, filled', program: 'ccache', make: ['CC=ccache gcc'], twice: true },
]

/** Links of what is already compiled. */
export const LINKS: readonly Variant[] = [
  { name: 'ld.bfd, KALLSYMS (what zsharness links)', program: 'ld.bfd' },
  { name: 'ld.bfd, no KALLSYMS', program: 'ld.bfd', without: KALLSYMS },
  { name: 'ld.lld', program: 'ld.lld', make: ['LD=ld.lld'] },
  { name: 'mold', program: 'mold', make: ['LD=mold'] },
]

/** The lines of a configuration as a variant has them. */
export const configOf = (lines: readonly string[], { without, lines: own = [] }: Variant): readonly string[] => [
  ...lines.filter((line) => !without?.test(line)),
  ...own,
]

/** What a variant's time is in the table. */
export const cellOf = (seconds: number | string, first: number | undefined): readonly string[] =>
  typeof seconds === 'string'
    ? [seconds, '']
    : [`${seconds.toFixed(1)} s`, first === undefined ? '' : `${(seconds / first).toFixed(2)} of the first`]

const arch = findArch('x86_64')
const PLACE = { arch: 'x86_64', config: 'zpool-on', profile: 'kasan' }

const whyOf = (tail: readonly string[]): string =>
  tail.find((line) => /\b(?:error|fatal):|: unknown /.test(line)) ??
  tail.find((line) => line.includes('***')) ??
  'make failed'

class Bench {
  readonly #src: string
  readonly #lines: readonly string[]

  constructor(src: string, lines: readonly string[]) {
    this.#src = src
    this.#lines = lines
  }

  /** Seconds of make with these targets; throws its last lines when it fails. */
  async #make(variant: Variant, ...targets: string[]): Promise<number> {
    const rest = [`-j${availableParallelism()}`, ...(variant.make ?? []), ...targets]
    const argv = makeArgs(this.#src, arch, await findToolchain(arch, false), rest)
    const started = performance.now()
    const env = {
      KCONFIG_ALLCONFIG: join(this.#src, BUILD_DIR, 'bench.config'),
      CCACHE_DIR: join(this.#src, BUILD_DIR, '.ccache'),
    }
    const { ended, tail } = await runMake(argv, buildPlace(this.#src), { env, signal })
    if (!succeeded(ended)) throw new Error(whyOf(tail))
    return (performance.now() - started) / 1000
  }

  async #configure(variant: Variant): Promise<void> {
    const path = join(this.#src, BUILD_DIR, 'bench.config')
    await writeFile(path, `${configOf(this.#lines, variant).join('\n')}\n`)
    await this.#make(variant, 'allnoconfig')
  }

  async #empty(keep: readonly string[]): Promise<void> {
    const dir = join(this.#src, BUILD_DIR)
    await mkdir(dir, { recursive: true })
    for (const name of (await readdir(dir)).filter((one) => !keep.includes(one)))
      await rm(join(dir, name), { recursive: true })
  }

  async full(variant: Variant): Promise<number> {
    await this.#empty([])
    await this.#configure(variant)
    const seconds = await this.#make(variant, arch.imageTarget)
    if (!variant.twice) return seconds
    await this.#empty(['.ccache'])
    await this.#configure(variant)
    return this.#make(variant, arch.imageTarget)
  }

  async link(variant: Variant): Promise<number> {
    await this.#configure(variant)
    await this.#make(variant, 'vmlinux')
    const dir = join(this.#src, BUILD_DIR)
    for (const name of (await readdir(dir)).filter((one) => /^\.?(?:tmp_)?vmlinux/.test(one))) await rm(join(dir, name))
    return this.#make(variant, 'vmlinux')
  }
}

const timeOf = async (variant: Variant, measure: (variant: Variant) => Promise<number>): Promise<number | string> => {
  if (variant.program && !(await hasProgram(variant.program))) return 'not present on this host'
  try {
    return await measure(variant)
  } catch (error) {
    return `does not build: ${(error as Error).message}`
  }
}

type Measured = readonly [name: string, seconds: number | string]

const measured = async (
  variants: readonly Variant[],
  measure: (variant: Variant) => Promise<number>,
): Promise<Measured[]> => {
  const all: Measured[] = []
  for (const variant of variants) all.push([variant.name, await timeOf(variant, measure)])
  return all
}

const table = (title: string, all: readonly Measured[]): void => {
  const first = all.find(([, seconds]) => typeof seconds === 'number')
  const rows = all.map((one) => [one[0], ...cellOf(one[1], one === first ? undefined : (first?.[1] as number))])
  process.stdout.write(`${columns([[title, 'TIME', 'RATIO'], ...rows]).join('\n')}\n\n`)
}

/** What compilers' and linkers' options cost, side by side: ratios count, not seconds. Takes the machine for itself. */
export const benchToolchain = (): Promise<void> =>
  inTempDir('bench', async (root) => {
    const context = { emit: () => undefined, scope: 'bench', signal }
    await using tree = await obtainTree(parseTreeSpec('debian:6.1'), { cache: cacheRoot(), context })
    const src = await folderOf(cacheRoot(), tree.meta.listing, join(root, 'src'))
    await using _machine = await takeMachine({ signal, onWait: () => undefined })
    const lines = (await composeConfig(PLACE, parseVersion(tree.meta.version)!)).map(renderOption)
    const bench = new Bench(src, lines)
    const [ours, ...others] = FULL
    const first = await measured([ours!], (variant) => bench.full(variant))
    // They start from the objects of the first build.
    table('LINK', await measured(LINKS, (variant) => bench.link(variant)))
    table('FULL BUILD', [...first, ...(await measured(others, (variant) => bench.full(variant)))])
  })
