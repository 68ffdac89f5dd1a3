// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { UsageError } from '../../model/errors.ts'
import { loadYaml, parseYaml } from './load.ts'

const schema = z.strictObject({
  title: z.string(),
  needs: z.array(z.strictObject({ series: z.string(), state: z.enum(['applies', 'code-gone']).optional() })).optional(),
  limits: z.strictObject({ boot: z.number().optional() }).optional(),
})

const BOMB = `a: &a [${'x, '.repeat(9)}x]\n${'bcdefghi'.replace(/./g, (name) => {
  const before = String.fromCharCode(name.charCodeAt(0) - 1)
  return `${name}: &${name} [${Array(10).fill(`*${before}`).join(', ')}]\n`
})}`

const messageOf = (text: string): string => {
  try {
    parseYaml(text, 'a.yaml', schema, 'docs/keys.md')
    return 'no error'
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError)
    expect((error as UsageError).hint).toBe('correct the file; see docs/keys.md for its keys')
    return (error as UsageError).message
  }
}

describe('parseYaml', () => {
  test('gives the typed value', () => {
    expect(parseYaml('title: x\nlimits: {boot: 3}\n', 'a.yaml', schema, 'docs/keys.md')).toEqual({
      title: 'x',
      limits: { boot: 3 },
    })
  })

  test.each([
    ['titel: x\ntitle: y\n', 'a.yaml:1:1: unknown key "titel" — did you mean title? (known: title, needs, limits)'],
    [
      'title: x\nneeds:\n  - seris: y\n    series: z\n',
      'a.yaml:3:5: needs[0]: unknown key "seris" — did you mean series?',
    ],
    ['title: x\nlimits:\n  boots: 3\n', 'a.yaml:3:3: limits: unknown key "boots" — did you mean boot?'],
    [
      'title: x\nneeds:\n  - series: y\n    state: aplies\n',
      'a.yaml:4:12: needs[0].state: "aplies" is none of applies, code-gone — did you mean applies?',
    ],
    ['title: 3\n', 'a.yaml:1:8: title: Invalid input: expected string, received number'],
    ['limits: {}\n', 'a.yaml:1:1: title: Invalid input: expected string, received undefined'],
    ['title: x\ntitle: y\n', 'a.yaml:2:1: Map keys must be unique'],
    ['title: [x\n', 'a.yaml:2:1: '],
    ['', 'a.yaml:1:1: title: '],
    ['- x\n', 'a.yaml:1:1: Invalid input: expected object, received array'],
    ['title: x\n? {a: 1}\n: 2\n', 'a.yaml:2:3: a key must be a text'],
    [BOMB, 'a.yaml:2:8: the aliases stand for too many values: write some out'],
    ['title: x\n'.concat('['.repeat(5_000)), 'a.yaml:2:1: nested deeper than 64 levels'],
    [`title: x\n${'- '.repeat(5_000)}x\n`, 'a.yaml:2:1: nested deeper than 64 levels'],
    [Array.from({ length: 3_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), 'a.yaml:201:1: nested deeper than 64'],
    [`title: x\n${'limits: '.repeat(2_000)}x\n`, 'a.yaml:2:1: nested deeper than 64'],
  ])('%j → %s', (text, expected) => {
    expect(messageOf(text)).toContain(expected)
  })

  test('reports every problem at its place', () => {
    expect(messageOf('titel: x\nlimits:\n  boot: soon\n').split('\n')).toHaveLength(3)
  })
})

test('loadYaml names a file that is not there', async () => {
  await expect(loadYaml('/no/such.yaml', schema, 'docs/keys.md')).rejects.toThrow(
    '/no/such.yaml: cannot be read (ENOENT)',
  )
})

test('many keys take no quadratic time, and many problems are not all printed', () => {
  const cpuOf = (count: number): number => {
    const keys = Array.from({ length: count }, (_, i) => `k${i}: 1`)
    const before = process.cpuUsage()
    const problems = messageOf(`title: x\n${keys.join('\n')}\n`).split('\n')
    const { user, system } = process.cpuUsage(before)
    expect(problems.length).toBeLessThan(30)
    return user + system
  }
  cpuOf(3_000)
  // Ten times the keys: a hundred times the work would be quadratic.
  expect(cpuOf(30_000) / cpuOf(3_000)).toBeLessThan(40)
}, 60_000)

test('loadYaml does not read on for ever', async () => {
  await expect(loadYaml('/dev/zero', schema, 'docs/keys.md')).rejects.toMatchObject({
    exitCode: 2,
    message: '/dev/zero: larger than 4 MiB',
  })
})
