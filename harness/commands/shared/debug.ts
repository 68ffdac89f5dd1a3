// SPDX-License-Identifier: MIT
import { obtainBusybox } from '../../guest/busybox.ts'
import { shellFiles } from '../../guest/shell.ts'
import { findArch, hostArch } from '../../inputs/arch/index.ts'
import { isBuilt } from '../../kernel/layout.ts'
import type { Toolchain } from '../../kernel/toolchain.ts'
import { hasProgram } from '../../lib/process/sh.ts'
import { UsageError } from '../../model/errors.ts'
import type { CellResult } from '../../model/results.ts'
import { type DebugWish, gdbsFor } from '../../replay/debug.ts'
import type { DebugAsked } from '../../run/debug.ts'
import type { Session } from './session.ts'
import { ownTerminal, requireTerminal, terminalSize } from './terminal.ts'

const findGdb = async ({ arch }: CellResult, how: string): Promise<string> => {
  const names = gdbsFor(arch, hostArch().name)
  for (const name of names) if (await hasProgram(name)) return name
  throw new UsageError(`--${how}: there is no ${names.join(' or ')} on this host`, `apt-get install ${names.at(-1)}`)
}

/** Nobody who asks for a debugger wants to wait for a build of what may be another kernel. */
const requireBuilt = async (
  { id, kernel, inputs }: CellResult,
  { spec, cache, toolchain }: Pick<DebugPlace, 'spec' | 'cache' | 'toolchain'>,
): Promise<void> => {
  const remedy = `build it first: zsharness replay ${spec}; then debug the cell of that run`
  if (!(await isBuilt(cache, kernel.key)))
    throw new UsageError(`the kernel of ${id} is not in the cache: ${kernel.key || 'it was never built'}`, remedy)
  if (inputs !== null && inputs.toolchain !== toolchain.version)
    throw new UsageError(`the kernel of ${id} was built by another compiler: ${inputs.toolchain}`, remedy)
}

/** Where a cell is debugged. */
export interface DebugPlace {
  /** How the user named the cell. */
  readonly spec: string
  readonly cache: string
  readonly toolchain: Pick<Toolchain, 'version'>
  readonly session: Session
  readonly hush: Hush
}

/** Lets nothing be printed while the guest has the terminal. */
export class Hush {
  #hushed = false

  readonly set = (hushed: boolean): void => {
    this.#hushed = hushed
  }

  /** The session without what it says meanwhile. */
  around(session: Session): Session {
    return { ...session, emit: (event) => (this.#hushed ? undefined : session.emit(event)) }
  }
}

/** How the boots of a replay are debugged, from what was asked for; throws when this host cannot do it. */
export const debugFor = async (
  then: CellResult,
  { how, dump }: DebugWish,
  place: DebugPlace,
): Promise<DebugAsked | undefined> => {
  if (how === null) return dump ? { how, dump, gdb: 'gdb' } : undefined
  if (how === 'shell') requireTerminal()
  await requireBuilt(then, place)
  if (how !== 'shell') return { how, dump, gdb: await findGdb(then, how) }
  const busybox = await obtainBusybox(findArch(then.arch), place.cache, { ...place.session, scope: then.id })
  const shell = { terminal: ownTerminal(place.hush.set), size: terminalSize(), files: await shellFiles(busybox) }
  return { how, dump, gdb: '', shell }
}
