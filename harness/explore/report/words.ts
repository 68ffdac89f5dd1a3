// SPDX-License-Identifier: MIT
import type { FoundFailure, LegResult } from '../result.ts'
import type { Step } from '../schedule.ts'

/** `zs_free, mm/zsmalloc.c:1593`. */
export const placeText = ({ file, line, function: name }: Step['stack'][number]): string =>
  file === null ? name : `${name}, ${file}:${line}`

const PLAIN: Readonly<Record<string, string>> = {
  end: 'ends',
  failure: 'goes wrong here',
}

/** What a step does, in a few words: the source says it best. */
export const stepText = ({ op, on, text, variable }: Pick<Step, 'op' | 'on' | 'text' | 'variable'>): string => {
  if (op === 'call') return `begins: ${on ?? 'its work'}`
  const word = PLAIN[op] ?? op
  const what = variable ?? on
  if (text === '') return what === null ? word : `${word} ${what}`
  // The source often names it, and says it best: there the object has the name of a variable.
  return variable === null || text.includes(variable.replace(/^.*?(?=->)/, ''))
    ? `${word}: ${text}`
    : `${word} ${variable}: ${text}`
}

/** What a leg is called for a reader. */
export const legName = (leg: LegResult['leg']): string => (leg === 'before' ? 'without the patch' : 'with the patch')

/** How a failure rests on a model, as a warning; empty when it does not. */
export const modelText = ({ model }: Pick<FoundFailure, 'model'>): string =>
  model ? 'This failure rests on a model of ours: read the model before the kernel.' : ''

/** What went wrong, without saying it twice. */
export const symptomText = ({ kind, text }: Pick<FoundFailure, 'kind' | 'text'>): string =>
  text.replaceAll(' ', '-').startsWith(kind) ? text : `${kind}: ${text}`
