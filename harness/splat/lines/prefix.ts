// SPDX-License-Identifier: MIT
import type { LogRecord } from './record.ts'

type Fields = Omit<LogRecord, 'line' | 'raw'>

interface Draft {
  timeS: number | null
  caller: string | null
  origin: LogRecord['origin']
}

interface Prefix {
  readonly re: RegExp
  readonly apply: (match: RegExpExecArray, draft: Draft) => void
}

const kernel = (draft: Draft): void => {
  if (draft.origin === 'unknown') draft.origin = 'kernel'
}

const tag = (match: RegExpExecArray, draft: Draft): void => {
  draft.origin = match.groups?.tag === 'kernel' ? 'kernel' : 'user'
}

const TAG = String.raw`(?<tag>[A-Za-z_][^\s:\[\]]*)(?:\[\d+\])?: ?`
const CLOCK = String.raw`\d\d:\d\d:\d\d(?:[.,]\d+)?`

/** What stands before a message on consoles, in syslog, journalctl, dmesg, /dev/kmsg and mails; tried in turn, again and again. */
const PREFIXES: readonly Prefix[] = [
  { re: /^(?:>[ \t]?|\|[ \t])+/, apply: () => {} },
  {
    re: /^\[ {0,6}(?<time>\d{1,9}\.\d{3,9})\](?:\[ *(?<caller>[TC]\d+)\])?(?: \[ *(?<caller2>[TC]\d+)\])?/,
    apply: (match, draft) => {
      draft.timeS = Number(match.groups?.time)
      draft.caller = match.groups?.caller ?? match.groups?.caller2 ?? draft.caller
      kernel(draft)
    },
  },
  { re: /^<\d{1,3}>/, apply: (_, draft) => kernel(draft) },
  {
    re: /^\d{1,3},\d+,(?<us>\d+),[-c+][^;]{0,80}?(?:,caller=(?<caller>[TC]\d+))?[^;]{0,80};/,
    apply: (match, draft) => {
      draft.timeS = Number(match.groups?.us) / 1e6
      draft.caller = match.groups?.caller ?? draft.caller
      kernel(draft)
    },
  },
  { re: new RegExp(String.raw`^[A-Z][a-z]{2} {1,2}\d{1,2} ${CLOCK} (?:[\w.-]+ )?${TAG}`), apply: tag },
  { re: new RegExp(String.raw`^[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} ${CLOCK} \d{4} \w+\.\w+ ${TAG}`), apply: tag },
  { re: new RegExp(String.raw`^\d{4}-\d\d-\d\d[T ]${CLOCK}(?:Z|[+-]\d\d:?\d\d)? (?:[\w.-]+ )${TAG}`), apply: tag },
  { re: new RegExp(String.raw`^\d{4}-\d\d-\d\d[T ]${CLOCK}(?:Z|[+-]\d\d:?\d\d)?[ \t]*`), apply: () => {} },
  {
    re: /^(?<facility>kern|user|daemon|syslog|auth) *:(?:emerg|alert|crit|err|warn|notice|info|debug) *: /,
    apply: (match, draft) => {
      draft.origin = match.groups?.facility === 'kern' ? 'kernel' : 'user'
    },
  },
  {
    re: new RegExp(String.raw`^\[[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} ${CLOCK} \d{4}\]`),
    apply: (_, draft) => kernel(draft),
  },
  { re: /^\[(?:[A-Z][a-z]{2} ?\d{1,2} \d\d:\d\d| *\+\d+\.\d+)\]/, apply: (_, draft) => kernel(draft) },
  // Since 6.9 each line of a leak's report has it.
  { re: /^kmemleak: (?= |unreferenced)/, apply: () => {} },
  { re: /^kernel: /, apply: (_, draft) => kernel(draft) },
  { re: /^-?\(\d\)\[\d+:[^\]]{1,20}\]/, apply: (_, draft) => kernel(draft) },
]

/** Takes everything off that is not the message, and keeps what it tells of time, caller and origin. */
export const stripPrefix = (part: string): Fields => {
  const draft: Draft = { timeS: null, caller: null, origin: 'unknown' }
  let text = part.trim()
  for (let again = true; again; ) {
    again = false
    for (const { re, apply } of PREFIXES) {
      const match = re.exec(text)
      if (match === null || match[0] === '') continue
      apply(match, draft)
      text = text.slice(match[0].length).trimStart()
      again = true
    }
  }
  return { ...draft, text }
}
