// SPDX-License-Identifier: MIT
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { patchMailOf } from '../inputs/series/patchmail.ts'
import { sha256Of } from '../lib/files/hash.ts'
import { paths } from '../lib/paths.ts'
import { UsageError } from '../model/errors.ts'
import type { RunResult } from '../model/results.ts'
import { writeManifest } from '../run/manifest.ts'
import { mergeShards } from '../run/merge.ts'
import { writeCell, writePatches, writeRun } from '../run/results.ts'
import { jsonErrors, junitErrors, sarifErrors } from '../testing/formats.ts'
import { aCell, aCrash, aFinding, aRun, aSplat } from '../testing/runs.ts'
import { renderReport, reportFormats } from './formats.ts'
import { loadReport } from './load.ts'
import { writeReports } from './write.ts'

const HOSTILE =
  'x\0\u001b[31m]]>\u009b2J<script>alert(1)</script>\r\nnot ok 1 y # Subtest: reboot: System halted\ufffe `|'
const invalidUtf8 = Buffer.concat([Buffer.from(HOSTILE), Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80])])

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-report-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

/** A run's folder as a run writes it. */
const folder = async (name: string, run: RunResult): Promise<string> => {
  const dir = join(root, name)
  for (const cell of run.cells) {
    const splats = cell.findings.filter(({ oracle }) => oracle === 'console').map(({ title }) => aSplat({ title }))
    await writeCell(dir, cell, splats)
    await writeFile(join(dir, 'cells', cell.id, 'console.log'), invalidUtf8)
  }
  await writeRun(dir, run)
  return dir
}

const hostileRun = (): RunResult => {
  const finding = aFinding({ title: HOSTILE, detail: HOSTILE, file: 'mm/zsmalloc.c', line: 9 })
  return aRun({
    cells: [aCrash(), aCell({ verdict: 'fail', reason: HOSTILE, findings: [finding] })],
    verdict: 'regression',
  })
}

test('a splat of an older zsharness gets its bucket when it is read', async () => {
  const dir = await folder('old', aRun())
  const [first] = (await loadReport(dir)).cells
  const path = join(dir, 'cells', first!.cell.id, 'splats', '1.json')
  const { bucket, guilty, ...old } = JSON.parse(await readFile(path, 'utf8'))
  expect([bucket, guilty]).toEqual(['wild-access:obj_to_location', null])
  await writeFile(path, JSON.stringify({ ...old, kind: 'null-deref' }))
  const { cells, problems } = await loadReport(dir)
  expect(problems).toEqual([])
  expect(cells[0]?.splats[0]).toMatchObject({ bucket: 'null-deref:obj_to_location', guilty: null })
})

test('a run as an older zsharness reported it fits the published schema', async () => {
  const { bucket: _, guilty: __, ...splat } = aSplat()
  const { bucket: ___, ...finding } = aFinding()
  const run = aRun()
  const cells = run.cells.map((cell) => ({ ...cell, findings: [finding], splats: [splat] }))
  expect(jsonErrors(JSON.stringify({ ...run, cells }))).toBe('')
})

describe('a hostile console', () => {
  test('leaves JUnit that fits its schema', async () => {
    const report = await loadReport(await folder('xml', hostileRun()))
    expect(await junitErrors(await renderReport('junit', report))).toBe('')
  })

  test("gives SARIF and JSON that fit OASIS's schema and the published one", async () => {
    const report = await loadReport(await folder('schemas', hostileRun()))
    expect(sarifErrors(await renderReport('sarif', report))).toBe('')
    expect(jsonErrors(await renderReport('json', report))).toBe('')
    expect(jsonErrors(JSON.stringify(hostileRun()))).toBe('')
  })
})

