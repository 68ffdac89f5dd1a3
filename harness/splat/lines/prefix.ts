// SPDX-License-Identifier: MIT

/** A line without its prefix, and what the prefix says. */
export interface Message {
  /** The message alone: no prefix, no control characters, no outer blanks. */
  readonly text: string
  readonly timeS: number | undefined
  /** PRINTK_CALLER id: `T123` or `C1`. */
  readonly caller: string | undefined
  /** Who wrote it, as far as the prefix shows. */
  readonly origin: 'kernel' | 'user' | 'unknown'
}

interface Draft {
  timeS: number | undefined
  caller: string | undefined
  origin: Message['origin']
}

interface Prefix {
  /** The characters with which it can begin. */
  readonly first: string
  readonly re: RegExp
  readonly apply: (match: RegExpExecArray, draft: Draft) => void
}

const kernel = (draft: Draft): void => {
  if (draft.origin === 'unknown') draft.origin = 'kernel'
}

const tag = (match: RegExpExecArray, draft: Draft): void => {
  draft.origin = (match.groups?.tag ?? match.groups?.tag2) === 'kernel' ? 'kernel' : 'user'
}

// Programs that write to /dev/kmsg have another facility than the kernel, 0.
const facility = (priority: number, draft: Draft): void => {
  if (draft.origin === 'unknown') draft.origin = priority < 8 ? 'kernel' : 'user'
}

const DIGITS = '0123456789'
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
// Some locales write months and week days in lower case.
const LETTERS = `${UPPER}${UPPER.toLowerCase()}`
const WORD = String.raw`[A-Za-z][a-z\u00c0-\u017f]{1,4}\.?`
const PROGRAM = String.raw`[A-Za-z_(][^\s:\[\]]*`
// Kernel messages that look like a host, a program and a colon: `NMI watchdog: BUG:`, `divide error: 0000`.
const NOT_A_HOST = [
  '[A-Z][a-z]+ [a-z]+ ?:',
  '(?:NMI watchdog|divide error|stack segment|double fault|invalid opcode):',
  '[a-z]+ (?:backtrace|dump|object|corruption):',
].join('|')
const HOST_AND_PROGRAM = String.raw`(?!${NOT_A_HOST})[\w.@-]+ (?<tag>${PROGRAM})(?:\[\d+\])?`
// Without a host, only the kernel or a program with its pid: `BUG:` is no program.
const PROGRAM_ALONE = String.raw`(?<tag2>kernel|${PROGRAM}(?=\[\d+\]))(?:\[\d+\])?`
const TAG = `(?:${HOST_AND_PROGRAM}|${PROGRAM_ALONE})(?:: |:$|(?<= kernel):)`
const CLOCK = String.raw`\d\d:\d\d:\d\d(?:[.,]\d+)?`

/** Syslog's own prefix, up to the message. */
const SYSLOG = new RegExp(String.raw`^${WORD} {1,2}\d{1,2} ${CLOCK} ${TAG}`)

