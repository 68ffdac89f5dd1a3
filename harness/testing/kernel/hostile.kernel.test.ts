// SPDX-License-Identifier: MIT
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cacheRoot } from '../../lib/paths.ts'
import { writtenFormats } from '../../report/formats.ts'
import { type CliResult, cli } from '../cli.ts'
import { chromium, domOf, jsonErrors, junitErrors, NOT_PRINTED, readKtap, sarifErrors } from '../formats.ts'

// A guest that writes escapes, control characters and markup to its console; in the second one also in a panic message.
const CASES = ['hostile-console', 'hostile-panic'] as const
const CELL = 'x86_64-zpool-on-kasan-after'

let results: string
let tty: CliResult
let plain: CliResult
beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), 'zsharness-hostile-'))
  const boot = (name: string, format: string): Promise<CliResult> =>
    cli(['selftest', '--arch', 'x86_64', '--only', name, '--format', format, '--results', join(results, name)])
  tty = await boot(CASES[0], 'tty')
  plain = await boot(CASES[1], 'plain')
})
afterAll(() => rm(results, { recursive: true, force: true }))

const runDir = (name: string): string => join(results, name, 'latest', 'cases', name, 'latest')
const read = (name: string, file: string): Promise<string> => readFile(join(runDir(name), file), 'utf8')

const treeWithKunit = async (): Promise<string> => {
  const builds = join(cacheRoot(), 'builds')
  const dirs = (await readdir(builds)).map((name) => join(builds, name, 'src'))
  return dirs.find((dir) => existsSync(join(dir, 'tools/testing/kunit/kunit.py')))!
}

test('the console contains the hostile text, which is not a finding', async () => {
  const console = await readFile(join(runDir('hostile-console'), 'cells', CELL, 'console.log'))
  for (const piece of ['\0', '\u001b[2J', '\u001b]0;owned\u0007', ']]>', '<script>alert(1)</script>'])
    expect(console.includes(piece), JSON.stringify(piece)).toBe(true)
  // The kernel may print in the middle of such a long line.
  expect(console.filter((byte) => byte === 'A'.charCodeAt(0)).length).toBeGreaterThanOrEqual(65_536)
  expect(console.includes(Buffer.from([0xff, 0xfe, 0x20, 0xc0, 0x80]))).toBe(true)
  expect(JSON.parse(await read('hostile-console', 'run.json'))).toMatchObject({
    verdict: 'pass',
    cells: [{ findings: [] }],
  })
  expect(tty.exitCode).toBe(0)
})

test('a panic with hostile text is caught with its title', () => {
  expect(plain.stdout).toContain('CAUGHT: by console: kernel panic: zsharness canary')
  expect(plain.exitCode).toBe(0)
})

describe.each(CASES)('all reports of %s are valid', (name) => {
  test('JUnit', async () => expect(await junitErrors(await read(name, 'junit.xml'))).toBe(''))

  test('KTAP, according to the parser of the kernel', async () => {
    const { stdout, results: count } = await readKtap(await treeWithKunit(), await read(name, 'report.ktap'))
    expect(stdout).toContain(`Ran ${count} tests`)
    expect(stdout).not.toMatch(/\[ERROR\]|errors:/)
  })

  test('JSON and SARIF', async () => {
    expect(jsonErrors(await read(name, 'run.json'))).toBe('')
    expect(jsonErrors(await read(name, 'report.json'))).toBe('')
    expect(sarifErrors(await read(name, 'report.sarif'))).toBe('')
  })

  test('no report contains a control character', async () => {
    for (const { file } of writtenFormats) expect(NOT_PRINTED.exec(await read(name, file)), file).toBeNull()
  })

  test.skipIf(chromium === undefined)('the page runs only its own script (needs Chromium)', async () => {
    const dom = await domOf(chromium!, join(runDir(name), 'report.html'))
    expect(dom).toContain('<button type="button">copy</button>')
    expect(dom).toContain('&lt;script&gt;alert(1)')
    expect(dom.match(/<script/g)).toHaveLength(1)
    expect(dom.match(/<(img|i|a href="javascript:)[ >]/)).toBeNull()
    expect(dom.match(/<style/g)).toHaveLength(1)
  })

  test('zsharness log prints no control characters of the console', async () => {
    const { stdout } = await cli(['log', join(runDir(name), 'cells', CELL, 'console.log')])
    expect(NOT_PRINTED.exec(stdout)).toBeNull()
  })
})

test('progress lines contain no control characters', () => {
  expect(NOT_PRINTED.exec(plain.stdout)).toBeNull()
})

test('the terminal gets no escape sequences of the console', () => {
  const own = /\u001b\[(?:\?(?:7|25|2026)[hl]|\d*[AKJ]|0m|1m|2m|32m|1;31m|33m|36m)|\r/g
  expect(tty.stdout).toContain('\u001b[?2026h')
  expect(NOT_PRINTED.exec(tty.stdout.replace(own, ''))).toBeNull()
})
