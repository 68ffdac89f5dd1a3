// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanDeep } from '../lib/text/deep.ts'
import { NOT_PRINTED } from '../testing/formats.ts'
import { aCell, aFinding, aFound, aHeldPoint, aHold, aPair, aReport, aRun, aSplat } from '../testing/runs.ts'
import { renderReport, reportFormats } from './formats.ts'
import { htmlReport } from './html/page.tsx'
import { jsonReport } from './json.ts'
import { junitReport } from './junit.ts'
import { ktapReport } from './ktap.ts'
import { type Report, reportSchema } from './model.ts'
import { sarifReport } from './sarif.ts'

/** A run with this text wherever text of a console can be. */
const hostile = (text: string): Report => {
  const shown = { in: 'race' as const, stack: [text] }
  const finding = aFinding({ title: text, detail: text, kind: 'oops', file: text === '' ? null : text, line: 3, shown })
  const points = {
    holds: aHold({ armed: [{ text, lanes: [], override: false, sweep: false }] }),
    found: aFound({ armed: [text, text], minimised: null }),
  }
  const evidence = { ...aCell().evidence, holds: [aHeldPoint({ point: text })] }
  const cell = aCell({ verdict: 'fail', reason: text, findings: [finding], evidence, ...points })
  const run = aRun({ verdict: 'regression', pairs: [aPair({ verdict: 'regression', reason: text })], cells: [cell] })
  const splat = aSplat({ title: text, task: text, workqueue: text, lines: text.split('\n') })
  const cells = [{ cell, splats: [splat], records: [], consoleTail: [text], coverage: null }]
  return cleanDeep(aReport(run, { cells, problems: [text], patches: [{ subject: text, text }] }))
}

// Any bytes of a console, decoded as the harness decodes them, and what is special to some format.
const pieces = [
  '\0',
  '\u001b[31m',
  '\u009b2J',
  ']]>',
  '<script>alert(1)</script>',
  '&',
  '\r\n',
  '\ufffe',
  '\ud800',
  '`',
  '|',
  '::error::',
]
const anyText = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('utf8')),
  fc
    .array(fc.constantFrom(...pieces, 'not ok 1 x', '# Subtest: x', 'reboot: System halted'), { maxLength: 12 })
    .map((all) => all.join('')),
  fc.string({ unit: 'binary', maxLength: 100 }),
)
const everyText = (check: (report: Report) => void): void =>
  fc.assert(
    fc.property(anyText, (text) => check(hostile(text))),
    { numRuns: 20 },
  )

// https://www.w3.org/TR/xml/#charsets
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

describe('whatever bytes a console had', { timeout: 60_000 }, () => {
  test('JUnit has only characters and markup of XML 1.0', () => {
    everyText((report) => {
      const xml = junitReport(report)
      expect(NOT_XML.exec(xml)).toBeNull()
      expect(xml.replace(/<\/?[a-z-]+( [a-z]+="[^"<]*")*\/?>|<\?xml [^<>]*\?>/g, '')).not.toMatch(
        /[<>]|&(?!(amp|lt|gt|quot|#10|#9);)/,
      )
    })
  })

  test('KTAP has only lines of its grammar, with as many results as its plans say', () => {
    everyText((report) => {
      const lines = ktapReport(report).trimEnd().split('\n')
      for (const line of lines)
        expect(line).toMatch(
          /^KTAP version 1$|^ *1\.\.\d+$|^ {2}KTAP version 1$|^ {2}# Subtest: [^#]+$|^ {2}# \|.*$|^ *(not )?ok \d+ [^#]+( # SKIP .*)?$/,
        )
      expect(lines.join('\n')).not.toContain('reboot: System halted')
      const planned = lines.flatMap((line) => /^ +1\.\.(\d+)$/.exec(line)?.[1] ?? []).map(Number)
      expect(lines.filter((line) => /^ {2}(not )?ok /.test(line))).toHaveLength(planned.reduce((a, b) => a + b, 0))
    })
  })

  test('JSON and SARIF parse, and JSON fits its schema', () => {
    everyText((report) => {
      expect(reportSchema.safeParse(JSON.parse(jsonReport(report))).success).toBe(true)
      expect(JSON.parse(sarifReport(report)).version).toBe('2.1.0')
    })
  })

  test.each(reportFormats)('%s has no control character and no half character', async (format) => {
    const check = async (text: string): Promise<void> => {
      const report = await renderReport(format, hostile(text))
      expect(NOT_PRINTED.exec(report)).toBeNull()
      expect(/\p{Surrogate}/u.exec(report)).toBeNull()
    }
    await fc.assert(fc.asyncProperty(anyText, check), { numRuns: 20 })
  })

  test('the page has one script, its own, and no handler', () => {
    everyText((report) => {
      const page = htmlReport(report)
      expect(page.match(/<script/g)).toHaveLength(1)
      expect(page.replace(/<script>[\s\S]*<\/script>/, '').match(/<[^>]* on[a-z]+=/)).toBeNull()
    })
  })
})

test("the page's policy allows its own script and style, and nothing else", () => {
  const page = htmlReport(aReport())
  const hash = (tag: string): string => {
    const body = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)?.[1] ?? ''
    return `'sha256-${createHash('sha256').update(body).digest('base64')}'`
  }
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'")
  expect(policy).toBe(
    `default-src 'none'; style-src ${hash('style')}; script-src ${hash('script')}; base-uri 'none'; form-action 'none'`,
  )
})
