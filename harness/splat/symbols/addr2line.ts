// SPDX-License-Identifier: MIT
import { type Arch, archs, crossCompile } from '../../inputs/arch/index.ts'
import { type Call, callsIn } from '../../lib/dwarf/calls.ts'
import { type ElfFile, readDebugSections } from '../../lib/elf.ts'
import { describeEnd, runProcess, succeeded } from '../../lib/process/run.ts'
import { HostError } from '../../model/errors.ts'

/** Runs a program to its end and returns its standard output. */
export type RunTool = (
  argv: readonly string[],
) => Promise<{ readonly ok: boolean; readonly stdout: string; readonly why: string }>

// binutils' addr2line reads only the architectures it was built for; LLVM's reads all.
const toolsFor = (arch: Arch | undefined): readonly string[] => {
  if (!arch) return ['llvm-addr2line', 'addr2line']
  const prefixes = [crossCompile(arch), '', arch.crossPrefix, 'llvm-']
  return [...new Set(prefixes.map((prefix) => `${prefix}addr2line`))]
}

const packageFor = (arch: Arch | undefined): string =>
  arch ? `binutils-${crossCompile(arch).replaceAll('_', '-')}`.replace(/-$/, '') : 'llvm'

// Keeps the argument list far below the limit of the system.
const BATCH = 2000

const callOf = (name: string, place: string): Call => {
  const match = /^(.*):(\d+)(?: \(discriminator \d+\))?$/.exec(place)
  const known = match?.[1] !== undefined && match[1] !== '??' && match[2] !== '0'
  return { function: name, file: known ? match[1]! : undefined, line: known ? Number(match[2]) : 0 }
}

/** Reads `-a -f -i` output: an address, then pairs of function and file:line. */
export const parseAddr2line = (text: string): ReadonlyMap<bigint, readonly Call[]> => {
  const found = new Map<bigint, Call[]>()
  let calls: Call[] = []
  let name: string | undefined
  for (const line of text.split('\n')) {
    if (/^0x[0-9a-f]+$/.test(line)) {
      calls = []
      found.set(BigInt(line), calls)
      name = undefined
    } else if (name === undefined) {
      name = line
    } else {
      calls.push(callOf(name, line))
      name = undefined
    }
  }
  return found
}

type Found = ReadonlyMap<bigint, readonly Call[]>

/** The answer of the first program that gives one, or why none did. */
const askTools = async (
  tools: readonly string[],
  { path }: ElfFile,
  section: string | undefined,
  addresses: readonly bigint[],
  run: RunTool,
): Promise<Found | string> => {
  const reasons: string[] = []
  const where = section === undefined ? [] : ['-j', section]
  for (const tool of tools) {
    const result = await run([
      tool,
      '-a',
      '-f',
      '-i',
      ...where,
      '-e',
      path,
      ...addresses.map((a) => `0x${a.toString(16)}`),
    ])
    if (result.ok && result.stdout !== '') return parseAddr2line(result.stdout)
    reasons.push(`${tool} ${result.why}`)
  }
  return reasons.join('; ')
}

/** Reads the debug information without any program: it takes some seconds, where binutils take less than one. */
const readOwn = ({ path }: ElfFile, section: string | undefined, addresses: readonly bigint[]): Found | string => {
  try {
    return callsIn(readDebugSections(path, section), addresses)
  } catch (error) {
    return `and its debug information cannot be read: ${(error as Error).message}`
  }
}

/** For each address its calls, innermost first and the function itself last. One process takes thousands of addresses. */
export const resolveAddresses = async (
  elf: ElfFile,
  section: string | undefined,
  addresses: readonly bigint[],
  run: RunTool,
): Promise<Found> => {
  const arch = archs.find(({ elfMachine }) => elfMachine === elf.machine)
  const found = new Map<bigint, readonly Call[]>()
  for (let at = 0; at < addresses.length; at += BATCH) {
    const batch = addresses.slice(at, at + BATCH)
    const asked = await askTools(toolsFor(arch), elf, section, batch, run)
    const answer = typeof asked === 'string' ? readOwn(elf, section, batch) : asked
    if (typeof answer === 'string')
      throw new HostError(
        `cannot symbolise with ${elf.path}: ${asked}; ${answer}`,
        `apt-get install ${packageFor(arch)}`,
      )
    for (const [address, calls] of answer) found.set(address, calls)
  }
  return found
}

/** Runs the program itself; tests pass their own function. */
export const runTool: RunTool = async (argv) => {
  const chunks: Uint8Array[] = []
  const { ended } = await runProcess(argv, { onStdout: (chunk) => chunks.push(chunk), deadlineMs: 300_000 })
  return { ok: succeeded(ended), stdout: Buffer.concat(chunks).toString('utf8'), why: describeEnd(ended) }
}
