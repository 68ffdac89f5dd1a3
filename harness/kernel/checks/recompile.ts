// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { listingOf } from '../../inputs/tree/files.ts'
import { CHECK_PREFIX } from '../../lib/cache/entries.ts'
import { inOwnDir, sweepOwnDirs } from '../../lib/files/temp.ts'
import { takeMachine } from '../../lib/locks/slots.ts'
import { describeEnd, succeeded } from '../../lib/process/run.ts'
import { HostError, InterruptedError } from '../../model/errors.ts'
import type { Context } from '../../model/events.ts'
import { hostCause } from '../hostcause.ts'
import { buildsRoot } from '../layout.ts'
import { BUILD_DIR, buildPlace, GROUPED, makeArgs, runMake } from '../make.ts'
import { type Diagnostic, parseDiagnostic } from '../output.ts'
import { builtFrom, copyObjects, layOut, removeTarget, takeOver } from '../seed.ts'
import type { CheckedLeg } from './check.ts'

const objectOf = (file: string): string => file.replace(/\.c$/, '.o')

const compileAgain = async (
  src: string,
  { arch, toolchain, files }: CheckedLeg,
  variables: readonly string[],
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> => {
  const objects = files.map(objectOf)
  for (const object of objects) await removeTarget(join(src, BUILD_DIR), object)
  const found: Diagnostic[] = []
  const { ended, tail } = await runMake(
    makeArgs(src, arch, toolchain, [GROUPED, ...variables, ...objects]),
    buildPlace(src),
    {
      signal,
      onLine: (line) => {
        const diagnostic = parseDiagnostic(line)
        if (diagnostic) found.push(diagnostic)
      },
    },
  )
  if (ended.by === 'abort') throw new InterruptedError()
  if (!succeeded(ended))
    throw new HostError(
      `make ${variables.join(' ')} ${describeEnd(ended)}: ${tail.at(-1) ?? 'it printed nothing'}`,
      hostCause(tail)?.hint ?? 'leave out --checks',
    )
  return found
}

/** make's diagnostics on the touched files with these variables. It runs in a copy of the build folder, so the kernel does not change. */
export const recompile = async (
  leg: CheckedLeg,
  variables: readonly string[],
  { signal, emit, scope }: Context,
): Promise<readonly Diagnostic[]> => {
  if (leg.files.length === 0) return []
  await using _machine = await takeMachine({
    signal,
    onWait: () => emit({ type: 'note', scope, level: 'info', text: 'waiting: another run is building or booting' }),
  })
  await mkdir(buildsRoot(leg.cache), { recursive: true })
  const prefix = join(buildsRoot(leg.cache), CHECK_PREFIX)
  await sweepOwnDirs(prefix)
  return inOwnDir(prefix, async (scratch) => {
    const src = join(scratch, 'src')
    const { builtAt, listing, objectsHash: hash } = leg.kernel.meta
    await layOut(leg.cache, builtFrom(await listingOf(leg.cache, listing, signal)), src, signal)
    const donation = { dir: leg.kernel.dir, builtAt, hash }
    if (!(await copyObjects(donation, src, signal)))
      throw new HostError('the build in the cache is damaged', 'run: npx zsharness clean --all, and check the disk')
    await takeOver(donation, src, [])
    return await compileAgain(src, leg, variables, signal)
  })
}
