// SPDX-License-Identifier: MIT
import { readdirSync } from 'node:fs'
import { type BytePath, onDisk } from './look.ts'

/** Every folder below a folder, each before those in it. */
export const everyFolderBelow = function* (dir: string, below: BytePath = ''): Generator<BytePath> {
  for (const entry of readdirSync(onDisk(dir, below), { encoding: 'latin1', withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    yield path
    yield* everyFolderBelow(dir, path)
  }
}

/** Every file and link below a folder; folders only as parts of paths. */
export const everyFileBelow = function* (dir: string, below: BytePath = ''): Generator<BytePath> {
  for (const entry of readdirSync(onDisk(dir, below), { encoding: 'latin1', withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) yield* everyFileBelow(dir, path)
    else yield path
  }
}