describe('a run folder', () => {
  test('that is complete has every format', async () => {
    const dir = await folder('whole', aRun())
    await writeReports(dir)
    await writeManifest(dir)
    await execa('sha256sum', ['-c', '--quiet', 'manifest.sha256'], { cwd: dir })
    const report = await loadReport(dir)
    for (const format of reportFormats) expect(await renderReport(format, report)).not.toBe('')
    expect(await readdir(dir)).toEqual(
      expect.arrayContaining(['report.html', 'junit.xml', 'report.sarif', 'summary.md']),
    )
  })

  test('of an older harness lacks what came later', async () => {
    const dir = await folder('old', aRun())
    const run = JSON.parse(await readFile(join(dir, 'run.json'), 'utf8'))
    for (const cell of run.cells) delete cell.lanes
    await writeFile(join(dir, 'run.json'), JSON.stringify(run))
    expect((await loadReport(dir)).run.cells[0]?.lanes).toEqual([])
  })

  test('keeps the patches of the run, wherever it is reported later', async () => {
    const run = aRun({ cells: [aCell({ series: 'my' })], pairs: [] })
    const dir = await folder('kept', run)
    const patches = [
      { subject: 'mm: fix ```it```', text: 'diff --git a/mm/x.c b/mm/x.c\n' },
      { subject: 'extra', text: 'diff --git a/mm/y.c b/mm/y.c\n' },
    ]
    await writePatches(dir, patches)
    expect(await readdir(join(dir, 'patches'))).toEqual(['0001-mm-fix-it-.patch', '0002-extra.patch'])
    expect(await loadReport(dir)).toMatchObject({ patches, problems: [] })
    const merged = await mergeShards([dir], join(root, 'kept merged'))
    expect((await loadReport(merged.dir)).patches).toMatchObject(patches)
    const old = await loadReport(await folder('kept none', run))
    expect(old).toMatchObject({ patches: [], problems: [expect.stringContaining('series my is not in patches/')] })
  })

  test('keeps what a reply to the mail of a patch needs', async () => {
    const dir = await folder('mails', aRun({ cells: [aCell({ series: 'my' })], pairs: [] }))
    const mail = patchMailOf('From: A <a@example.org>\nSubject: [PATCH] x\nMessage-ID: <1@example.org>\n\n')
    const text = 'diff --git a/mm/x.c b/mm/x.c\n'
    await writePatches(dir, [
      { subject: 'x', text, mail },
      { subject: 'bare', text },
    ])
    const { patches, problems } = await loadReport(dir)
    expect(patches.map((patch) => patch.mail)).toEqual([mail, undefined])
    expect([patches[0]?.sha256, problems]).toEqual([sha256Of(text), []])
    await writeFile(join(dir, 'patches', 'mails.json'), '[{"file": 3')
    expect((await loadReport(dir)).problems).toEqual([expect.stringContaining('mails.json is damaged')])
  })

  test('of an interrupted run names the cell that it ended in, and one that is missing in run.json', async () => {
    const dir = await folder('killed', aRun({ interrupted: true, exitCode: 130, pairs: [], cells: [aCrash()] }))
    await writeCell(dir, aCell(), [])
    await mkdir(join(dir, 'cells', 'x86_64-zpool-off-kasan-before'))
    const report = await loadReport(dir)
    expect(report.unfinished).toEqual(['x86_64-zpool-off-kasan-before'])
    expect(report.cells.map(({ cell }) => cell.leg)).toEqual(['before', 'after'])
    expect(await renderReport('markdown', report)).toContain('not finished')
  })

  test('with torn files reports what is skipped', async () => {
    const dir = await folder('torn', aRun())
    const [before] = (await loadReport(dir)).cells
    await writeFile(join(dir, 'cells', before!.cell.id, 'splats', '1.json'), '{"family": "oo')
    await writeFile(join(dir, 'cells', before!.cell.id, 'records.jsonl'), '{"t":"hel')
    await rm(join(dir, 'cells', aCell().id), { recursive: true })
    const { problems, cells } = await loadReport(dir)
    expect(problems.join('\n')).toMatch(/1\.json is damaged[\s\S]*has no folder/)
    expect(cells[0]?.splats).toEqual([])
  })

  const files: readonly (readonly [string, string | undefined, RegExp])[] = [
    ['no run.json', undefined, /has no run\.json/],
    ['half a run.json', '{"schemaVersion": 1, "id": "x', /is incomplete/],
    ['a newer schema', '{"schemaVersion": 2}', /schema version 2/],
    ['something else', '{"schemaVersion": 1, "id": 5}', /is not a run: /],
    ['an empty run.json', '', /is incomplete/],
  ]
  test.each(files)('with %s is refused by name', async (name, text, message) => {
    const dir = join(root, `bad ${name}`)
    await mkdir(join(dir, 'cells'), { recursive: true })
    if (text !== undefined) await writeFile(join(dir, 'run.json'), text)
    const error = await loadReport(dir).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(UsageError)
    expect((error as UsageError).message).toMatch(message)
    expect((error as UsageError).hint).toBeDefined()
  })

  test('that does not exist is a usage error', async () => {
    await expect(loadReport(join(root, 'nowhere'))).rejects.toThrow(UsageError)
  })
})

test('merged shards are a run folder like any other', async () => {
  const parts = [aCrash(), aCell()].map((cell, index) =>
    folder(`shard${index}`, aRun({ cells: [cell], pairs: [], verdict: cell.verdict, exitCode: index })),
  )
  const { dir } = await mergeShards(await Promise.all(parts), join(root, 'merged'))
  const whole = await loadReport(await folder('unsharded', aRun()))
  const merged = await loadReport(dir)
  const { id: _, durationMs: __, ...run } = merged.run
  expect(whole.run).toMatchObject(run)
  expect(merged.cells).toEqual(whole.cells)
  await execa('sha256sum', ['-c', '--quiet', 'manifest.sha256'], { cwd: dir })
})

test('a run is found by its name in results/ too', async () => {
  const name = `test-${process.pid}`
  const link = join(paths.results, name)
  await cp(await folder('named', aRun()), link, { recursive: true })
  try {
    expect((await loadReport(name)).run.verdict).toBe('fixed')
  } finally {
    await rm(link, { recursive: true })
  }
})
