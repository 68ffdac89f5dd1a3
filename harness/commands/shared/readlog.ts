// SPDX-License-Identifier: MIT
import { DamagedError } from '../../lib/compress/index.ts'
import type { createLogReader } from '../../splat/index.ts'
import type { ReadFile } from '../../splat/show.ts'
import { ForeignError, type Log, textOf } from './logs.ts'

type LogReader = ReturnType<typeof createLogReader>

/** What was read of a log, and why not all of it. */
export interface ReadLog {
  /** Undefined when nothing could be read. */
  readonly file: ReadFile | undefined
  readonly problems: readonly string[]
  /** Something is missing. */
  readonly isIncomplete: boolean
}

const NEWLINE = Buffer.from('\n')

/** Passes the text of all parts on; a part begins a line. */
const pushParts = async ({ paths, isFound }: Log, push: LogReader['push']): Promise<void> => {
  let last: number | undefined
  for (const path of paths) {
    if (last !== undefined && last !== NEWLINE[0]) push(NEWLINE)
    for await (const chunk of textOf(path, isFound)) {
      push(chunk)
      last = chunk.at(-1)
    }
  }
}

/** What the end of a log says of records that are unreadable. */
const unreadText = (unread: ReturnType<LogReader['end']>['unread']): readonly string[] => {
  if (unread === undefined) return []
  const records = unread.count === 1 ? 'a record' : `${unread.count} records`
  return [`${records} cannot be read, the first on line ${unread.line}: the log is damaged or cut off`]
}

/** Reads a log to its end, or as far as it can be read. */
export const readLog = async (log: Log, reader: LogReader): Promise<ReadLog> => {
  let failure: unknown
  let isBegun = false
  const push = (chunk: Uint8Array): void => {
    isBegun = true
    reader.push(chunk)
  }
  try {
    await pushParts(log, push)
  } catch (error) {
    failure = error
  }
  if (failure instanceof ForeignError)
    return { file: undefined, problems: [failure.message], isIncomplete: !failure.isHarmless }
  const { splats, lines, dropped, unread } = reader.end()
  const isIncomplete = failure !== undefined
  if (isIncomplete && !isBegun && !(failure instanceof DamagedError))
    return { file: undefined, problems: [(failure as Error).message], isIncomplete }
  const rest = isIncomplete ? [`${(failure as Error).message}: only ${lines} lines were read`] : []
  return {
    file: { file: log.name, splats, lines, dropped },
    problems: [...rest, ...unreadText(unread)],
    isIncomplete: isIncomplete || unread !== undefined,
  }
}
