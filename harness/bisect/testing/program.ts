// SPDX-License-Identifier: MIT
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import ts from 'typescript'

const HARNESS = resolve(import.meta.dirname, '../..')

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
  jsx: ts.JsxEmit.ReactJSX,
  jsxImportSource: 'preact',
}

const isSource = (path: string): boolean => /\.tsx?$/.test(path) && !/\.test\.ts$/.test(path)

/** The sources as a program below `root`, translated once for all processes that a test starts; its main file. */
export const translateProgram = async (root: string): Promise<string> => {
  const paths = (await readdir(HARNESS, { recursive: true })).filter(isSource)
  for (const path of paths) {
    const to = join(root, 'dist', path.replace(/\.tsx?$/, '.js'))
    await mkdir(dirname(to), { recursive: true })
    const { outputText } = ts.transpileModule(await readFile(join(HARNESS, path), 'utf8'), { compilerOptions: OPTIONS })
    await writeFile(to, outputText)
  }
  for (const name of ['node_modules', 'package.json', 'kconfigs', 'patches', 'guest'])
    await symlink(resolve(HARNESS, '..', name), join(root, name))
  return join(root, 'dist', 'bisect', 'testing', 'main.js')
}
