// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import { render } from 'preact-render-to-string'
import { headlineOf } from '../headline.ts'
import type { Report } from '../model.ts'
import { Against } from './against.tsx'
import { Cells } from './cell.tsx'
import { Hero } from './hero.tsx'
import { Matrix } from './matrix.tsx'
import { Pairs } from './pair.tsx'
import { Patches } from './patch.tsx'
import { Reproduce } from './reproduce.tsx'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'

const hashed = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

// Nothing but this page's own style and script may act, whatever a console printed.
const POLICY = `default-src 'none'; style-src ${hashed(STYLE)}; script-src ${hashed(SCRIPT)}; base-uri 'none'; form-action 'none'`

const Page = ({ report }: { report: Report }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content={POLICY} />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{`${headlineOf(report).verdict}: zsharness ${report.run.id}`}</title>
      <style dangerouslySetInnerHTML={{ __html: STYLE }} />
    </head>
    <body>
      <main>
        <Hero report={report} />
        <Matrix report={report} />
        <Against report={report} />
        <Pairs report={report} />
        <Cells report={report} />
        <Patches report={report} />
        <Reproduce report={report} />
      </main>
      <script dangerouslySetInnerHTML={{ __html: SCRIPT }} />
    </body>
  </html>
)

/** The run as one page that needs nothing else. */
export const htmlReport = (report: Report): string => `<!doctype html>\n${render(<Page report={report} />)}\n`
