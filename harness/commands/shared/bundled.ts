// SPDX-License-Identifier: MIT
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { programFile } from '../../bundle/names.ts'
import { type Bundle, openBundle } from '../../bundle/open.ts'
import { requireQemu } from '../../doctor/checks.ts'
import type { Program } from '../../guest/programs.ts'
import { inTempDir } from '../../lib/files/temp.ts'
import type { ArchName } from '../../model/results.ts'
import { type BundledFlags, bundledRequest } from '../../run/bundled/request.ts'
import type { RunRequest } from '../../run/request.ts'

const programsOf = ({ dir, boot }: Bundle): Promise<readonly Program[]> =>
  Promise.all(
    boot.programs.map(async (one, index) => ({ ...one, data: await readFile(join(dir, programFile(index))) })),
  )

/** Unpacks bundles into a folder that is removed when `use` has settled, and hands over the request that boots them. */
export const withBundles = <T>(
  files: readonly string[],
  flags: BundledFlags,
  local: Parameters<typeof bundledRequest>[2],
  use: (request: RunRequest, bundles: readonly Bundle[]) => Promise<T>,
): Promise<T> =>
  inTempDir('bundles', async (scratch) => {
    const opened: { bundle: Bundle; programs: readonly Program[] }[] = []
    for (const [index, file] of files.entries()) {
      const dir = join(scratch, `${index}`)
      await mkdir(dir)
      const bundle = await openBundle(file, dir)
      opened.push({ bundle, programs: await programsOf(bundle) })
    }
    const request = bundledRequest(opened, flags, local)
    const bundles = opened.map(({ bundle }) => bundle)
    await requireQemu([...new Set<ArchName>(bundles.map(({ manifest }) => manifest.cell.arch))])
    return use(request, bundles)
  })
