// SPDX-License-Identifier: MIT
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cli, latestRun } from '../cli.ts'
import { outcomeOf } from '../outcome.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-holds-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const run = (...flags: readonly string[]) =>
  cli([
    ...['run', '--config', 'zpool-on', '--leg', 'after', '--runs', '1', '--explore', 'off'],
    ...['--results', dir, '--format', 'plain', ...flags],
  ])

/** Makes one allocation after another fail in zs_malloc(). */
const OVERRIDE = 'kmem_cache_alloc returns 0 for 5 calls in calls from zs_malloc'
/** Each would wait for the other, if two CPUs could be held at once. */
const CROSSED = ['zs_malloc until zs_free for 5ms', 'zs_free until zs_malloc for 5ms']
const SECONDS = 8

describe('hold points on a real kernel', () => {
  test('a function that was inlined, and a line without code: the answer names what to write', async () => {
    const inlined = await run('--lane', 'pump', '--hold', 'zs_reclaim_page')
    expect(inlined.exitCode).toBe(2)
    expect(inlined.stderr).toMatch(
      /zs_reclaim_page has no code of its own .* inlined into zs_zpool_shrink \(mm\/zsmalloc\.c:\d+\)/,
    )
    const line = await run('--lane', 'pump', '--hold', 'mm/zsmalloc.c:1')
    expect(line.exitCode).toBe(2)
    expect(line.stderr).toMatch(/mm\/zsmalloc\.c:\d+/)
  })

  test('a line inside a function, failing allocations, and two points that would wait for each other', async () => {
    const { stderr } = await run('--lane', 'pump', '--hold', 'zs_reclaim_page')
    const line = /inlined into zs_zpool_shrink \((mm\/zsmalloc\.c:\d+)\)/.exec(stderr)![1]!
    const holds = [`${line} for 300us`, OVERRIDE, ...CROSSED].flatMap((text) => ['--hold', text])
    await run('--lane', 'pump', '--duration', `${SECONDS}s`, ...holds)
    const result = await latestRun(dir)
    const [cell] = result.cells
    expect(cell!.verdict, await outcomeOf(dir, result)).toBe('pass')
    const at = (point: string) => cell!.evidence.holds.find((one) => one.point === point)!
    expect(at(line).held).toBeGreaterThan(0)
    expect(at('kmem_cache_alloc in calls from zs_malloc').overridden).toBe(5)
    const records = await readFile(join(dir, 'latest/cells', cell!.id, 'records.jsonl'), 'utf8')
    expect(records).toMatch(/"reject_alloc_fail":[1-9]/)
    for (const point of ['zs_malloc', 'zs_free']) expect(at(point).held).toBeGreaterThan(0)
    const ends = records.split('\n').filter((one) => one.includes('"laneEnd"'))
    // Nobody waited for ever: the lane came to its end in its time.
    expect(JSON.parse(ends[0]!).elapsedMs).toBeLessThan((SECONDS + 5) * 1000)
  })
})
