// SPDX-License-Identifier: MIT
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunResult } from '../model/results.ts'
import { preparedSite } from '../testing/campaign/campaign.ts'
import { makeWorld, type Site } from '../testing/campaign/site.ts'
import { clusterOfFile } from '../testing/slurm/offile.ts'
import { startToys, toysIn } from '../testing/slurm/toys.ts'
import { startStoreServer } from '../testing/store-server.ts'

// A toy kernel on a fake QEMU says the same in each boot, so that all of a run can be compared.
const here = clusterOfFile('toys', 2)
const { missing } = here

let site: Site
beforeAll(async () => {
  if (missing === undefined) site = await preparedSite()
}, 600_000)
afterAll(() => (missing === undefined ? rm(site.root, { recursive: true, force: true }) : undefined))

/** A run without times, places, folders and rates. */
const lasting = (run: RunResult, dir: string): unknown => {
  const { durationMs: _d, startedAt: _s, id: _i, phases: _p, comparison: _c, notes, pairs, cells, ...rest } = run
  const text = JSON.stringify({
    ...rest,
    notes: notes.filter((note) => !/from the store/.test(note)).sort(),
    command: [],
    pairs: pairs.map((pair) => ({ ...pair, throughput: [] })),
    cells: cells.map(
      ({ timings: _t, waitShare: _w, placed: _l, commands: _q, bundle: _u, kernel, objects, ...cell }) => ({
        ...cell,
        // The compiler of the toys writes the path of the build into them.
        objects: objects.map(({ file }) => file),
        kernel: { ...kernel, cached: true, compiled: 0 },
      }),
    ),
  })
  // A kernel lies in this cache or in that, or comes from a bundle.
  return JSON.parse(text.replaceAll(dir, '').replaceAll(/[\w./-]*\/src\/o\/vmlinux/g, 'vmlinux'))
}

test.skipIf(missing !== undefined)(
  `a plan over two nodes equals the same on one machine${here.why}`,
  async () => {
    const { cluster } = here
    const world = await makeWorld(site, 'built')
    const flags = ['--config', 'zpool-off', '--runs', '2']
    const alone = await startToys(world, 'alone', flags)
    // A build on four CPUs has a node for itself.
    const submitted = ['--submit', 'slurm', '--jobs', '4']
    const shared = await startToys(world, 'shared', [...flags, ...submitted], cluster.conf)
    expect(shared.exitCode, shared.all).toBe(alone.exitCode)
    const [one, other] = [await toysIn(world, 'alone'), await toysIn(world, 'shared')]
    expect(other.cells).toHaveLength(8)
    expect(lasting(other, world.dir)).toEqual(lasting(one, world.dir))
    expect(new Set(other.cells.map(({ placed }) => placed?.node))).toEqual(new Set(cluster.nodes))
  },
  300_000,
)

/** A program for the nodes: each part has a cache of its own, as on a node that nobody has used before. */
const nodeCommand = async (dir: string, main: string): Promise<string> => {
  const path = join(dir, 'node-command')
  const script = `#!/bin/sh\nexport ZSHARNESS_CACHE=${dir}/caches/$SLURM_JOB_ID\nexec ${process.execPath} ${main} "$@"\n`
  await writeFile(path, script, { mode: 0o755 })
  return path
}

const buildsIn = async (caches: string): Promise<readonly string[]> =>
  (await readdir(caches, { recursive: true })).filter((name) => /^\d+\/builds\/[^/]*\.json$/.test(name))

/** The files below a folder with this text in them. */
const filesWith = async (dir: string, text: string): Promise<readonly string[]> => {
  const found: string[] = []
  for (const name of await readdir(dir, { recursive: true })) {
    const path = join(dir, name)
    if ((await stat(path)).isFile() && (await readFile(path)).includes(text)) found.push(name)
  }
  return found
}

test.skipIf(missing !== undefined)(
  `with a store, parts without a shared cache boot the kernels of others${here.why}`,
  async () => {
    const { cluster } = here
    await using server = await startStoreServer()
    const world = await makeWorld(site, 'built')
    // The fake QEMU takes the counters of the after leg from its build.
    const flags = ['--config', 'zpool-off', '--leg', 'before', '--runs', '2']
    const alone = await startToys(world, 'alone', flags)
    const command = await nodeCommand(world.dir, world.site.main)
    const submitted = ['--submit', 'slurm', '--node-command', command]
    const store = server.url.replace('//', '//me:secret@')
    const shared = await startToys(world, 'shared', [...flags, ...submitted], cluster.conf, { ZSHARNESS_STORE: store })
    expect(shared.exitCode, shared.all).toBe(alone.exitCode)
    const [one, other] = [await toysIn(world, 'alone'), await toysIn(world, 'shared')]
    expect(lasting(other, world.dir)).toEqual(lasting(one, world.dir))
    // The first boots are where the kernels are built, the others have them from the store.
    expect(other.cells.map(({ run, bundle }) => [run, bundle !== null])).toEqual(
      other.cells.map(({ run }) => [run, run > 1]),
    )
    expect(await buildsIn(join(world.dir, 'caches'))).toHaveLength(2)
    expect([...server.files.keys()].filter((path) => path.startsWith('/keys/bundle/'))).toHaveLength(2)
    expect(new Set(server.authorizations)).toEqual(new Set([`Basic ${Buffer.from('me:secret').toString('base64')}`]))
    expect(await filesWith(join(world.dir, 'shared'), 'secret')).toEqual([])
    expect(shared.all).not.toContain('secret')
  },
  600_000,
)
