// SPDX-License-Identifier: MIT
import { writeFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FlakyHistory, flakyHistory, flakyScript, TestRepo } from '../testing/bisect/repo.ts'
import { searchHere } from '../testing/bisect/search.ts'

let root: string
let flaky: FlakyHistory
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-bisect-'))
  flaky = flakyHistory(join(root, 'flaky'), 30, 19, [6, 14, 25])
})
afterAll(() => rm(root, { recursive: true, force: true }))

const search = ({ repo, good }: Pick<FlakyHistory, 'repo' | 'good'>, name: string, more: object) =>
  searchHere({ tree: `git:${repo.dir}#main`, good: [good], results: join(root, 'results', name), ...more })

describe('a symptom in half of the runs', () => {
  test('leads to its commit, which a revert proves, and git replays the log', async () => {
    const script = flakyScript(join(root, 'half.sh'), 50)
    const { exitCode, report, dir } = await search(flaky, 'half', { script })
    expect(report.proof?.verdict).toBe('proven')
    expect(exitCode).toBe(0)
    expect(report.culprit).toMatchObject({ id: flaky.culprit, author: 'Test Author <author@example.org>' })
    expect(report.culprit!.probability).toBeGreaterThanOrEqual(0.99)
    expect(report.culprit!.patch).toContain('+bad')
    expect(report.tested.find(({ id }) => id === flaky.good)).toMatchObject({ standing: 'good', hits: 0 })
    expect(await readFile(join(dir, 'report.md'), 'utf8')).toContain('## First bad commit')
    expect(flaky.repo.git('status', '--porcelain', '--branch')).toBe('## main')

    flaky.repo.git('bisect', 'start')
    flaky.repo.git('bisect', 'replay', join(dir, 'bisect.log'))
    expect(flaky.repo.git('bisect', 'log')).toContain(`# first bad commit: [${flaky.culprit}]`)
    flaky.repo.git('bisect', 'reset')
  })

  test('names both commits when the one before the culprit cannot be tested', async () => {
    const beside = flakyHistory(join(root, 'beside'), 12, 7, [6])
    const script = flakyScript(join(root, 'beside.sh'), 50)
    const { exitCode, report } = await search(beside, 'beside', { script })
    expect(report.end).toMatchObject({ kind: 'set', commits: [beside.commits[6], beside.commits[7]] })
    expect(exitCode).toBe(4)
  })
})

describe('merges', () => {
  test('a culprit on a side branch is found', async () => {
    const repo = new TestRepo(join(root, 'merge'))
    const good = repo.commit('base', { state: 'good\n' })
    repo.git('checkout', '--quiet', '-b', 'side')
    repo.commit('side 0', { s: '0\n' })
    const culprit = repo.commit('side 1', { state: 'bad\n' })
    repo.commit('side 2', { s: '2\n' })
    repo.git('checkout', '--quiet', 'main')
    for (let n = 0; n < 5; n++) repo.commit(`main ${n}`, { m: `${n}\n` })
    repo.git('merge', '--quiet', '--no-edit', 'side')
    for (let n = 5; n < 8; n++) repo.commit(`main ${n}`, { m: `${n}\n` })
    const { report } = await search({ repo, good }, 'merge', { script: '! grep -q bad state' })
    expect(report.culprit?.id).toBe(culprit)
    expect(report.graph.some(({ parents }) => parents.length === 2)).toBe(true)
  })

  test('a good end on another branch is replaced by the merge base', async () => {
    const repo = new TestRepo(join(root, 'bridge'))
    const base = repo.commit('base', { state: 'good\n' })
    repo.git('checkout', '--quiet', '-b', 'stable')
    const good = repo.commit('stable', { s: '1\n' })
    repo.git('checkout', '--quiet', 'main')
    repo.commit('main 0', { m: '0\n' })
    const culprit = repo.commit('main 1', { state: 'bad\n' })
    const { report } = await search({ repo, good }, 'bridge', { script: '! grep -q bad state' })
    expect(report.culprit?.id).toBe(culprit)
    expect(report.tested.find(({ id }) => id === base)).toMatchObject({ standing: 'good' })
  })
})

