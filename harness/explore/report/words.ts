// SPDX-License-Identifier: MIT
import type { FoundFailure, LegResult } from '../result.ts'
import type { Step } from '../schedule.ts'

/** `zs_free, mm/zsmalloc.c:1593`. */
export const placeText = ({ file, line, function: name }: Step['stack'][number]): string =>
  file === null ? name : `${name}, ${file}:${line}`

/** What a step does, in a few words. */
export const stepText = ({ op, on, text }: Pick<Step, 'op' | 'on' | 'text'>): string => {
  // What the source says is the plainest; a lock or a call has its own name.
  if (/^(?:read|write|atomic)/.test(op) && text !== '') return `${op}: ${text}`
  return on === null ? op : `${op} ${on}`
}

/** What a leg is called for a reader. */
export const legName = (leg: LegResult['leg']): string => (leg === 'before' ? 'without the patch' : 'with the patch')

/** How a failure rests on a model, as a warning; empty when it does not. */
export const modelText = ({ model }: Pick<FoundFailure, 'model'>): string =>
  model ? 'This failure rests on a model of ours: read the model before the kernel.' : ''
