// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { aCell, aFinding, aReport, aRun, aSplat } from '../testing/runs.ts'
import { renderReport } from './formats.ts'

const guilty = {
  file: 'mm/zsmalloc.c',
  from: 'stack' as const,
  maintainers: [
    { name: 'Ann <b>Other', email: 'ann@example.org', role: 'maintainer:ZSMALLOC' },
    { name: null, email: 'linux-mm@example.org', role: 'open list' },
  ],
  reason: null,
}

type Format = 'html' | 'markdown' | 'sarif' | 'junit' | 'ktap'

const render = (format: Format, splat: Parameters<typeof aSplat>[0]): Promise<string> => {
  const finding = aFinding({ bucket: 'wild-access:obj_to_location' })
  const cell = aCell({ verdict: 'fail', findings: [finding] })
  const run = aRun({ cells: [cell], pairs: [] })
  return renderReport(
    format,
    aReport(run, { cells: [{ cell, splats: [aSplat(splat)], records: [], consoleTail: [], coverage: null }] }),
  )
}

test.each(['html', 'markdown', 'sarif', 'junit', 'ktap'] as const)(
  '%s has the bucket and the maintainers of a report',
  async (format) => {
    const text = await render(format, { guilty })
    expect(text).toContain('wild-access:obj_to_location')
    // Markdown escapes what GitHub would take for a mention.
    for (const address of ['ann@example.org', 'linux-mm@example.org'])
      expect(text.replaceAll('\\@', '@')).toContain(address)
    if (format === 'html' || format === 'markdown' || format === 'junit') expect(text).not.toContain('<b>Other')
  },
)

test.each(['html', 'markdown', 'junit', 'ktap'] as const)(
  '%s says why the maintainers are not known',
  async (format) => {
    const reason = 'perl is not installed'
    expect(await render(format, { guilty: { ...guilty, maintainers: null, reason } })).toContain(`not known: ${reason}`)
    expect(await render(format, { guilty: null })).not.toContain('not known')
  },
)

test('the bucket and the file are in the failure of JUnit, and diagnostics of KTAP', async () => {
  const junit = await render('junit', { guilty })
  const failure = /<failure [^>]*>([^<]*)<\/failure>/.exec(junit)?.[1]
  expect(failure?.split('\n')).toEqual([
    'general protection fault in obj_to_location',
    'general protection fault in obj_to_location',
    '  console line 2: obj_to_location &lt;- zs_map_object',
    '  bucket: wild-access:obj_to_location',
    '  file: mm/zsmalloc.c',
    '  maintainer: Ann &lt;b&gt;Other &lt;ann@example.org&gt; (maintainer:ZSMALLOC)',
    '  maintainer: linux-mm@example.org (open list)',
  ])
  const lines = (await render('ktap', { guilty })).split('\n')
  const at = lines.indexOf('  # |   bucket: wild-access:obj_to_location')
  expect(lines.slice(at, at + 5)).toEqual([
    '  # |   bucket: wild-access:obj_to_location',
    '  # |   file: mm/zsmalloc.c',
    '  # |   maintainer: Ann <b>Other <ann@example.org> (maintainer:ZSMALLOC)',
    '  # |   maintainer: linux-mm@example.org (open list)',
    expect.stringMatching(/^ {2}not ok \d+ oracle console$/),
  ])
})

test('what another oracle found has no bucket, and the file of no report', async () => {
  const finding = aFinding({ oracle: 'balance', kind: 'handle-leak', title: 'handles leak' })
  const cell = aCell({ verdict: 'fail', findings: [finding] })
  const cells = [{ cell, splats: [aSplat({ guilty })], records: [], consoleTail: [], coverage: null }]
  for (const format of ['junit', 'ktap'] as const) {
    const text = await renderReport(format, aReport(aRun({ cells: [cell], pairs: [] }), { cells }))
    expect(text).toContain('handles leak')
    expect(text).not.toMatch(/bucket|maintainer/)
  }
})
