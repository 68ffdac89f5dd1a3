// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { loadSeries } from '../../inputs/series/load.ts'
import type { Series } from '../../inputs/series/model.ts'
import { checks } from '../../kernel/checks/index.ts'
import { didYouMean } from '../../lib/text/suggest.ts'
import { UsageError } from '../../model/errors.ts'
import { families, isBucket, isNamed } from '../../splat/index.ts'
import { oracles } from '../../verdict/oracles/index.ts'
import { parametersFrom } from './parameters.ts'

const FAMILIES = families.map(({ name }) => name)
const ORACLES = [...oracles, ...checks].map(({ name }) => name).concat('build', 'warnings')

const requireOneOf = (place: string, what: string, name: string, known: readonly string[]): void => {
  if (known.includes(name)) return
  throw new UsageError(
    `${place}: unknown ${what} "${name}"${didYouMean(name, known)}`,
    `choose one of: ${known.join(', ')}`,
  )
}

const requireBucket = (place: string, { bucket }: Series['knownFindings'][number]): void => {
  if (bucket === undefined || (isBucket(bucket) && isNamed(bucket))) return
  throw new UsageError(
    `${place}: bucket "${bucket}" ${isBucket(bucket) ? 'names no function: every report whose function is lost has it' : 'is not a bucket'}`,
    'take the bucket of the finding in run.json, such as use-after-free:zs_free',
  )
}

/** Throws a UsageError where series.yaml names what there is not: its bug could never be recognised. */
export const requireKnown = ({ name, dir, signature, knownFindings, settings }: Series): void => {
  const yaml = dir === undefined ? `series ${name}` : join(dir, 'series.yaml')
  for (const wanted of signature) {
    for (const family of wanted.families ?? []) requireOneOf(`${yaml}: signature`, 'family', family, FAMILIES)
    if (wanted.oracle !== undefined) requireOneOf(`${yaml}: signature`, 'oracle', wanted.oracle, ORACLES)
  }
  for (const known of knownFindings) requireBucket(`${yaml}: knownFindings`, known)
  parametersFrom(settings.parameters ?? [], `${yaml}: settings: parameters:`)
}

/** The series of a name or a path, whose series.yaml names only what there is. */
export const knownSeries = async (spec: string): Promise<Series> => {
  const series = await loadSeries(spec)
  requireKnown(series)
  return series
}
