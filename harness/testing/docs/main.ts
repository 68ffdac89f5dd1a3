// SPDX-License-Identifier: MIT
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from '../../lib/paths.ts'
import { documents, staleness, textOf } from './documents.ts'

const tell = (text: string): void => void process.stderr.write(`${text}\n`)

const check = async (): Promise<void> => {
  for (const document of await documents()) {
    const problem = staleness(document, await textOf(document))
    if (problem === undefined) continue
    tell(`${problem}\n  -> run: npm run docs`)
    process.exitCode = 1
  }
}

const write = async (): Promise<void> => {
  for (const document of await documents()) {
    const now = await textOf(document)
    const wanted = document.renew(now)
    if (wanted === now) continue
    await writeFile(join(packageRoot, document.path), wanted)
    tell(`wrote ${document.path}`)
  }
}

await (process.argv.includes('--check') ? check() : write())
