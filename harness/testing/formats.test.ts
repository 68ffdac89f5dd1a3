// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { junitReport } from '../report/junit.ts'
import { junitErrors } from './formats.ts'
import { aReport } from './runs.ts'

const xml = junitReport(aReport())

test('JUnit as it is written fits the schema', async () => expect(await junitErrors(xml)).toBe(''))

test.each<[string, (text: string) => string]>([
  ['cut short', (text) => text.slice(0, -20)],
  ['without its declaration and root', () => ''],
  ['with a bare ampersand', (text) => text.replace('zsharness', 'a&b')],
  ['with a control character', (text) => text.replace('zsharness', 'a\u0001')],
  ['with a tag left open', (text) => text.replace('</testcase>', '')],
  ['with an unknown element', (text) => text.replace('</testcase>', '<passed/></testcase>')],
  ['with a count that is no number', (text) => text.replace(/tests="\d+"/, 'tests="some"')],
  ['with a time zone', (text) => text.replace(/timestamp="([^"]+)"/, 'timestamp="$1Z"')],
])('XML %s does not', async (_, broken) => {
  expect(broken(xml)).not.toBe(xml)
  expect(await junitErrors(broken(xml))).toMatch(/parser error|Schemas validity error/)
})
