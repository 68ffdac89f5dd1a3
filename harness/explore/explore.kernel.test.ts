// SPDX-License-Identifier: MIT
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { resolveSeries, resolveToolchains } from '../commands/shared/resolve.ts'
import { parseTreeSpec } from '../inputs/tree/spec.ts'
import { exists } from '../lib/files/exists.ts'
import { cacheRoot } from '../lib/paths.ts'
import { recordingContext } from '../testing/fake-tree.ts'
import { isFull } from '../testing/often.ts'
import { explore } from './explore.ts'
import { explorerSources } from './explorer.ts'
import { countLines } from './lines.ts'
import { readReplay } from './replayfile.ts'
import { replaySchedule } from './replayschedule.ts'
import type { ExploreRequest } from './request.ts'
import { ownScenarios, requireScenarios } from './scenarios.ts'

const isThere = await exists(join(explorerSources, 'Makefile'))
const RACES = join(import.meta.dirname, '../testing/races')
test.skipIf(!isThere)('scenarios are read without a kernel, and a bad one is named', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'zsharness-scenarios-'))
  const { signal } = new AbortController()
  try {
    await requireScenarios(await ownScenarios(), signal)
    const bad = join(dir, 'bad.scn')
    await writeFile(bad, 'thread:\n\tdance\n')
    await expect(requireScenarios([bad], signal)).rejects.toThrow('bad.scn:2: "dance"')
    const twice = [join(explorerSources, 'scenarios/shrink-free.scn'), join(dir, 'shrink-free.scn')]
    await writeFile(twice[1]!, 'thread:\n\tshrink\n')
    await expect(requireScenarios(twice, signal)).rejects.toThrow('is named shrink-free too')
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})

const SMOKE = ['shrink-free', 'shrink-fails-free', 'shrink-load']

interface Asked {
  readonly tree: string
  readonly series: string
  readonly scenarios: readonly string[]
}

const requestOf = async ({ tree, series, scenarios }: Asked, dir: string): Promise<ExploreRequest> => ({
  tree: parseTreeSpec(tree),
  series: await resolveSeries(series, undefined),
  extraPatches: [],
  patchFiles: [],
  extraPatchFiles: [],
  config: 'zpool-on',
  legs: ['before', 'after'],
  toolchain: (await resolveToolchains(['x86_64'], false)).get('x86_64')!,
  search: {
    scenarios: scenarios.map((name) => join(explorerSources, 'scenarios', `${name}.scn`)),
    ...{ generate: null, bound: 2, memory: 'sc', points: 'racy', seed: 1, budgetMs: 120_000 },
  },
  ...{ jobs: 2, cache: cacheRoot(), dir, id: 'explore-test', command: [] },
})

test.skipIf(!isThere || process.arch !== 'x64')(
  'the posted patch on 6.1: before has the race, after has it no more',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'zsharness-explored-'))
    const request = await requestOf({ tree: 'debian:6.1', series: 'zsmalloc-deferred-handles', scenarios: SMOKE }, dir)
    try {
      const { legs } = await explore(request, recordingContext())
      const [before, after] = legs
      const bug = before!.failures.find(({ isBug }) => isBug)!
      expect(bug.stack.map((place) => place.function)).toContain('zs_map_object')
      expect(bug.bound).toBe(1)
      expect(bug.nth).toBeLessThan(1_000)
      expect(bug.steps.some(({ text }) => text.includes('handle'))).toBe(true)
      expect(after).toMatchObject({ status: 'searched', failures: [] })
      expect(after!.reached.every(({ complete }) => complete === 'all' || complete === 2)).toBe(true)
      const { executable, executed } = countLines(after!.patchLines!)
      expect(executable).toBeGreaterThan(40)
      expect(executed).toBeGreaterThan(executable / 2)

      const known = await readReplay(join(dir, bug.file!))
      const again = await replaySchedule(request, known, recordingContext())
      expect(again.exitCode).toBe(0)
      expect(again.text).toContain('zs_map_object')
      // The schedule of one leg says nothing on the other: it must not fail there in the same way.
      const fixed = await replaySchedule(request, { ...known, leg: 'after' }, recordingContext()).catch(() => undefined)
      expect(fixed?.exitCode).not.toBe(0)
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  },
)

test.runIf(isFull && isThere && process.arch === 'x64')(
  "the kernel's own zswap of 6.12: the context of a dead CPU is used before, and not after",
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'zsharness-explored-'))
    const scenarios = ['hotplug/offline-load', 'hotplug/offline-store', 'shrink-free']
    const asked = { tree: 'debian:6.12', series: join(RACES, 'zswap-hotplug'), scenarios }
    try {
      const { legs } = await explore(await requestOf(asked, dir), recordingContext())
      const [before, after] = legs
      expect(before!.objects).toContain('mm/zswap.o')
      const bug = before!.failures.find(({ isBug }) => isBug)!
      expect(bug).toMatchObject({ kind: 'wild-pointer', bound: 1, model: false })
      expect(bug.nth).toBeLessThan(100)
      expect(after).toMatchObject({ status: 'searched', failures: [] })
      expect(after!.objects).toContain('mm/zswap.o')
      expect(after!.reached.every(({ complete }) => complete === 'all' || complete === 2)).toBe(true)
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  },
)
