// SPDX-License-Identifier: MIT
// Lets `node --import` run the sources: for `npm run docs`, and for tests that kill a whole process.
import { readFileSync } from 'node:fs'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

export const load = async (url, context, next) => {
  if (!/\.tsx?$/.test(url)) return next(url, context)
  // Only the thread of the hooks translates.
  const { translate } = await import('./translate.mjs')
  const path = fileURLToPath(url)
  return { format: 'module', shortCircuit: true, source: await translate(readFileSync(path, 'utf8'), path) }
}

// The hooks run in a separate thread.
if (isMainThread) register(import.meta.url)
