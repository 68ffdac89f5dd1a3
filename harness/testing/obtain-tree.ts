// SPDX-License-Identifier: MIT

import { join } from 'node:path'
import { parseTreeSpec } from '../inputs/tree/spec.ts'
import { obtainTree } from '../inputs/tree/tree.ts'
import { HarnessError } from '../model/errors.ts'

import { folderOf } from './stored.ts'

// Arguments: a tree spec and a cache folder. Prints `started` at the first progress event.
const [spec = '', cache = ''] = process.argv.slice(2)
const context = {
  scope: 'test',
  signal: new AbortController().signal,
  emit: (event: { type: string }) => void (event.type === 'progress' && process.stdout.write('started\n')),
}
try {
  await using tree = await obtainTree(parseTreeSpec(spec), { cache, context })
  process.stdout.write(`${await folderOf(cache, tree.meta.listing, join(cache, 'unfolded'))}\n`)
} catch (error) {
  if (!(error instanceof HarnessError)) throw error
  process.stderr.write(`${error.name}: ${error.message}\n${error.hint ?? ''}\n`)
  process.exitCode = error.exitCode
}
