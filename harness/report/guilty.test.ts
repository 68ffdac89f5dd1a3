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

const render = (format: 'html' | 'markdown' | 'sarif', splat: Parameters<typeof aSplat>[0]): Promise<string> => {
  const finding = aFinding({ bucket: 'wild-access:obj_to_location' })
  const cell = aCell({ verdict: 'fail', findings: [finding] })
  const run = aRun({ cells: [cell], pairs: [] })
  return renderReport(
    format,
    aReport(run, { cells: [{ cell, splats: [aSplat(splat)], records: [], consoleTail: [], coverage: null }] }),
  )
}

test.each(['html', 'markdown', 'sarif'] as const)(
  '%s has the bucket and the maintainers of a report',
  async (format) => {
    const text = await render(format, { guilty })
    expect(text).toContain('wild-access:obj_to_location')
    // Markdown escapes what GitHub would take for a mention.
    for (const address of ['ann@example.org', 'linux-mm@example.org'])
      expect(text.replaceAll('\\@', '@')).toContain(address)
    if (format !== 'sarif') expect(text).not.toContain('<b>Other')
  },
)

test.each(['html', 'markdown'] as const)('%s says why the maintainers are not known', async (format) => {
  const reason = 'perl is not installed'
  expect(await render(format, { guilty: { ...guilty, maintainers: null, reason } })).toContain(`not known: ${reason}`)
  expect(await render(format, { guilty: null })).not.toContain('not known')
})
