// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cmdFile } from '../kernel/dependents.ts'
import { exists } from '../lib/files/exists.ts'
import { HostError } from '../model/errors.ts'
import { CannotExploreError } from './cannot.ts'

/** What kbuild recorded about an object. */
export interface ObjectRecord {
  /** The command line that made it. */
  readonly command: string
  /** The source that it is made of, from the build folder. */
  readonly source: string
}

/** Reads kbuild's record of an object; undefined when it is none. Since 6.2 the variable is named savedcmd. */
export const parseRecord = (text: string, object: string): ObjectRecord | undefined => {
  const [, command] = new RegExp(`^(?:saved)?cmd_${object.replaceAll('.', '\\.')} := (.+)$`, 'm').exec(text) ?? []
  const [, source] = new RegExp(`^source_${object.replaceAll('.', '\\.')} := (.+)$`, 'm').exec(text) ?? []
  return command === undefined || source === undefined ? undefined : { command, source }
}

/** Why an object with this record cannot be explored; undefined when it can. */
export const whyNotExplorable = (object: string, { source }: ObjectRecord): string | undefined => {
  if (source !== `../${object.replace(/\.o$/, '.c')}`) return `it was made of ${source}`
  return undefined
}

/** What the tree's own rules can take from an object: KCSAN_SANITIZE_x.o and KCOV_INSTRUMENT_x.o do. */
const INSTRUMENTS: readonly (readonly [flag: string, lacks: string])[] = [
  ['-fsanitize=thread', 'its accesses to memory are not calls: it is built without KCSAN'],
  ['-fsanitize-coverage=trace-pc', 'its blocks are not counted: it is built without KCOV'],
]

/** Why what this object does cannot be seen; undefined when it can. */
export const whyNotSeen = ({ command }: ObjectRecord): string | undefined =>
  INSTRUMENTS.find(([flag]) => !command.split(/\s+/).includes(flag))?.[1]

/**
 * Throws unless kbuild made each of these objects of its own source, with a call at every access. Without these calls every
 * search would be complete at once, and prove nothing.
 */
export const requireExplorable = async (dir: string, objects: readonly string[]): Promise<void> => {
  for (const object of objects) {
    const text = await readFile(join(dir, cmdFile(object)), 'utf8').catch(() => '')
    const record = (await exists(join(dir, object))) ? parseRecord(text, object) : undefined
    const why = record === undefined ? 'kbuild did not make it' : whyNotExplorable(object, record)
    if (why !== undefined)
      throw new HostError(`${object} cannot be explored: ${why}`, 'run: npx zsharness clean --all, and run it again')
    const unseen = whyNotSeen(record!)
    if (unseen !== undefined) throw new CannotExploreError(`cannot explore this kernel: ${object}: ${unseen}`)
  }
}
