// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { documents, staleness, textOf } from './documents.ts'
import { withSections } from './sections.ts'

const all = await documents()

describe('staleness', () => {
  test.each(all)('$path is as it must be, and a planted edit is found', async (document) => {
    const now = await textOf(document)
    expect(staleness(document, now)).toBeUndefined()
    const lines = now.split('\n')
    const generated = document.path.endsWith('.md') ? lines.findIndex((line) => line.startsWith('| `')) : 0
    const planted = lines.with(generated, `${lines[generated]} and a word`).join('\n')
    expect(staleness(document, planted)).toContain(`${document.path}:${generated + 1}: is stale: must be `)
    expect(document.renew(planted)).toBe(now)
  })

  test('a missing line and a missing file are found', async () => {
    const series = all.find(({ path }) => path.endsWith('series.yaml'))!
    const now = await textOf(series)
    expect(staleness(series, now.slice(now.indexOf('\n') + 1))).toBe(
      `${series.path}:1: is stale: must be # yaml-language-server: $schema=../series.schema.json`,
    )
    for (const document of all) expect(staleness(document, '')).toContain(`${document.path}:1: is stale`)
  })
})

describe('withSections', () => {
  const section = (name: string, text: string) =>
    `<!-- generated: ${name}; do not edit, run: npm run docs -->\n\n${text}\n\n<!-- end -->\n`

  test('renews what is between the markers, and nothing else', () => {
    const document = `# A\n\n${section('x', 'old\n<!-- a comment -->')}\nprose\n\n${section('y', 'old')}\nend\n`
    expect(withSections(document, { x: '$& new', y: 'new' })).toBe(
      `# A\n\n${section('x', '$& new')}\nprose\n\n${section('y', 'new')}\nend\n`,
    )
  })

  test('adds a section that has no place, and removes one that nothing generates', () => {
    expect(withSections('# A\n', { x: 'new' })).toBe(`# A\n\n${section('x', 'new')}`)
    expect(withSections(`# A\n\n${section('gone', 'old')}`, {})).toBe('# A\n\n')
  })
})
