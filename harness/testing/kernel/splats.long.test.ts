// SPDX-License-Identifier: MIT
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cli, latestRun } from '../cli.ts'
import { outcomeOf } from '../outcome.ts'
import { readSplats } from '../splats.ts'
import { type Boot, bootsFor } from './splats/boots.ts'
import { keep } from './splats/keep.ts'
import { wrongIn } from './splats/kinds.ts'
import { type Segment, segmentsOf } from './splats/segments.ts'

const HERE = join(import.meta.dirname, 'splats')

let results: string
beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), 'zsharness-splats-'))
})
afterAll(() => rm(results, { recursive: true, force: true }))

const segmentsIn = async (tree: string, arch: string, { kinds, stallS, timeS }: Boot): Promise<readonly Segment[]> => {
  const names = kinds.map(({ name }) => name).join(',')
  await cli([
    ...['run', '--tree', tree, '--arch', arch, '--series', 'none', '--config', 'zpool-off', '--leg', 'after'],
    ...['--kconfig', join(HERE, 'splats.config'), '--runs', '1', '--explore', 'off', '--memory', '768'],
    ...['--workload', `${join(HERE, 'plant.c')} ${names} ${stallS}`, '--workload-time', `${timeS}s`],
    ...['--results', results, '--format', 'plain'],
  ])
  const run = await latestRun(results)
  const [cell] = run.cells
  const console = await readFile(join(results, 'latest/cells', cell!.id, 'console.log'), 'latin1')
  const segments = segmentsOf(console)
  expect(segments.length, await outcomeOf(results, run)).toBeGreaterThan(0)
  return segments
}

const wrongOf = (boot: Boot, segments: readonly Segment[]): readonly string[] =>
  boot.kinds.flatMap((kind) => {
    const text = segments.find((one) => one.kind === kind.name)?.text
    if (text === undefined) return [`${kind.name}: was not planted`]
    return wrongIn(kind, readSplats(Buffer.from(text, 'latin1'))) ?? []
  })

const TREES = ['6.1', '6.12', '7.3']
const KERNELS = ['x86_64', 'arm64'].flatMap((arch) => TREES.map((version) => ({ arch, version })))

// KEEP=1 adds to the corpus what is not there yet.
test.each(KERNELS)(
  'every splat that $version on $arch can be brought to say is read right',
  async ({ arch, version }) => {
    const wrong: string[] = []
    for (const boot of bootsFor(arch, version)) {
      const segments = await segmentsIn(`debian:${version}`, arch, boot)
      wrong.push(...wrongOf(boot, segments))
      if (process.env.KEEP === '1') for (const segment of segments) await keep(segment, arch, version)
    }
    expect(wrong, wrong.join('\n')).toEqual([])
  },
)