describe('carried patches and equal trees', () => {
  test('a carried fix is applied to every commit that does not contain it', async () => {
    const repo = new TestRepo(join(root, 'carry'))
    const good = repo.commit('base', { code: 'a\nb\nc\n', tool: 'old\n' })
    for (let n = 0; n < 4; n++) repo.commit(`before ${n}`, { n: `${n}\n` })
    repo.commit('fix the tool', { tool: 'new\n' })
    const culprit = repo.commit('break the code', { code: 'a\nB\nc\n' })
    for (let n = 4; n < 8; n++) repo.commit(`after ${n}`, { n: `${n}\n` })
    const patch = join(root, 'fix.patch')
    writeFileSync(patch, 'diff --git a/tool b/tool\n--- a/tool\n+++ b/tool\n@@ -1 +1 @@\n-old\n+new\n')
    const script = 'grep -q new tool || exit 125; ! grep -q B code'
    const { report } = await search({ repo, good }, 'carry', { script, carry: [patch], deterministic: true })
    expect(report.culprit?.id).toBe(culprit)
    expect(report.tested.filter(({ standing }) => standing === 'skip')).toEqual([])
    expect(repo.git('status', '--porcelain')).toBe('')
    expect(repo.git('fsck', '--unreachable')).toBe('')
  })

  test('a commit to which a carried patch does not apply is skipped', async () => {
    const repo = new TestRepo(join(root, 'conflict'))
    const good = repo.commit('base', { tool: 'old\n', state: 'good\n' })
    repo.commit('other tool', { tool: 'other\n' })
    repo.commit('old tool', { tool: 'old\n' })
    const culprit = repo.commit('break', { state: 'bad\n' })
    const patch = join(root, 'tool.patch')
    writeFileSync(patch, 'diff --git a/tool b/tool\n--- a/tool\n+++ b/tool\n@@ -1 +1 @@\n-old\n+new\n')
    const { report } = await search({ repo, good }, 'conflict', { script: '! grep -q bad state', carry: [patch] })
    expect(report.culprit?.id).toBe(culprit)
  })

  test('a commit with the tree of a tested one is not run again', async () => {
    const repo = new TestRepo(join(root, 'twins'))
    const good = repo.commit('base', { state: 'good\n' })
    for (let n = 0; n < 6; n++) repo.commit(`empty ${n}`, {})
    const culprit = repo.commit('break', { state: 'bad\n' })
    for (let n = 0; n < 6; n++) repo.commit(`empty too ${n}`, {})
    const { report } = await search({ repo, good }, 'twin', { script: '! grep -q bad state' })
    expect(report.culprit?.id).toBe(culprit)
    expect(report.tested.some(({ sameAs }) => sameAs !== null)).toBe(true)
    for (const { sameAs, hits, clean } of report.tested) if (sameAs !== null) expect(hits + clean).toBe(0)
  })
})

describe('searches without an answer', () => {
  test.each([
    ['the good end fails as well', 'exit 1', 'good-is-bad'],
    ['the bad end does not fail', 'exit 0', 'bad-is-good'],
    ['the bad end cannot be tested', 'exit 125', 'end-untestable'],
  ])('%s', async (name, script, kind) => {
    const { exitCode, report } = await search(flaky, name, { script, maxEndRuns: '5' })
    expect(report.end?.kind).toBe(kind)
    expect(exitCode).toBe(4)
  })

  test.each([
    ['no such good end', { good: ['nowhere'] }, 'nowhere'],
    ['ends the wrong way round', { good: ['main'], bad: 'main~3' }, '--bad is older than --good'],
    ['a confidence of one', { confidence: '1' }, '--confidence 1'],
    ['no history', { tree: 'debian:6.1' }, 'only a git tree has a history'],
    ['paths that nothing touches', { path: ['nowhere'] }, 'no commit between the ends touches nowhere'],
  ])('%s is a usage error', async (name, flags, message) => {
    await expect(search(flaky, name, { script: 'true', ...flags })).rejects.toThrow(message)
  })
})
