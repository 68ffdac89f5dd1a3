// SPDX-License-Identifier: MIT

/** Kconfig's dependency expressions: symbols, `=`, `!=`, `!`, `&&`, `||`, parentheses. */
export type Expr =
  | { readonly op: 'symbol'; readonly name: string }
  | { readonly op: 'equal' | 'differ'; readonly left: string; readonly right: string }
  | { readonly op: 'not'; readonly arg: Expr }
  | { readonly op: 'and' | 'or'; readonly args: readonly Expr[] }

const TOKEN = /\s*(&&|\|\||!=|!|=|\(|\)|"[^"]*"|'[^']*'|\$\([^)]*\)|[A-Za-z0-9_./-]+)/y

const tokens = (text: string): string[] | undefined => {
  const found: string[] = []
  TOKEN.lastIndex = 0
  const end = text.trimEnd().length
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text)
    if (!match) return undefined
    found.push(match[1]!)
  }
  return found
}

const bare = (token: string): string => token.replace(/^["']|["']$/g, '')

class Parser {
  readonly #tokens: string[]
  constructor(list: string[]) {
    this.#tokens = list
  }

  #chain(op: 'and' | 'or', word: string, next: () => Expr): Expr {
    const args = [next()]
    while (this.#tokens[0] === word) {
      this.#tokens.shift()
      args.push(next())
    }
    return args.length === 1 ? args[0]! : { op, args }
  }

  or(): Expr {
    return this.#chain('or', '||', () => this.#chain('and', '&&', () => this.#atom()))
  }

  #atom(): Expr {
    const token = this.#tokens.shift() ?? ''
    if (token === '!') return { op: 'not', arg: this.#atom() }
    if (token === '(') {
      const inner = this.or()
      this.#tokens.shift()
      return inner
    }
    const relation = this.#tokens[0]
    if (relation !== '=' && relation !== '!=') return { op: 'symbol', name: bare(token) }
    this.#tokens.shift()
    return { op: relation === '=' ? 'equal' : 'differ', left: bare(token), right: bare(this.#tokens.shift() ?? '') }
  }
}

/** Parses the expression of a `depends on` or `if`; undefined when its form is unknown. */
export const parseExpr = (text: string): Expr | undefined => {
  const list = tokens(text)
  return list && list.length > 0 ? new Parser(list).or() : undefined
}

type Values = ReadonlyMap<string, string>

const lookUp = (word: string, values: Values): string =>
  /^[a-z0-9]*$/.test(word) ? word : (values.get(`CONFIG_${word}`) ?? 'n')

const holds = (expr: Expr, values: Values): boolean => {
  switch (expr.op) {
    case 'symbol':
      return lookUp(expr.name, values) !== 'n'
    case 'equal':
      return lookUp(expr.left, values) === lookUp(expr.right, values)
    case 'differ':
      return lookUp(expr.left, values) !== lookUp(expr.right, values)
    case 'not':
      return !holds(expr.arg, values)
    case 'and':
      return expr.args.every((arg) => holds(arg, values))
    case 'or':
      return expr.args.some((arg) => holds(arg, values))
  }
}

const render = (expr: Expr): string => {
  switch (expr.op) {
    case 'symbol':
      return expr.name
    case 'equal':
      return `${expr.left}=${expr.right}`
    case 'differ':
      return `${expr.left}!=${expr.right}`
    case 'not':
      return `!${render(expr.arg)}`
    default:
      return `(${expr.args.map(render).join(expr.op === 'and' ? ' && ' : ' || ')})`
  }
}

/** The smallest parts of `expr` that are false with these `.config` values, in Kconfig's syntax. */
export const unmet = (expr: Expr, values: Values): readonly string[] => {
  if (holds(expr, values)) return []
  return expr.op === 'and' ? expr.args.flatMap((arg) => unmet(arg, values)) : [render(expr)]
}
