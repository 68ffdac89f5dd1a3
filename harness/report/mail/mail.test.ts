// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { patchMailOf } from '../../inputs/series/patchmail.ts'
import { cleanDeep } from '../../lib/text/deep.ts'
import { decodeWords } from '../../lib/text/mime.ts'
import type { CellResult, RunResult } from '../../model/results.ts'
import { aCell, aCrash, aFinding, aPair, aReport, aRequest, aRun, aSplat } from '../../testing/runs.ts'
import { NO_CONTEXT } from '../context.ts'
import type { PatchText, Report } from '../model.ts'
import { addressesOf } from './addresses.ts'
import { hasNoRecipient, mailReport } from './mail.ts'
import { trailerOf } from './trailer.ts'

const ME = { name: 'Jane Doe', email: 'jane@example.org' }
const CONTEXT = { ...NO_CONTEXT, identity: ME }

const MAIL = `From: =?UTF-8?q?J=C3=B6rg?= <joerg@example.com>
To: "Morton, A." <akpm@example.org>, linux-mm@kvack.org
Cc: jane@example.org,
 Undisclosed <hidden@xxxxxxxx>
Subject: [PATCH v2 1/2] zsmalloc: fix
 a race
Message-ID: <1@example.com>
In-Reply-To: <0@example.com>

It was wrong.

Reviewed-by: not in the last paragraph <no@example.org>

Reported-by: Rita Reporter <rita@example.org>
Signed-off-by: Jörg <joerg@example.com>
---
 mm/zsmalloc.c | 2 +-
`

const patch = (raw = MAIL): PatchText => ({
  subject: 'zsmalloc: fix a race',
  text: 'diff',
  sha256: 'patch',
  mail: patchMailOf(raw),
})

const asked = (run: RunResult): RunResult => ({
  ...run,
  cells: run.cells.map((cell) => ({ ...cell, request: cell.request ?? aRequest() })),
})

const report = (run: Partial<RunResult> = {}, part: Partial<Report> = {}): Report =>
  aReport(asked(aRun(run)), { patches: [patch()], ...part })

const inputs = (part: Partial<NonNullable<CellResult['inputs']>>): Partial<CellResult> => ({
  inputs: { ...aCell().inputs!, ...part },
})

const headersOf = (text: string): readonly string[] =>
  text
    .slice(0, text.indexOf('\n\n'))
    .replace(/\n[ \t]+/g, ' ')
    .split('\n')
const bodyOf = (text: string): string => text.slice(text.indexOf('\n\n') + 2)
const trailers = (text: string): readonly string[] =>
  bodyOf(text)
    .split('\n')
    // As loose as any reader of mails is.
    .filter((line) => /^\s*[\w-]+-by\s?:\s/i.test(line))

test('it is a reply in the thread of the patch, to its author and its people', () => {
  expect(headersOf(mailReport(report(), CONTEXT))).toEqual([
    'From: Jane Doe <jane@example.org>',
    'To: =?UTF-8?B?SsO2cmc=?= <joerg@example.com>',
    'Cc: "Morton, A." <akpm@example.org>, linux-mm@kvack.org, Rita Reporter <rita@example.org>',
    'Subject: Re: [PATCH v2 1/2] zsmalloc: fix a race',
    'In-Reply-To: <1@example.com>',
    'References: <0@example.com> <1@example.com>',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
  ])
})

test('it says what was tested and what happened', () => {
  const text = bodyOf(mailReport(report(), CONTEXT)).replace(/\s+/g, ' ')
  for (const part of [
    'FIXED. The kernel fails without the patch and passes with it.',
    'debian:6.1 (6.1.192)',
    'zpool-on with kasan',
    'gcc 12',
    'x86_64 on TCG',
    'fails in 1 of 1 boot: general protection fault in obj_to_location, mm/zsmalloc.c:901',
    'passes in 1 of 1 boot',
    'chance of luck',
    '| obj_to_location (mm/zsmalloc.c:901)',
    'zsharness run --config zpool-on',
  ])
    expect(text).toContain(part)
  expect(trailers(mailReport(report(), CONTEXT))).toEqual(['Tested-by: Jane Doe <jane@example.org>'])
})

test('it says that other patches are below the one under test', () => {
  const cells = [aCrash(inputs({ patches: ['base'] })), aCell(inputs({ patches: ['base', 'patch'] }))]
  const below = 'below it 1 patch that the series needs on this tree, in both kernels'
  expect(mailReport(report({ cells }), CONTEXT).replace(/\s+/g, ' ')).toContain(below)
  expect(mailReport(report(), CONTEXT)).not.toContain('below it')
})

