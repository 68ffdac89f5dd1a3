// SPDX-License-Identifier: MIT
import { accessSync, constants } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Ajv, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { execa } from 'execa'
import { validateXML } from 'xmllint-wasm'
import { publishedSchema } from '../report/model.ts'

const require = createRequire(import.meta.url)
const LOOSE = { strict: false, unicodeRegExp: false, validateFormats: false } as const

/** What no report may hold: control characters but tab and newline. */
export const NOT_PRINTED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/

/** What `make` makes, once. */
const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

const sarif = once(() => {
  const { id: _, $schema: __, ...schema } = require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')
  return new Ajv(LOOSE).compile(schema)
})
const json = once(() => new Ajv2020(LOOSE).compile(publishedSchema() as object))
const errorsOf = (fits: ValidateFunction, text: string): string =>
  fits(JSON.parse(text)) ? '' : new Ajv().errorsText(fits.errors)

/** What OASIS's schema of SARIF 2.1.0 has against this text; empty for nothing. */
export const sarifErrors = (text: string): string => errorsOf(sarif(), text)

/** What the published schema of run.json and `--format json` has against this text; empty for nothing. */
export const jsonErrors = (text: string): string => errorsOf(json(), text)

/** What libxml2 has against this text as JUnit's XML; empty for nothing. */
export const junitErrors = async (text: string): Promise<string> => {
  const schema = await readFile(join(import.meta.dirname, 'junit.xsd'), 'utf8')
  const { valid, rawOutput } = await validateXML({ xml: text, schema })
  return valid ? '' : rawOutput || 'not valid'
}

export interface KunitReading {
  readonly exitCode: number
  readonly stdout: string
  /** How many results the text itself holds. */
  readonly results: number
}

/** The text as the KTAP parser of this kernel tree reads it. */
export const readKtap = async (tree: string, text: string): Promise<KunitReading> => {
  const { exitCode, stdout } = await execa('python3', ['-B', 'tools/testing/kunit/kunit.py', 'parse'], {
    cwd: tree,
    input: text,
    reject: false,
  })
  return { exitCode: exitCode ?? -1, stdout, results: text.match(/^ {2}(not )?ok /gm)?.length ?? 0 }
}

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A Chromium of this host, if it has one. */
export const chromium = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((dir) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(dir, name)))
  .find(isExecutable)

/** A page as headless Chromium has it once its scripts ran. */
export const domOf = async (browser: string, page: string): Promise<string> => {
  const profile = await mkdtemp(join(tmpdir(), 'zsharness-chromium-'))
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`]
  try {
    const { stdout } = await execa(browser, [...flags, '--dump-dom', pathToFileURL(page).href])
    return stdout
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}
