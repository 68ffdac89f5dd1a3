// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import regexpTree from 'regexp-tree'
import type { AstNode, AstRegExp } from 'regexp-tree/ast'
import ts from 'typescript'

/** The sources below `folder` that are no tests. */
export const sourcesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => join(folder, name))

/** The regular expressions that the sources below `folder` have as literals. */
export const literalsIn = (folder: string): readonly RegExp[] => {
  const found = new Map<string, RegExp>()
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const [, source = '', flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(node.text) ?? []
      found.set(node.text, new RegExp(source, flags))
    }
    ts.forEachChild(node, visit)
  }
  for (const path of sourcesBelow(folder))
    visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true))
  return [...found.values()]
}

const isComposedBelow = (folder: string): boolean => (new Error().stack?.split('\n')[3] ?? '').includes(folder)

/** The regular expressions that are composed while `load` imports modules; `by`: only those of files below this folder. */
export const composedBy = async (load: () => Promise<unknown>, by = ''): Promise<readonly RegExp[]> => {
  const original = globalThis.RegExp
  const found: RegExp[] = []
  globalThis.RegExp = new Proxy(original, {
    construct: (target, args) => {
      const made = Reflect.construct(target, args) as RegExp
      if (isComposedBelow(by)) found.push(made)
      return made
    },
  })
  try {
    await load()
  } finally {
    globalThis.RegExp = original
  }
  return found
}

const { generate, parse } = regexpTree

const CHARACTERS = [
  'a',
  '0',
  ' ',
  '_',
  'A',
  '-',
  '.',
  '/',
  '[',
  '(',
  ':',
  '+',
  '"',
  '\t',
  ';',
  ',',
  '{',
  '<',
  '\\',
  '\u001b',
  '\r',
  '\ufffe',
]
const characterOf = (node: AstNode): string => {
  const source = generate(node)
  const pattern = new RegExp(`^${source}$`, source.includes('\\u{') ? 'u' : '')
  return CHARACTERS.find((character) => pattern.test(character)) ?? 'a'
}

/** A short text that the pattern matches, or nearly: assertions are left out. */
const sampleOf = (node: AstNode | null): string => {
  if (node === null) return ''
  switch (node.type) {
    case 'RegExp':
      return sampleOf(node.body)
    case 'Alternative':
      return node.expressions.map(sampleOf).join('')
    case 'Disjunction':
      return sampleOf(node.left) || sampleOf(node.right)
    case 'Group':
      return sampleOf(node.expression)
    case 'Repetition':
      return sampleOf(node.expression).repeat(Math.max(1, 'from' in node.quantifier ? node.quantifier.from : 1))
    case 'Char':
      return node.kind === 'simple' ? node.value.replace(/^\\/, '') : characterOf(node)
    case 'CharacterClass':
      return characterOf(node)
    default:
      return ''
  }
}

/** What is repeated, and what comes before it. */
export interface Pump {
  readonly before: string
  readonly pump: string
}

const MOST_PARTS = 4

/** Texts that could make this pattern slow: every part of it and each run of parts, repeated behind what leads there. */
export const pumpsOf = (pattern: RegExp): readonly Pump[] => {
  const pumps = new Map<string, Pump>()
  const add = (before: string, pump: string): void => {
    if (pump !== '') pumps.set(`${before}\n${pump}`, { before, pump })
  }
  const visit = (node: AstNode | null, before: string): void => {
    if (node === null) return
    add(before, sampleOf(node))
    if (node.type === 'Alternative') {
      const samples = node.expressions.map(sampleOf)
      node.expressions.forEach((child, index) => {
        const lead = before + samples.slice(0, index).join('')
        visit(child, lead)
        for (let to = index + 2; to <= index + MOST_PARTS; to += 1) add(lead, samples.slice(index, to).join(''))
      })
    } else if (node.type === 'Disjunction') {
      visit(node.left, before)
      visit(node.right, before)
    } else if (node.type === 'Group' || node.type === 'Repetition') visit(node.expression, before)
  }
  visit((parse(pattern) as AstRegExp).body, '')
  return [...pumps.values()]
}

/** A line of about `length` characters: the pump, and an end that matches nothing. */
export const pumped = ({ before, pump }: Pump, length: number): string =>
  `${before}${pump.repeat(Math.ceil(length / pump.length))}!`.replaceAll('\n', ' ')