test('of several patches it answers the first and names all', () => {
  const cells = [aCrash(), aCell(inputs({ patches: ['patch', 'second'] }))]
  const second = { ...patch(), subject: 'zsmalloc: test the race', sha256: 'second' }
  const text = mailReport(report({ cells }, { patches: [patch(), second] }), CONTEXT)
  expect(headersOf(text)).toContain('In-Reply-To: <1@example.com>')
  expect(text.replace(/\s+/g, ' ')).toContain('all 2: "zsmalloc: fix a race", "zsmalloc: test the race"')
  expect(mailReport(report(), CONTEXT)).not.toContain('all 1')
})

test('a run that was cut before its boots without the patch says nothing of them', () => {
  const reading = { state: 'reintroduces', by: 'version', basesInTree: false } as const
  const crash = aCrash(inputs({ reading, patches: ['patch'] }))
  const cell = aCell(inputs({ reading, patches: [] }))
  const cut: Partial<RunResult> = { verdict: 'inconclusive', interrupted: true, pairs: [] }
  expect(mailReport(report({ ...cut, cells: [cell] }), CONTEXT)).not.toContain('the bug was put back')
  expect(mailReport(report({ ...cut, cells: [crash, cell] }), CONTEXT)).toContain('the bug was put back')
})

test.each([[['--results', '/home/jane/r']], [['--results=/home/jane/r']]])('where %s went is not said', (words) => {
  const text = mailReport(report({ command: ['zsharness', 'run', ...words, '--runs', '3'] }), CONTEXT)
  expect(text).toContain('  zsharness run --runs 3\n')
})

test('a replay names no folder of one machine, but the command that boots its cell', () => {
  const command = ['zsharness', 'replay', '/home/jane/results/latest/x86_64-zpool-on-kasan-after']
  const request = { ...aRequest(), patchFiles: ['/home/jane/fix.patch'] }
  const text = mailReport(report({ command, cells: [aCell({ request })], pairs: [] }), CONTEXT)
  expect(text).not.toContain('/home/jane')
  expect(text.replace(/[\s\\]+/g, ' ')).toMatch(
    /zsharness run --patch fix.patch --tree debian:6.1 --arch x86_64 --config zpool-on --profile kasan --leg after --lane \S+ --runs 1/,
  )
})

test('a subject of any language fits its lines, and a title without an end is cut', () => {
  const mail = { ...patch().mail!, subject: 'Größe '.repeat(20) }
  const title = 'x'.repeat(10_000)
  const cells = [aCrash({ findings: [{ ...aFinding(), title }] }), aCell()]
  const text = mailReport(report({ cells }, { patches: [{ ...patch(), mail }] }), CONTEXT)
  for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(75)
  expect(text.length).toBeLessThan(8_000)
})

test('without a mail around the patch it names the patch, and goes to nobody', () => {
  const { mail: _, ...bare } = patch()
  const own = report({}, { patches: [bare] })
  expect(headersOf(mailReport(own, CONTEXT))).toContain('Subject: Re: zsmalloc: fix a race')
  expect(mailReport(own, CONTEXT)).not.toMatch(/^(To|Cc|In-Reply-To|References):/m)
  expect([hasNoRecipient(own), hasNoRecipient(report())]).toEqual([true, false])
})

test('a run without a patch is a report of its own', () => {
  const cells = [aCell({ series: 'none', verdict: 'fail', findings: [aFinding()] })]
  const stock = report({ verdict: 'fail', exitCode: 1, pairs: [], cells }, { patches: [] })
  expect(headersOf(mailReport(stock, CONTEXT))).toContain(
    'Subject: [BUG] general protection fault in obj_to_location on debian:6.1 (6.1.192)',
  )
})

test('what a folder says of the thread is no header of its own', () => {
  const mail = {
    ...patch().mail!,
    messageId: '<1@ex.org>\nBcc: evil@ex.org',
    references: ['<a@b>\nX-E: 1', '<0@ex.org>'],
  }
  const headers = headersOf(mailReport(report({}, { patches: [{ ...patch(), mail }] }), CONTEXT))
  expect(headers.join('\n')).not.toMatch(/evil|X-E|In-Reply-To/)
  expect(headers).toContain('References: <0@ex.org>')
})

