// SPDX-License-Identifier: MIT
// Lets `node --import` run the sources: for `npm run docs`, and for tests that kill a whole process.
import { readFileSync } from 'node:fs'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

const compilerOptions = { target: 'es2022', module: 'esnext', verbatimModuleSyntax: true }

let compiler

export const load = async (url, context, next) => {
  if (!url.endsWith('.ts')) return next(url, context)
  // Only the thread of the hooks needs the compiler, which is slow to load.
  compiler ??= (await import('typescript')).default
  const text = readFileSync(fileURLToPath(url), 'utf8')
  return { format: 'module', shortCircuit: true, source: compiler.transpile(text, compilerOptions) }
}

// The hooks run in a separate thread.
if (isMainThread) register(import.meta.url)
