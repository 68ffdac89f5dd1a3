// SPDX-License-Identifier: MIT

/** One message of the compiler, with a path relative to the kernel tree. */
export interface Diagnostic {
  readonly severity: 'warning' | 'error'
  readonly file: string
  readonly line: number
  readonly column: number | null
  readonly message: string
  /** Such as `-Wunused-function`. */
  readonly option: string | null
}

const COMPILE = /^ {2}(?:CC|AS)(?: \[M\])?\s+(\S+)$/
const MESSAGE = /^(?:\.\.\/)?([^\s:]+):(\d+):(?:(\d+):)? (warning|error|fatal error): (.*?)(?: \[(-W[\w=+-]+)\])?$/

/** The kernel object that this line of kbuild announces, or undefined. */
export const compiledObject = (line: string): string | undefined => COMPILE.exec(line)?.[1]

/** The compiler's message on this line of a build log, if there is one. */
export const parseDiagnostic = (line: string): Diagnostic | undefined => {
  const match = MESSAGE.exec(line)
  if (!match) return undefined
  const [, file, lineNumber, column, severity, message, option] = match
  return {
    severity: severity === 'warning' ? 'warning' : 'error',
    file: file!,
    line: Number(lineNumber),
    column: column === undefined ? null : Number(column),
    // gcc's quotes follow the locale: kbuild unsets LC_ALL.
    message: message!.replace(/[‘’]/g, "'"),
    option: option ?? null,
  }
}

const HOST_CAUSES: readonly (readonly [RegExp, string, string])[] = [
  [/No space left on device/, 'the disk is full', 'free space, or run: npx zsharness clean'],
  [
    /Killed signal terminated program|^(?:\S+: )?Killed$|virtual memory exhausted|cannot allocate memory|out of memory allocating/i,
    'the compiler was killed or ran out of memory',
    'free memory, or build with fewer jobs: --jobs 1',
  ],
  [
    /(?:flex|bison|bc|openssl\/\w+\.h|gelf\.h|libelf\.h)(?::| )?.*(?:not found|No such file)/i,
    'a build tool is missing',
    'run: npx zsharness doctor --fix',
  ],
  [
    /Read-only file system|Input\/output error|Structure needs cleaning/,
    'the file system failed',
    'check the disk and the host (dmesg)',
  ],
]

export interface HostCause {
  readonly message: string
  readonly hint: string
}

/** The cause on the host for which this build failed, if its log names one; the failure then says nothing about the kernel. */
export const hostCause = (lines: readonly string[]): HostCause | undefined => {
  for (const line of lines) {
    const cause = HOST_CAUSES.find(([pattern]) => pattern.test(line))
    if (cause) return { message: `${cause[1]}: ${line.trim()}`, hint: cause[2] }
  }
  return undefined
}

/** The messages of a build that took over objects: the donor's for objects that were not compiled again, and the new ones. */
export const inheritDiagnostics = (
  donor: readonly Diagnostic[],
  objects: ReadonlySet<string>,
  fresh: readonly Diagnostic[],
): readonly Diagnostic[] => [...donor.filter(({ file }) => !objects.has(file.replace(/\.[cS]$/, '.o'))), ...fresh]