test.each(['-oProxyCommand=x@ex.org', '|sh@ex.org'])('%s is no address to send to', (address) =>
  expect(addressesOf(`Jane <jane@ex.org>, ${address}`).map(({ email }) => email)).toEqual(['jane@ex.org']),
)

test('a note behind an address is no part of it', () =>
  expect(addressesOf('stable@vger.kernel.org # 6.1')).toEqual([{ name: '', email: 'stable@vger.kernel.org' }]))

test('what was added to kernel and machine is said', () => {
  const request = { ...aRequest(), added: { ...aRequest().added, parameters: ['zswap.enabled=0'], memoryMiB: 64 } }
  const text = mailReport(report({ cells: [aCrash({ request }), aCell({ request })] }), CONTEXT).replace(/ +/g, ' ')
  expect(text).toContain('parameters zswap.enabled=0')
  expect(text).toContain('memory 64 MiB')
})

const applied = (state: 'already-applied' | 'reintroduces', before: string, after: string): Report => {
  const reading = { state, by: 'version' as const, basesInTree: false }
  const cells = [
    aCrash(inputs({ reading, patches: before === '' ? [] : [before] })),
    aCell(inputs({ reading, patches: after === '' ? [] : [after] })),
  ]
  return report({ cells })
}

describe('Tested-by', () => {
  test('is given where the tree has the patch, and it was taken out', () => {
    expect(trailerOf(applied('already-applied', '-patch', ''), ME)).toHaveProperty('line')
  })

  const other = aCell({ config: 'zpool-off', verdict: 'error' })
  const plan = { name: 'p', shard: null, cells: [aCrash().id, aCell().id, 'more'], leftOut: {} }
  const cases: readonly (readonly [string, Report])[] = [
    ['an interrupted run', report({ interrupted: true })],
    ['a cell that did not finish', report({}, { unfinished: ['x'] })],
    ['a folder that could not be read', report({}, { problems: ['x is damaged'] })],
    ['a shard', report({ plan: { ...plan, shard: '1/2' } })],
    ['a cell of the plan that did not run', report({ plan })],
    ['an invalid pair', report({ pairs: [aPair(), aPair({ config: 'zpool-off', verdict: 'invalid' })] })],
    ['a pair that is not demonstrated', report({ pairs: [aPair({ verdict: 'not-demonstrated' })] })],
    ['a regression', report({ verdict: 'regression', exitCode: 1, pairs: [aPair({ verdict: 'regression' })] })],
    ['a run that says fixed over a pair that is not', report({ pairs: [aPair({ verdict: 'not-fixed' })] })],
    ['a boot that is no pair', report({ cells: [aCrash(), aCell(), other] })],
    [
      'one boot of the patched kernel that failed',
      report({ cells: [aCrash(), aCell(), aCell({ run: 2, verdict: 'fail' })] }),
    ],
    ['no pair at all', report({ verdict: 'pass', pairs: [], cells: [aCell()] })],
    ['a patch on top', report({ cells: [aCrash(), aCell({ request: { ...aRequest(), extraPatchFiles: ['/x'] } })] })],
    ['a planted fault', report({ cells: [aCrash(), aCell({ request: { ...aRequest(), canary: 'x' } })] })],
    ['a bug that was put back', applied('reintroduces', 'patch', '')],
    ['another patch than the one in the folder', report({}, { patches: [{ ...patch(), sha256: 'other' }] })],
    ['kernels that did not fail before', report({ cells: [aCell({ leg: 'before' }), aCell()] })],
    ['a pair without a patched kernel', report({ cells: [aCrash()] })],
    ['a pass with a finding', report({ cells: [aCrash(), aCell({ findings: [aFinding()] })] })],
    ['a cell that is there twice', report({ cells: [aCrash(), aCell(), aCell()] })],
    ['kernels of which nothing is recorded', report({ cells: [aCrash(), aCell({ inputs: null })] })],
    ['boots of which nothing is recorded', aReport(aRun(), { patches: [patch()] })],
    ['a toss of a coin', report({ confidence: 0.5 })],
    ['a mail that is not known', report({}, { patches: [] })],
  ]
  test.each(cases)('is not given for %s', (_, one) => {
    expect(trailerOf(one, ME)).toHaveProperty('why')
    expect(trailers(mailReport(one, CONTEXT))).toEqual([])
  })

  test('is not given to nobody', () => {
    expect(trailerOf(report(), null)).toHaveProperty('why', expect.stringContaining('user.name'))
    expect(mailReport(report(), NO_CONTEXT)).not.toMatch(/Tested-by|^From:/m)
  })
})

