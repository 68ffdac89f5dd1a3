// SPDX-License-Identifier: MIT
import { type FSWatcher, readdirSync, watch } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { HostError } from '../../model/errors.ts'

/** What is watched: folders with everything below them, and single files. */
export interface Watched {
  readonly folders: readonly string[]
  readonly files: readonly string[]
}

// Backups and swap files of editors, and git's own files: nobody edits these.
const IGNORED = /^\.git$|^\.#|^#.*#$|~$|\.sw[a-px]$|^4913$|\.lock$/

/** Whether a change of a file of this name says that the user edited something. */
export const isEdit = (name: string): boolean => !IGNORED.test(name)

/** The folder and every folder below it; of those that go meanwhile, nothing. */
const foldersBelow = (dir: string): readonly string[] => {
  try {
    const inside = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    return [dir, ...inside.filter(({ name }) => isEdit(name)).flatMap(({ name }) => foldersBelow(join(dir, name)))]
  } catch {
    return []
  }
}

const tooMany = (error: NodeJS.ErrnoException): unknown =>
  error.code === 'ENOSPC' || error.code === 'EMFILE'
    ? new HostError('too many folders to watch', 'raise it: sysctl fs.inotify.max_user_watches=1048576', error)
    : error

class Watch implements Disposable {
  readonly #watchers = new Map<string, FSWatcher>()
  readonly #onEdit: (path: string) => void

  constructor({ folders, files }: Watched, onEdit: (path: string) => void) {
    this.#onEdit = onEdit
    for (const folder of folders) this.#addFolder(folder)
    // An editor replaces a file, which ends a watch on the file itself.
    for (const file of files)
      this.#add(`${file}:`, dirname(file), (name) => name === basename(file) && this.#onEdit(file))
  }

  #addFolder(top: string): void {
    for (const dir of foldersBelow(top))
      this.#add(dir, dir, (name) => {
        if (!isEdit(name)) return
        this.#onEdit(join(dir, name))
        this.#addFolder(join(dir, name))
      })
  }

  #add(key: string, dir: string, onName: (name: string) => void): void {
    if (this.#watchers.has(key)) return
    try {
      const watcher = watch(dir, (_event, name) => void (name !== null && onName(name)))
      // The folder is gone.
      watcher.on('error', () => this.#drop(key))
      this.#watchers.set(key, watcher)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw tooMany(error as NodeJS.ErrnoException)
    }
  }

  #drop(key: string): void {
    this.#watchers.get(key)?.close()
    this.#watchers.delete(key)
  }

  [Symbol.dispose](): void {
    for (const key of [...this.#watchers.keys()]) this.#drop(key)
  }
}

/** Calls `onEdit` with the path of each file that is edited, added or removed, until disposed. Throws a HostError when there are too many folders. */
export const watchEdits = (watched: Watched, onEdit: (path: string) => void): Disposable => new Watch(watched, onEdit)
