// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const compilerOptions = {
  target: 'es2022',
  module: 'esnext',
  verbatimModuleSyntax: true,
  jsx: 'react-jsx',
  jsxImportSource: 'preact',
}

const { version } = createRequire(import.meta.url)('typescript/package.json')
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/zsharness', import.meta.url))

let compiler

const keep = (kept, text) => {
  try {
    mkdirSync(CACHE, { recursive: true })
    writeFileSync(`${kept}.${process.pid}`, text)
    renameSync(`${kept}.${process.pid}`, kept)
  } catch {
    // A read-only or full disk: it is translated again the next time.
  }
}

/**
 * Translates the text of one source file. The compiler takes half a second to load and five to translate the program,
 * which many tests start, so that what it made of a text is kept in node_modules until `npm ci` removes it.
 */
export const translate = async (text, path) => {
  const key = createHash('sha256')
    .update(JSON.stringify([version, compilerOptions, path, text]))
    .digest('hex')
  const kept = join(CACHE, `${key}.js`)
  try {
    return readFileSync(kept, 'utf8')
  } catch {
    compiler ??= (await import('typescript')).default
    const { outputText } = compiler.transpileModule(text, { compilerOptions, fileName: path })
    keep(kept, outputText)
    return outputText
  }
}
