// SPDX-License-Identifier: MIT
import { z } from 'zod'
import { decoded, decodeWords, unquoted } from '../../lib/text/mime.ts'

/** What a reply to the mail of a patch needs to know of it. Addresses are as in the mail, encoded words too. */
export const patchMail = z.object({
  /** With its brackets. */
  subject: z.string(),
  from: z.string(),
  to: z.string(),
  cc: z.string(),
  /** With its angle brackets; null when it has none. */
  messageId: z.string().nullable(),
  references: z.array(z.string()),
  /** The people in the last paragraph of the commit message: `Reviewed-by: …`, `Cc: …`. */
  trailers: z.array(z.string()),
})

export type PatchMail = z.infer<typeof patchMail>

const MAX_HEADERS = 100_000
const MAX_BODY = 1_000_000

const halves = (text: string): readonly [string, string] => {
  const end = text.indexOf('\n\n')
  return end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 2, end + 2 + MAX_BODY)]
}

/** The headers by name, each on one line; of two with one name, the first. */
const headersOf = (head: string): ReadonlyMap<string, string> => {
  const lines: string[] = []
  for (const line of head.slice(0, MAX_HEADERS).split('\n'))
    if (/^[ \t]/.test(line) && lines.length > 0) lines.push(`${lines.pop()} ${line.trim()}`)
    else lines.push(line)
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    if (colon > 0 && /^[a-z-]+$/.test(name) && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim())
  }
  return headers
}

const bodyOf = (headers: ReadonlyMap<string, string>, body: string): string => {
  const type = headers.get('content-type') ?? ''
  const charset = /charset="?([\w.-]{1,40})/i.exec(type)?.[1] ?? 'utf-8'
  switch ((headers.get('content-transfer-encoding') ?? '').toLowerCase()) {
    case 'base64':
      return decoded(Buffer.from(body, 'base64'), charset)
    case 'quoted-printable':
      return decoded(unquoted(body), charset)
    default:
      return body
  }
}

/** The commit message, without the diff. */
const messageOf = (body: string): string => {
  const end = /^(?:---(?: .*)?|diff --git .*)$/m.exec(body)
  return end === null ? body : body.slice(0, end.index)
}

const trailersOf = (message: string): readonly string[] =>
  (
    message
      .trim()
      .split(/\n[ \t]*\n/)
      .at(-1) ?? ''
  )
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^(?:[a-z][a-z-]{0,40}-by|cc): \S/i.test(line))

const IDS = /<[^\s<>@]{1,200}@[^\s<>@]{1,200}>/g

const idsOf = (text: string | undefined): readonly string[] => (text ?? '').slice(0, MAX_HEADERS).match(IDS) ?? []

/** What a reply needs to know of this mail. */
export const patchMailOf = (raw: string): PatchMail => {
  const [head, body] = halves(raw.replaceAll('\r\n', '\n'))
  const headers = headersOf(head)
  const [messageId = null] = idsOf(headers.get('message-id'))
  const references = [...idsOf(headers.get('references')), ...idsOf(headers.get('in-reply-to'))]
  return {
    subject: decodeWords(headers.get('subject') ?? ''),
    from: headers.get('from') ?? '',
    to: headers.get('to') ?? '',
    cc: headers.get('cc') ?? '',
    messageId,
    references: [...new Set(references)],
    trailers: [...trailersOf(messageOf(bodyOf(headers, body)))],
  }
}
