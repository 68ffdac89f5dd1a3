// SPDX-License-Identifier: MIT
import {
  type Dirent,
  type FSWatcher,
  lstatSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
  watch,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { HostError } from '../../model/errors.ts'
import { isLocal } from './localfs.ts'

/** What is watched: folders with everything below them, and single files. Of a link, what it leads to as well. */
export interface Watched {
  readonly folders: readonly string[]
  readonly files: readonly string[]
}

/** What is called, with the path of each file that is edited, added or removed, and with an error that ends the watch. */
export interface WatchCalls {
  readonly onEdit: (path: string) => void
  readonly onFailure: (error: unknown) => void
}

/** A watch; more can be added to it. */
export interface EditWatch extends Disposable {
  /** Throws a HostError when there are too many folders. What is watched already stays as it is. */
  add(watched: Watched): void
}

// Backups and swap files of editors, and git's own files: nobody edits these.
const IGNORED = /^\.git$|^\.#|^#.*#$|~$|\.sw[a-px]$|^4913$|\.lock$/

/** Whether a change of a file of this name says that the user edited something. */
export const isEdit = (name: string): boolean => !IGNORED.test(name)

const GONE: readonly string[] = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EINVAL']
// Of the folder around a folder: whoever may not list it may use what is inside.
const FOLDER: readonly string[] = [...GONE, 'EACCES']

/** What `use` returns; undefined when a file is gone, or is no folder or link now. */
const unlessGone = <T>(use: () => T, codes = GONE): T | undefined => {
  try {
    return use()
  } catch (error) {
    if (codes.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

const isFolder = (path: string): boolean => unlessGone(() => statSync(path).isDirectory()) ?? false

const MAX_LINKS = 40

/** The path itself, each link that it leads to, and the real file. */
const placesOf = (path: string): readonly string[] => {
  const places = [path]
  for (let nth = 0; nth < MAX_LINKS; nth++) {
    const from = places.at(-1)!
    const to = unlessGone(() => readlinkSync(from))
    if (to === undefined) break
    places.push(resolve(dirname(from), to))
  }
  return [...new Set([...places, unlessGone(() => realpathSync(path)) ?? path])]
}

const explained = (dir: string, error: NodeJS.ErrnoException): unknown => {
  if (error.code === 'ENOSPC' || error.code === 'EMFILE')
    return new HostError('too many folders to watch', 'raise it: sysctl fs.inotify.max_user_watches=1048576', error)
  return new HostError(`${dir}: cannot be watched (${error.code})`, 'make it readable, or run without --watch', error)
}

// Keys of the two kinds of watches: of a whole folder, and of one name in it.
const folderKey = (dir: string): string => `folder ${dir}`
const placeKey = (path: string): string => `place ${path}`

class Watch implements EditWatch {
  readonly #watchers = new Map<string, FSWatcher>()
  readonly #calls: WatchCalls

  constructor(watched: Watched, calls: WatchCalls) {
    this.#calls = calls
    try {
      this.add(watched)
    } catch (error) {
      this[Symbol.dispose]()
      throw error
    }
  }

  add({ folders, files }: Watched): void {
    for (const folder of folders) this.#addTop(folder)
    for (const file of files) this.#addFile(file)
  }

  #addTop(top: string): void {
    const onChange = (): void => {
      this.#forgetFolder(top)
      this.#addTop(top)
    }
    for (const place of placesOf(top)) this.#addPlace(place, onChange, FOLDER)
    if (isFolder(top)) this.#addFolder(top)
  }

  /** A single file. An editor replaces it, which ends a watch on the file itself: its folder is watched. */
  #addFile(file: string): void {
    const again = (): void => this.#addFile(file)
    for (const place of placesOf(file)) {
      this.#addPlace(place, again, GONE)
      // Whoever makes its folder again makes the file again.
      const onFolder = (): void => {
        this.#drop(placeKey(place))
        again()
      }
      this.#addPlace(dirname(place), onFolder, FOLDER)
    }
  }

  /** Calls `onChange` when something else has this path, or its content changes. */
  #addPlace(path: string, onChange: () => void, ignored: readonly string[]): void {
    const onName = (name: string): void => {
      if (name !== basename(path)) return
      this.#calls.onEdit(path)
      onChange()
    }
    this.#add(placeKey(path), dirname(path), onName, ignored)
  }

  // Watches first: what is made while the folder is read is seen.
  #addFolder(dir: string): void {
    this.#add(folderKey(dir), dir, (name, isNew) => this.#onName(dir, name, isNew), GONE)
    if (!this.#watchers.has(folderKey(dir))) return
    const entries = unlessGone(() => readdirSync(dir, { withFileTypes: true })) ?? []
    for (const entry of entries) if (isEdit(entry.name)) this.#addEntry(join(dir, entry.name), entry)
  }

  /** What is in a folder. A file is content that a link leads to; a linked folder is no part of a tree or a series. */
  #addEntry(path: string, entry: Dirent | Stats): void {
    if (entry.isDirectory()) this.#addFolder(path)
    if (entry.isSymbolicLink() && !isFolder(path)) this.#addFile(path)
  }

  #onName(dir: string, name: string, isNew: boolean): void {
    const path = join(dir, name)
    const info = unlessGone(() => lstatSync(path))
    // What happens to the folder itself has its own name.
    if (!info && name === basename(dir)) this.#onName(dirname(dir), name, isNew)
    else if (isEdit(name)) this.#onEdit(path, isNew, info)
  }

  #onEdit(path: string, isNew: boolean, info: Stats | undefined): void {
    this.#calls.onEdit(path)
    if (!isNew) return
    this.#forgetFolder(path)
    if (info) this.#addEntry(path, info)
  }

  /**
   * Forgets a folder that was made, moved or removed, and all below. Nothing tells that a watch is dead, and the folder
   * that is there now may have the inode of the old one.
   */
  #forgetFolder(path: string): void {
    const key = folderKey(path)
    if (!this.#watchers.has(key)) return
    for (const one of [...this.#watchers.keys()]) if (one === key || one.startsWith(`${key}/`)) this.#drop(one)
  }

  #add(key: string, dir: string, onName: (name: string, isNew: boolean) => void, ignored: readonly string[]): void {
    if (this.#watchers.has(key)) return
    const listener = (event: string, name: string | null): void =>
      this.#guard(() => name !== null && onName(name, event !== 'change'))
    try {
      const watcher = unlessGone(() => watch(dir, listener), ignored)
      watcher?.on('error', () => this.#drop(key))
      if (watcher) this.#watchers.set(key, watcher)
    } catch (error) {
      throw explained(dir, error as NodeJS.ErrnoException)
    }
  }

  #guard(use: () => unknown): void {
    try {
      use()
    } catch (error) {
      this.#calls.onFailure(error)
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

/** Watches until disposed. Throws a HostError when there are too many folders. */
export const watchEdits = (watched: Watched, calls: WatchCalls): EditWatch => new Watch(watched, calls)

/** Those of the paths where another host may edit, which this host's kernel does not see. */
export const unseenBelow = ({ folders, files }: Watched): readonly string[] => {
  const isSeen = (path: string): boolean => unlessGone(() => isLocal(realpathSync(path))) ?? true
  return [...folders, ...files].filter((path) => !isSeen(path))
}
