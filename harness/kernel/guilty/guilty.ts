// SPDX-License-Identifier: MIT
import { join, posix } from 'node:path'
import { exists } from '../../lib/files/exists.ts'
import { type Guilty, type Splat, withStackFile } from '../../splat/index.ts'
import { findDefinitions } from './definitions.ts'
import { type Answer, maintainersOf } from './maintainers.ts'

/** How to ask a tree; tests answer themselves. */
export interface TreeAnswers {
  readonly isFile: (path: string) => Promise<boolean>
  readonly definitions: (names: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]> | string>
  readonly maintainers: (file: string) => Promise<Answer>
}

// A run asks for the same file after each boot of a kernel, whose source stays as it is.
const answered = new Map<string, Answer>()

const askOnce = async (tree: string, file: string, signal: AbortSignal | undefined): Promise<Answer> => {
  const key = `${tree}\n${file}`
  const known = answered.get(key)
  if (known !== undefined) return known
  const fresh = await maintainersOf(tree, file, { signal })
  if ('maintainers' in fresh) answered.set(key, fresh)
  return fresh
}

/** Asks the tree in this folder. */
export const askTree = (tree: string, signal?: AbortSignal): TreeAnswers => ({
  isFile: (path) => exists(join(tree, path)),
  definitions: (names) => findDefinitions(tree, names, { signal }),
  maintainers: (file) => askOnce(tree, file, signal),
})

// Each takes a second or so of perl, which a log of a thousand reports must not multiply.
const MAX_ASKED = 20

/** The path in the tree: logs may have the folder of the build before it. Text of a log names no file outside. */
const inTree = async (path: string, { isFile }: TreeAnswers): Promise<string | undefined> => {
  const parts = posix.normalize(path).split('/')
  for (let at = 0; at < parts.length; at += 1) {
    const rest = parts.slice(at)
    if (rest[0] === '' || rest[0]!.startsWith('-') || rest.includes('..')) continue
    if (await isFile(rest.join('/'))) return rest.join('/')
  }
  return undefined
}

const unknown = (reason: string): Guilty => ({ file: null, from: null, maintainers: null, reason })

const MANY = 3

/** The one file of these that defines the function: code before headers, and the module's own before others. */
const choose = (name: string, files: readonly string[], module: string | null): Guilty => {
  const narrower = [
    (file: string): boolean => !file.endsWith('.h'),
    (file: string): boolean => module !== null && file.replaceAll('-', '_').includes(module.replaceAll('-', '_')),
  ]
  const [file, ...more] = narrower.reduce((left, keep) => {
    const kept = left.filter(keep)
    return kept.length > 0 ? kept : left
  }, files)
  if (file === undefined) return unknown(`the tree does not define ${name}`)
  if (more.length === 0) return { file, from: 'tree', maintainers: null, reason: null }
  const shown = [file, ...more].slice(0, MANY).join(', ')
  return unknown(`${name} is defined in ${more.length + 1} files: ${shown}${more.length < MANY ? '' : ', …'}`)
}

const moduleOf = ({ function: name, frames }: Splat): string | null =>
  frames.find((frame) => frame.function.startsWith(name ?? '\n'))?.module ?? null

const fileOf = async (
  splat: Splat,
  answers: TreeAnswers,
  definitions: ReadonlyMap<string, readonly string[]> | string,
): Promise<Guilty | null> => {
  const { function: name, guilty } = splat
  if (guilty?.file) {
    const file = await inTree(guilty.file, answers)
    return file === undefined ? { ...guilty, reason: `the tree has no ${guilty.file}` } : { ...guilty, file }
  }
  if (name === null) return null
  return typeof definitions === 'string'
    ? unknown(`the search of the tree failed: ${definitions}`)
    : choose(name, definitions.get(name) ?? [], moduleOf(splat))
}

/** The splats with the file to blame and its maintainers, as far as the tree knows them; what it does not know has a reason. */
export const withGuilty = async (splats: readonly Splat[], answers: TreeAnswers): Promise<readonly Splat[]> => {
  const seen = splats.map(withStackFile)
  const lost = seen.flatMap(({ function: name, guilty }) => (name === null || guilty?.file ? [] : [name]))
  const definitions = lost.length === 0 ? new Map<string, readonly string[]>() : await answers.definitions(lost)
  const asked = new Map<string, Answer>()
  const ask = async (file: string): Promise<Answer> => {
    const known = asked.get(file)
    if (known !== undefined) return known
    const fresh =
      asked.size < MAX_ASKED
        ? await answers.maintainers(file)
        : { reason: `only the maintainers of the first ${MAX_ASKED} files are looked up` }
    asked.set(file, fresh)
    return fresh
  }
  const done: Splat[] = []
  for (const splat of seen) {
    const guilty = await fileOf(splat, answers, definitions)
    const named = guilty?.file != null && guilty.reason === null
    done.push({ ...splat, guilty: named ? { ...guilty, ...(await ask(guilty.file!)) } : guilty })
  }
  return done
}
