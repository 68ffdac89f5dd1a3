// SPDX-License-Identifier: MIT

import { readFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import { type Arch, crossCompile } from '../../inputs/arch/index.ts'
import type { Call } from '../../lib/dwarf/calls.ts'
import { readBytes, readElf } from '../../lib/elf.ts'
import { exists } from '../../lib/files/exists.ts'
import { sh } from '../../lib/process/sh.ts'
import { HostError } from '../../model/errors.ts'
import { type RunTool, resolveAddresses, runTool } from '../../splat/symbols/addr2line.ts'

/** What resolving points reads of a built kernel; tests have their own. */
export interface CodeFiles {
  readonly systemMap: () => Promise<string>
  /** The output of objdump from one address to another. */
  readonly disassemble: (start: bigint, stop: bigint) => Promise<string>
  /** The functions and lines at each address, innermost first. */
  readonly callsAt: (addresses: readonly bigint[]) => Promise<ReadonlyMap<bigint, readonly Call[]>>
  /** The functions in an object such as mm/zswap.o; undefined when the kernel has no such object. */
  readonly functionsIn: (object: string) => Promise<readonly string[] | undefined>
  /** Objects of which the debug information has one of these names. */
  readonly objectsNaming: (names: readonly string[]) => Promise<readonly string[]>
  readonly bytes: (address: bigint, size: number) => Promise<Buffer>
}

const damaged = (path: string): HostError =>
  new HostError(
    `${path} is missing: the build in the cache is damaged`,
    'remove it with zsharness clean, and run again',
  )

const readMap = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? damaged(path) : error
  })

const hex = (address: bigint): string => `0x${address.toString(16)}`

const disassembler =
  (arch: Arch, vmlinux: string, run: RunTool) =>
  async (start: bigint, stop: bigint): Promise<string> => {
    const reasons: string[] = []
    // binutils' objdump reads only the architectures that it was built for; LLVM's reads all.
    for (const tool of [`${crossCompile(arch)}objdump`, 'llvm-objdump']) {
      const range = [`--start-address=${hex(start)}`, `--stop-address=${hex(stop)}`]
      const result = await run([tool, '-d', '--no-show-raw-insn', ...range, vmlinux])
      if (result.ok) return result.stdout
      reasons.push(`${tool} ${result.why}`)
    }
    throw new HostError(`cannot disassemble ${vmlinux}: ${reasons.join('; ')}`, 'apt-get install binutils')
  }

// Objects of the kernel itself: not those of tools, and not those that hold others.
const isKernels = (path: string): boolean =>
  !/^(?:scripts|tools|usr)\/|^arch\/[^/]+\/(?:boot|tools|realmode|kvm\/hyp)\/|\/vdso|^\.|\.mod\.o$|^vmlinux/.test(path)

const findObjects = async (objects: string, names: readonly string[]): Promise<readonly string[]> => {
  if (names.length === 0) return []
  const patterns = names.flatMap((name) => ['-e', name])
  const { stdout, stderr, exitCode } = await sh({ cwd: objects })`grep -rlFw --include=*.o ${patterns} .`
  // 1 is: no file has it.
  if (exitCode !== 0 && exitCode !== 1) throw new HostError(`grep: ${stderr.trim()}`, 'check the cache folder')
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => normalize(line))
    .filter(isKernels)
    .sort()
}

/** The files of the kernel that was built in this folder. */
export const codeFiles = (arch: Arch, objects: string, run: RunTool = runTool): CodeFiles => {
  const vmlinux = join(objects, 'vmlinux')
  const elf = async () => {
    if (!(await exists(vmlinux))) throw damaged(vmlinux)
    return readElf(vmlinux)
  }
  let opened: ReturnType<typeof elf> | undefined
  const open = (): ReturnType<typeof elf> => (opened ??= elf())
  return {
    systemMap: () => readMap(join(objects, 'System.map')),
    disassemble: disassembler(arch, vmlinux, run),
    callsAt: async (addresses) => resolveAddresses(await open(), undefined, addresses, run),
    functionsIn: async (object) => {
      const path = join(objects, object)
      return (await exists(path)) ? [...readElf(path).functions.keys()] : undefined
    },
    objectsNaming: (names) => findObjects(objects, names),
    bytes: async (address, size) => readBytes((await open()).path, address, size),
  }
}
