// SPDX-License-Identifier: MIT

/** One message about the code, with a path relative to the kernel tree. */
export interface Diagnostic {
  readonly severity: 'warning' | 'error'
  readonly file: string
  /** Null for a message about an object or the whole kernel. */
  readonly line: number | null
  readonly column: number | null
  readonly message: string
  /** Such as `-Wunused-function`, or the tool that is not the compiler. */
  readonly option: string | null
}

/** `mm/zsmalloc.c:945`, or the object. */
export const placeOf = ({ file, line }: Pick<Diagnostic, 'file' | 'line'>): string =>
  line === null ? file : `${file}:${line}`

/** A message of a build. */
export interface Printed extends Diagnostic {
  /** The target whose recipe printed it; null when that cannot be known. */
  readonly target: string | null
}

const COMPILE = /^ {2}(?:CC|AS)(?: \[M\])?\s+(\S+)$/
const TARGET = /^ {2}[A-Z][\w-]*(?: \[\w+\])? +(\S+)/

/** The kernel object that this line of kbuild announces, or undefined. */
export const compiledObject = (line: string): string | undefined => COMPILE.exec(line)?.[1]

const TREE_PATH = /^(?:\.\.\/)+/
const inTree = (path: string): string => path.replace(TREE_PATH, '')

const LINK = /^ {2}[A-Z]+ +\.tmp_vmlinux/

/** Whether this line says that vmlinux is being linked: all that modules need of the build is there, and one CPU is busy. */
export const beginsLink = (line: string): boolean => LINK.test(line)

type Reading = (line: string) => Diagnostic | undefined

const severityOf = (word: string): Diagnostic['severity'] => (/^warning$/i.test(word) ? 'warning' : 'error')

// gcc, clang, the assembler ("Warning:") and make itself.
const LOCATED =
  /^([^\s:]+):(\d+):(?:(\d+):)? (warning|error|fatal error|Warning|Error|Fatal error): (.*?)(?: \[(-W[\w=+-]+)\])?$/
const located: Reading = (line) => {
  const match = LOCATED.exec(line)
  if (!match) return undefined
  const [, file, lineNumber, column, severity, message, option] = match
  return {
    severity: severityOf(severity!),
    file: inTree(file!),
    line: Number(lineNumber),
    column: column === undefined ? null : Number(column),
    // gcc's quotes follow the locale: kbuild unsets LC_ALL.
    message: message!.replace(/[‘’]/g, "'"),
    option: option ?? null,
  }
}

const about = (severity: string, file: string, message: string, option: string): Diagnostic => ({
  severity: severityOf(severity),
  file: inTree(file),
  line: null,
  column: null,
  message,
  option,
})

const OBJTOOL = /^(\S+): (warning|error): objtool: (.*)$/
const objtool: Reading = (line) => {
  const match = OBJTOOL.exec(line)
  return match ? about(match[2]!, match[1]!, match[3]!, 'objtool') : undefined
}

const MODPOST = /^(WARNING|ERROR): (modpost: )?(.*)$/
const NAMED = /(?:^|[\s["])((?:[\w.@+-]+\/)*[\w.@+-]+\.k?o|vmlinux)(?=[\s:("\]]|$)/
const modpost: Reading = (line) => {
  const match = MODPOST.exec(line)
  if (!match) return undefined
  // Before 5.18, modpost does not name itself.
  const [, severity, , message] = match
  return about(severity!, NAMED.exec(message!)?.[1] ?? 'vmlinux', message!, 'modpost')
}

const TOOL =
  /^(?:\S*\/)?(?:[\w]+-)*(ld(?:\.\w+)?|as|ar|nm|objcopy|strip|gcc|cc1|clang)(?:-[\d.]+)?: (?:.*: )?(warning): (.*)/
const tool: Reading = (line) => {
  const match = TOOL.exec(line)
  if (!match) return undefined
  const [, name, severity, message] = match
  return about(severity!, NAMED.exec(line)?.[1] ?? name!, message!, name!)
}

const READINGS: readonly Reading[] = [located, objtool, modpost, tool]

/** The message on this line of a build log, if there is one. */
export const parseDiagnostic = (line: string): Diagnostic | undefined => {
  for (const read of READINGS) {
    const found = read(line)
    if (found) return found
  }
  return undefined
}

const isMakes = (file: string): boolean => /(?:^|\/)(?:Makefile|Kbuild)(?:\.\w+)?$|\.mk$/.test(file)

/** The target of make's own messages: it reads its files in every build. */
const MAKE = '../make'

/** Reads the output of a build whose targets are grouped, line by line. */
export class BuildOutput {
  readonly diagnostics: Printed[] = []
  /** Objects that this build compiled. */
  readonly objects = new Set<string>()
  /** Everything that this build announced to make. */
  readonly announced = new Set<string>()
  readonly #root: string
  #target: string | null = null
  #grouped = true

  /** `root` is the build folder: some targets are named by absolute paths. */
  constructor(root: string) {
    this.#root = `${root}/`
  }

  push(line: string): void {
    // make cannot hold the lines of a target back, so they mix with those of others.
    if (line.includes('suppressing output-sync')) this.#grouped = false
    if (/^make(?:\[\d+\])?: /.test(line)) this.#target = null
    const target = TARGET.exec(line)?.[1]?.replace(this.#root, '')
    if (target !== undefined) this.#announce(target, line)
    const found = parseDiagnostic(line)
    if (found) this.diagnostics.push({ ...found, target: this.#targetOf(found) })
  }

  #announce(target: string, line: string): void {
    this.#target = target
    this.announced.add(target)
    if (compiledObject(line) !== undefined) this.objects.add(target)
  }

  #targetOf({ file }: Diagnostic): string | null {
    if (isMakes(file)) return MAKE
    return this.#grouped ? this.#target : null
  }
}
