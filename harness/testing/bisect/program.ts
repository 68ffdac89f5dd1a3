// SPDX-License-Identifier: MIT
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { translate } from '../translate.mjs'

const HARNESS = resolve(import.meta.dirname, '../..')
const MAIN = join(import.meta.dirname, 'main.ts')

const IMPORT = /(from |import\()(['"])(\.[^'"]+)\.tsx?\2/g

const compiled = (root: string, path: string): string =>
  join(root, 'dist', relative(HARNESS, path).replace(/\.tsx?$/, '.js'))

/** Translates one source file and returns the source files that it imports. */
const putTranslated = async (root: string, path: string): Promise<readonly string[]> => {
  const outputText = await translate(await readFile(path, 'utf8'), path)
  const to = compiled(root, path)
  await mkdir(dirname(to), { recursive: true })
  await writeFile(to, outputText.replace(IMPORT, '$1$2$3.js$2'))
  return [...outputText.matchAll(IMPORT)].map(([text, , , name]) =>
    resolve(dirname(path), `${name}${text.includes('.tsx') ? '.tsx' : '.ts'}`),
  )
}

/** Translates `main` and all that it imports into programs below `root`; returns the main file. */
export const translateMain = async (root: string, main: string): Promise<string> => {
  const open = [main]
  const known = new Set(open)
  for (let path = open.pop(); path !== undefined; path = open.pop())
    for (const other of await putTranslated(root, path)) {
      if (!known.has(other)) open.push(other)
      known.add(other)
    }
  return compiled(root, main)
}

/** Translates a program, by default the bisect command, with the files that it reads; returns its main file. */
export const translateProgram = async (root: string, source = MAIN): Promise<string> => {
  const main = await translateMain(root, source)
  for (const name of ['node_modules', 'package.json', 'kconfigs', 'patches', 'guest'])
    await symlink(resolve(HARNESS, '..', name), join(root, name))
  return main
}
