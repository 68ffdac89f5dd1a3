// SPDX-License-Identifier: MIT
import type { Diagnostic } from '../kernel/output.ts'
import type { Finding } from '../model/results.ts'
import { findingOf } from './observation.ts'

// Line numbers move with every patch; the message stays.
const identity = ({ file, message }: Diagnostic): string => `${file}: ${message}`

/** Warnings of the after leg that the before leg does not have, in files that the patch touches. */
export const newWarnings = (
  before: readonly Diagnostic[],
  after: readonly Diagnostic[],
  touched: readonly string[],
  oracle = 'warnings',
): readonly Finding[] => {
  const old = new Set(before.map(identity))
  return after
    .filter(({ severity, file }) => severity === 'warning' && touched.includes(file))
    .filter((one) => !old.has(identity(one)))
    .map(({ file, line, message, option }) =>
      findingOf(oracle, {
        kind: 'warning',
        title: message,
        detail: `${file}:${line}: ${message}${option === null ? '' : ` [${option}]`}; the before leg does not have it`,
        file,
        line,
      }),
    )
}

/** The finding of a kernel that does not compile. */
export const buildFinding = (message: string, diagnostics: readonly Diagnostic[]): Finding => {
  const first = diagnostics.find(({ severity }) => severity === 'error')
  return findingOf('build', {
    kind: 'build',
    title: first ? `${first.file}: ${first.message}` : 'the kernel does not build',
    detail: message,
    file: first?.file ?? null,
    line: first?.line ?? null,
  })
}
