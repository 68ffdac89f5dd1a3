// SPDX-License-Identifier: MIT
import type { Finding } from '../model/results.ts'

/** A finding that series.yaml lists as known. */
export interface KnownFinding {
  /** The oracle that makes it; see `oraclesOf` for the default. */
  readonly oracle?: string | undefined
  readonly kind: string
  readonly file?: string | undefined
  /** The whole title; missing where the bucket names the bug. */
  readonly title?: string | undefined
  /** The bug of a report of the kernel, by name. */
  readonly bucket?: string | undefined
  /** The title with other compilers. */
  readonly aliases?: readonly string[]
  readonly configs: readonly string[]
  readonly reason?: string
  readonly remedy?: string
}

// Checks that compile again see the warnings of the build too.
const COMPILER = ['warnings', 'w1', 'sparse']

/** The oracles of a known finding: a `warning` with a file is the compiler's, anything else was on the console. */
export const oraclesOf = ({
  oracle,
  kind,
  file,
  bucket,
}: Pick<KnownFinding, 'oracle' | 'kind' | 'file' | 'bucket'>): readonly string[] => {
  if (oracle !== undefined) return [oracle]
  if (bucket !== undefined) return ['console']
  return kind === 'warning' && file !== undefined ? COMPILER : ['console']
}

// Compilers quote in the characters of the locale.
const normalised = (title: string): string => title.replace(/[‘’`]/g, "'").replace(/\s+/g, ' ').trim()

const hasTitle = (found: Finding, { title, aliases = [] }: Pick<KnownFinding, 'title' | 'aliases'>): boolean =>
  [...(title === undefined ? [] : [title]), ...aliases].some((one) => normalised(one) === normalised(found.title))

/**
 * Whether a finding is this known one: the same oracle, and the same bucket; or the same kind, file if it is given, and
 * whole title. The same bug has other kinds and titles elsewhere, so that neither counts beside a bucket.
 */
export const isKnown = (found: Finding, known: Omit<KnownFinding, 'configs'>): boolean => {
  const { kind, file, bucket } = known
  if (!oraclesOf(known).includes(found.oracle)) return false
  if (bucket !== undefined) return found.bucket === bucket
  return kind === found.kind && (file ?? found.file) === found.file && hasTitle(found, known)
}

/** A known finding in a few words. */
export const nameOfKnown = ({ bucket, title }: Pick<KnownFinding, 'bucket' | 'title'>): string => bucket ?? title ?? ''

/**
 * Marks the findings that the series lists as known for this config. A report with the signature of the bug under test
 * is never one: with it, the bug is not fixed.
 */
export const markKnown = (
  findings: readonly Finding[],
  known: readonly KnownFinding[],
  config: string,
): readonly Finding[] =>
  findings.map((found) => {
    const entry = known.find((one) => one.configs.includes(config) && isKnown(found, one))
    if (entry === undefined || found.signature) return { ...found, known: false, reason: null, remedy: null }
    return { ...found, known: true, reason: entry.reason ?? null, remedy: entry.remedy ?? null }
  })