const pieces = [
  ...[
    '\n',
    '\r\n',
    '\n\n',
    '\t',
    ' ',
    '\0',
    '\u001b[31m',
    '\u2028',
    '\u0085',
    'é',
    '𝄞',
    '\ud800',
    '=?UTF-8?Q?=0ABcc:_x?=',
  ],
  ...[
    'From x',
    'Bcc: evil@example.org',
    'Tested-by: Eve <eve@example.org>',
    '> Acked-by: Eve <eve@example.org>',
    '---',
  ],
  ...['diff --git a/x b/x', '-- >8 --', 'x'.repeat(90), 'Reviewed-by : Eve <e@example.org>', '"', ',', '<', '>', ';'],
]
const anyText = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((all) => all.join('')),
  fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((all) => all.join('\n')),
  fc.string({ unit: 'binary', maxLength: 120 }),
)

/** A run with this text wherever a console, a user or a mail has one. */
const hostile = (text: string): Report => {
  const finding = aFinding({ title: text, detail: text, file: text, line: 3, signature: true })
  const data = aFinding({ title: text, detail: text, oracle: 'data' })
  const kernel = { ...aCell().kernel, version: text }
  const crash = aCrash({ reason: text, findings: [finding, data], kernel, tree: text, notChecked: [text] })
  const cells = [crash, aCell({ reason: text, tree: text, kernel, notChecked: [text], ...inputs({ toolchain: text }) })]
  const pairs = [aPair({ reason: text, tree: text })]
  const run = aRun({ cells, pairs, command: [text, '--x', text], seed: text, id: text, accelerator: { [text]: text } })
  const frames = aSplat().frames.map((frame) => ({ ...frame, function: text, location: text }))
  const splat = aSplat({ title: text, lines: [text, ...text.split('\n')], frames, allocStack: frames, corrupted: text })
  const raw = [
    `From: ${text} <a@example.com>`,
    `To: ${text}`,
    `Subject: ${text}`,
    `Message-ID: ${text}`,
    '',
    text,
    '---',
  ]
  const mail = {
    ...patchMailOf(raw.join('\n')),
    subject: text,
    from: `${text} <a@example.com>`,
    to: text,
    trailers: [text],
  }
  return cleanDeep(
    aReport(run, {
      cells: run.cells.map((cell) => ({ cell, splats: [splat], records: [], consoleTail: [text], coverage: null })),
      patches: [{ ...patch(), subject: text, mail }],
    }),
  )
}

const NAMES = /^(From|To|Cc|Subject|In-Reply-To|References|MIME-Version|Content-Type|Content-Transfer-Encoding): \S/

describe('whatever text a console, a patch or a user has', { timeout: 60_000 }, () => {
  const each = (check: (text: string, from: string) => void): void =>
    fc.assert(
      fc.property(anyText, (text) => check(mailReport(hostile(text), CONTEXT), text)),
      { numRuns: 60 },
    )

  test('there are only our headers, each once, in ASCII and short', () => {
    each((text) => {
      const head = text.slice(0, text.indexOf('\n\n')).split('\n')
      for (const line of head) expect(line).toMatch(/^[\x20-\x7e]{1,998}$/)
      const names = headersOf(text).map((line) => NAMES.exec(line)?.[1] ?? line)
      expect(new Set(names).size).toBe(names.length)
      for (const name of names) expect(`${name}: x`).toMatch(NAMES)
    })
  })

  test('no encoded header holds a newline', () => {
    each((text) => {
      for (const line of headersOf(text)) expect(decodeWords(line)).not.toMatch(/[\r\n\0]/)
    })
  })

  test('there is no trailer but ours, no quote, no mbox line and no patch', () => {
    each((text) => {
      const body = bodyOf(text)
      expect(trailers(text).filter((line) => line !== 'Tested-by: Jane Doe <jane@example.org>')).toEqual([])
      expect(body).not.toMatch(/^(From |>|---|diff )|^\s*(Cc|Bcc|Fixes)\s?:\s/m)
      expect(body).not.toMatch(/^[-\s]*(>8|8<)/m)
    })
  })

  test('no line is wider than 75 columns, but ours with an address', () => {
    each((text) => {
      for (const line of bodyOf(text).split('\n'))
        if (!line.startsWith('Tested-by:')) expect([...line].length).toBeLessThanOrEqual(75)
    })
  })
})
