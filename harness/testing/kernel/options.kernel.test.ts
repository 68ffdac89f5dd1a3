// SPDX-License-Identifier: MIT
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'vitest'
import { archs } from '../../inputs/arch/index.ts'
import { type ConfigChoice, composeConfig, configNames, profileNames } from '../../inputs/kconfig/compose.ts'
import { listingOf } from '../../inputs/tree/files.ts'
import type { TreeEntry } from '../../inputs/tree/model.ts'
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { obtainTree } from '../../inputs/tree/tree.ts'
import { parseVersion } from '../../inputs/tree/version.ts'
import { configure } from '../../kernel/configure.ts'
import { builtFrom, layOut } from '../../kernel/seed.ts'
import { findToolchain } from '../../kernel/toolchain.ts'
import { inTempDir } from '../../lib/files/temp.ts'
import { cacheRoot } from '../../lib/paths.ts'
import { HostError } from '../../model/errors.ts'
import { recordingContext } from '../fake-tree.ts'
import { isFull } from '../often.ts'

const cache = cacheRoot()
const { signal } = new AbortController()

const treeOf = async (spec: string, { skip }: TestContext): Promise<TreeEntry> => {
  try {
    return await obtainTree(parseTreeSpec(spec), { cache, context: recordingContext() })
  } catch (error) {
    if (!(error instanceof HostError)) throw error
    return skip(`${spec} cannot be had here: ${error.message}`)
  }
}

// Each push tries each config on x86_64 and each profile on both; what they ask for together is tried in full.
const isTried = ({ arch, config, profile }: ConfigChoice): boolean =>
  isFull || config === 'zpool-on' || (profile === 'kasan' && arch === 'x86_64')

const choices = async (): Promise<readonly ConfigChoice[]> => {
  const [configs, profiles] = await Promise.all([configNames(), profileNames()])
  return archs
    .flatMap(({ name: arch }) => configs.flatMap((config) => profiles.map((profile) => ({ arch, config, profile }))))
    .filter(isTried)
}

// No kernel is built: kconfig alone says whether it takes every option.
test.for(['debian:6.12'])('%s takes every option of every config and profile', async (spec, context) => {
  await using tree = await treeOf(spec, context)
  const { version, listing } = tree.meta
  await inTempDir('options', async (dir) => {
    const src = join(dir, 'src')
    await layOut(cache, builtFrom(await listingOf(cache, listing, signal)), src, signal)
    const source = { listing, treeListing: listing, patchedFiles: {} }
    for (const choice of await choices()) {
      const arch = archs.find(({ name }) => name === choice.arch)!
      const toolchain = await findToolchain(arch, false)
      const wanted = await composeConfig(choice, parseVersion(version)!)
      const inputs = { version, arch, toolchain, wanted, makeVariables: [], source }
      await configure(src, inputs, { cache, signal, logFile: join(dir, `${Object.values(choice).join('-')}.log`) })
      await rm(join(src, 'o/.config'))
    }
  })
})
