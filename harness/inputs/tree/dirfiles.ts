// SPDX-License-Identifier: MIT
import { lstatSync, readdirSync } from 'node:fs'
import { type BytePath, onDisk, reading } from '../../lib/files/look.ts'

const parentOf = (path: BytePath): BytePath => path.slice(0, Math.max(0, path.lastIndexOf('/')))

/** Every file and link below the folder `below` of `dir`, without git's own files at its top; folders only as parts of paths. */
export const filesBelow = (dir: string, below: BytePath = ''): BytePath[] => {
  const found: BytePath[] = []
  const walk = (folder: BytePath, isTop: boolean): void => {
    const read = () => readdirSync(onDisk(dir, folder), { encoding: 'latin1', withFileTypes: true })
    for (const entry of reading(dir, folder, read)) {
      if (isTop && entry.name === '.git') continue
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) walk(path, false)
      else found.push(path)
    }
  }
  walk(below, true)
  return found
}

const kindOnDisk = (dir: string, path: BytePath): 'folder' | 'file' | undefined => {
  const info = reading(dir, path, () => lstatSync(onDisk(dir, path), { throwIfNoEntry: false }))
  return info && (info.isDirectory() ? 'folder' : 'file')
}

/** Those of the listed files that are there, not through a link; of a listed folder, a repository inside, every file. */
export const filesListed = (dir: string, listed: readonly BytePath[]): readonly BytePath[] => {
  const folders = new Map<BytePath, boolean>([['', true]])
  const isFolder = (path: BytePath): boolean => {
    const known = folders.get(path) ?? (isFolder(parentOf(path)) && kindOnDisk(dir, path) === 'folder')
    folders.set(path, known)
    return known
  }
  const files = new Set<BytePath>()
  for (const path of listed) {
    const kind = isFolder(parentOf(path)) ? kindOnDisk(dir, path) : undefined
    if (kind === 'file') files.add(path)
    if (kind === 'folder') for (const file of filesBelow(dir, path)) files.add(file)
  }
  return [...files]
}
