// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { UsageError } from '../../model/errors.ts'
import { numberOf, orderMails } from './mailorder.ts'

test.each<[string, string | undefined]>([
  ['[PATCH 1/2] mm: x', '1/2'],
  ['[PATCH v3 mm-unstable 02/10] mm: x', 'v3 2/10'],
  ['[RFC][PATCH 0/4] x', '0/4'],
  ['[PATCH RESEND V2 3/3] x', 'v2 3/3'],
  ['[PATCH] mm: x [1/2]', undefined],
  ['[PATCH] mm: take 1/2 of it', undefined],
  ['[PATCH 2023/01/10] x', undefined],
  ['Re: [PATCH 1/2] x', undefined],
  ['mm: x', undefined],
])('the number of %s is %s', (subject, expected) => {
  const found = numberOf(subject)
  expect(found && `${found.version} ${found.nth}/${found.of}`.trim()).toBe(expected)
})

/** A mail by its subject; a star at its end is a diff. */
const mail = (text: string) => {
  const whole = text.replace('*', '')
  return {
    subject: whole.replace(/\[.*?\] */g, ''),
    number: numberOf(whole),
    isReply: whole.startsWith('Re:'),
    diff: text.endsWith('*'),
  }
}
const order = (...subjects: string[]) =>
  orderMails('box', subjects.map(mail), ({ diff }) => diff).map(({ subject }) => subject)

describe('an mbox', () => {
  test.each<[string, string[], string[]]>([
    ['in the order of the numbers', ['[PATCH 2/2] b*', '[PATCH 1/2] a*'], ['a', 'b']],
    [
      'ten come after two',
      [
        '[PATCH 10/10] k*',
        ...'jihgfedcba'
          .slice(1)
          .split('')
          .map((c, i) => `[PATCH ${9 - i}/10] ${c}*`),
      ],
      [...'abcdefghi', 'k'],
    ],
    ['without the cover letter, whatever it holds', ['[PATCH 0/1] c*', '[PATCH 1/1] a*'], ['a']],
    ['without replies', ['[PATCH 1/1] a*', 'Re: [PATCH 1/1] a*', 'thanks'], ['a']],
    ['in the order of the mbox where there are no numbers', ['b*', 'talk', 'a*'], ['b', 'a']],
    ['one mail alone may be any part', ['[PATCH 3/7] c*'], ['c']],
    ['nothing', ['talk'], []],
  ])('%s', (_, mails, expected) => expect(order(...mails)).toEqual(expected))

  test.each<[string, string[]]>([
    ['box: missing: [PATCH 2/3]', ['[PATCH 1/3] a*', '[PATCH 3/3] c*']],
    ['box: missing: [PATCH 2/2]', ['[PATCH 0/2] cover', '[PATCH 1/2] a*']],
    ['box: missing: [PATCH 2/2]', ['[PATCH 1/2] a*', 'Re: [PATCH 1/2] a']],
    ['box: there more than once: [PATCH 1/2]', ['[PATCH 1/2] a*', '[PATCH 1/2] b*', '[PATCH 2/2] c*']],
    ['box: mails of several series: [PATCH 1/2] and [PATCH v2 1/2]', ['[PATCH 1/2] a*', '[PATCH v2 1/2] b*']],
    ['box: mails of several series: [PATCH 1/1] and [PATCH 2/2]', ['[PATCH 1/1] a*', '[PATCH 2/2] b*']],
    ['box: mails of several series: [PATCH 1/1] and [PATCH 0/2]', ['[PATCH 0/2] c', '[PATCH 1/1] a*']],
    ['box: there is no [PATCH 3/2]', ['[PATCH 1/2] a*', '[PATCH 2/2] b*', '[PATCH 3/2] b*']],
    ['box: "b" has no number', ['[PATCH 1/1] a*', '[PATCH] b*']],
    ['box: [PATCH 2/2] "b" has no diff', ['[PATCH 1/2] a*', '[PATCH 2/2] b']],
  ])('%s', (message, mails) => {
    expect(() => order(...mails)).toThrow(UsageError)
    expect(() => order(...mails)).toThrow(message)
  })
})
