// SPDX-License-Identifier: MIT
import { readdirSync } from 'node:fs'
import { type BytePath, onDisk } from './look.ts'

/** Every file and link below a folder; folders only as parts of paths. */
export const everyFileBelow = function* (dir: string, below: BytePath = ''): Generator<BytePath> {
  for (const entry of readdirSync(onDisk(dir, below), { encoding: 'latin1', withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) yield* everyFileBelow(dir, path)
    else yield path
  }
}
