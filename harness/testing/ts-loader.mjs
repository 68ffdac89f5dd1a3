// SPDX-License-Identifier: MIT
// Lets a plain `node --import` run the sources: for `npm run docs`, and for tests that must kill a whole process.
import { readFileSync } from 'node:fs'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

const compilerOptions = { target: 'es2022', module: 'esnext', verbatimModuleSyntax: true }

let compiler

export const load = async (url, context, next) => {
  if (!url.endsWith('.ts')) return next(url, context)
  // Only the hooks' thread needs the compiler, which takes long to load.
  compiler ??= (await import('typescript')).default
  const text = readFileSync(fileURLToPath(url), 'utf8')
  return { format: 'module', shortCircuit: true, source: compiler.transpile(text, compilerOptions) }
}

// The hooks themselves live in a thread of their own.
if (isMainThread) register(import.meta.url)