/** The prefixes of messages on consoles, in syslog, journalctl, dmesg, /dev/kmsg and mails. A line may have several. */
const PREFIXES: readonly Prefix[] = [
  { first: '>|', re: /^(?:>[ \t]?|\|[ \t])+/, apply: () => {} },
  {
    first: '[',
    re: /^\[ {0,6}(?<time>\d{1,9}\.\d{3,9})(?:[@,]\d+| <[ \d.]{1,20}>)?\](?:\[ *(?<caller>[TC]\d+)\])?(?: \[ *(?<caller2>[TC]\d+)\])?/,
    apply: (match, draft) => {
      draft.timeS = Number(match.groups?.time)
      draft.caller = match.groups?.caller ?? match.groups?.caller2 ?? draft.caller
      kernel(draft)
    },
  },
  // RFC 5424: version, time, host, program, pid, message id and structured data.
  {
    first: '<',
    re: /^<\d{1,3}>1 (?:-|\d{4}-\d\d-\d\dT\S{8,30}) \S{1,255} (?<tag>\S{1,48}) \S{1,128} \S{1,32} (?:-|(?:\[[^\]]{0,1000}\])+)(?: \ufeff?|$)/,
    apply: tag,
  },
  {
    first: '<',
    re: /^<(?<priority>\d{1,3})>/,
    apply: (match, draft) => facility(Number(match.groups?.priority), draft),
  },
  {
    first: DIGITS,
    re: /^(?<priority>\d{1,3}),\d+,(?<us>\d+),[-c+](?<more>[^;]{0,160});/,
    apply: (match, draft) => {
      facility(Number(match.groups?.priority), draft)
      draft.timeS = Number(match.groups?.us) / 1e6
      draft.caller = /,caller=([TC]\d+)/.exec(match.groups?.more ?? '')?.[1] ?? draft.caller
    },
  },
  { first: LETTERS, re: SYSLOG, apply: tag },
  { first: LETTERS, re: new RegExp(String.raw`^${WORD} {1,2}\d{1,2} ${CLOCK}(?= )`), apply: () => {} },
  // journalctl -o short-full
  {
    first: LETTERS,
    re: new RegExp(String.raw`^${WORD} \d{4}-\d\d-\d\d ${CLOCK} [\w+:/-]{1,20} ${TAG}`),
    apply: tag,
  },
  {
    first: UPPER,
    re: new RegExp(String.raw`^[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} ${CLOCK} \d{4} \w+\.\w+ ${TAG}`),
    apply: tag,
  },
  // dmesg --time-format=iso is the one with a comma; it has no host.
  {
    first: DIGITS,
    re: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d,\d{6}[+-]\d\d:?\d\d (?!\S+ kernel: )/,
    apply: (_, draft) => kernel(draft),
  },
  {
    first: DIGITS,
    re: new RegExp(String.raw`^\d{4}-\d\d-\d\d[T ]${CLOCK}(?:Z|[+-]\d\d:?\d\d)? ${TAG}`),
    apply: tag,
  },
  {
    first: DIGITS,
    re: new RegExp(String.raw`^\d{4}-\d\d-\d\d[T ]${CLOCK}(?:Z|[+-]\d\d:?\d\d)?[ \t]*`),
    apply: () => {},
  },
  {
    first: 'kudsa',
    re: /^(?<facility>kern|user|daemon|syslog|auth) *:(?:emerg|alert|crit|err|warn|notice|info|debug) *: /,
    apply: (match, draft) => {
      draft.origin = match.groups?.facility === 'kern' ? 'kernel' : 'user'
    },
  },
  {
    first: '[',
    re: new RegExp(String.raw`^\[[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} ${CLOCK} \d{4}(?: <[ \d.]{1,20}>)?\]`),
    apply: (_, draft) => kernel(draft),
  },
  { first: '[', re: /^\[(?:[A-Z][a-z]{2} ?\d{1,2} \d\d:\d\d| *\+\d+\.\d+)\]/, apply: (_, draft) => kernel(draft) },
  { first: '[', re: new RegExp(String.raw`^\[\d{4}-\d\d-\d\d[T ]${CLOCK}(?:Z|[+-]\d\d:?\d\d)?\]`), apply: () => {} },
  // The caller alone: CONFIG_PRINTK_CALLER without CONFIG_PRINTK_TIME.
  {
    first: '[',
    re: /^\[ {0,8}(?<caller>[TC]\d+)\](?= )/,
    apply: (match, draft) => {
      draft.caller = match.groups?.caller ?? draft.caller
      kernel(draft)
    },
  },
  // Vendor kernels put the CPU and the task here.
  { first: '[', re: /^\[\d{1,2}: {0,16}[^\]:]{1,16}: {0,6}\d+\]/, apply: (_, draft) => kernel(draft) },
  // Since 6.9 each line of a leak report has it.
  { first: 'k', re: /^kmemleak: (?= |unreferenced)/, apply: () => {} },
  { first: LETTERS + DIGITS, re: /^(?:[\w.@-]{1,64} )?kernel: /, apply: (_, draft) => kernel(draft) },
  { first: '-.(', re: /^[-.]?\(\d\)\[\d+:[^\]]{1,20}\]/, apply: (_, draft) => kernel(draft) },
]

const byFirst = new Map<string, readonly Prefix[]>(
  [...new Set(PREFIXES.flatMap(({ first }) => [...first]))].map((char) => [
    char,
    PREFIXES.filter(({ first }) => first.includes(char)),
  ]),
)

const stripOne = (text: string, draft: Draft): string | undefined => {
  for (const { re, apply } of byFirst.get(text.charAt(0)) ?? []) {
    const match = re.exec(text)
    if (match === null) continue
    apply(match, draft)
    return text.slice(match[0].length).trimStart()
  }
  return undefined
}

/** Removes everything that is not the message, and keeps the time, caller and origin that it names. */
export const stripPrefix = (part: string): Message => {
  const draft: Draft = { timeS: undefined, caller: undefined, origin: 'unknown' }
  let text = part.trimStart()
  for (let rest = stripOne(text, draft); rest !== undefined; rest = stripOne(text, draft)) text = rest
  const { timeS, caller, origin } = draft
  return { text: text.trimEnd(), timeS, caller, origin }
}

/** Syslog's prefix of a line, and who wrote the message; undefined where another prefix may come before it. */
export const syslogPrefix = (
  line: string,
): { readonly text: string; readonly origin: Message['origin'] } | undefined => {
  const match = SYSLOG.exec(line)
  if (match === null || !/^[ -~]+: $/.test(match[0])) return undefined
  return {
    text: match[0],
    origin: match.groups?.tag === 'kernel' || match.groups?.tag2 === 'kernel' ? 'kernel' : 'user',
  }
}
