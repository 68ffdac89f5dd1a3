// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Commit, eachSuspect, isSuspect, makeGraph, older } from './graph.ts'

const commit = (id: string, parents: readonly string[]): Commit => ({ id, parents, subject: id, author: '', date: '' })
const ends = { bad: 'bad', good: ['good'], bases: [] }

/** Parents are chosen among earlier commits, so that the order is one that git would give. */
const histories = fc
  .array(fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 70 })
  .map((rows) =>
    rows.map((row, index) =>
      commit(
        `c${index}`,
        row.map((n) => (index === 0 ? 'good' : `c${n % index}`)),
      ),
    ),
  )

const ancestorsOf = (commits: readonly Commit[], id: string): ReadonlySet<string> => {
  const found = new Set<string>()
  const open = [id]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const known = commits.find((one) => one.id === next)
    if (!known || found.has(next)) continue
    found.add(next)
    open.push(...known.parents)
  }
  return found
}

describe('the suspects of a commit', () => {
  test('are the commit itself, its ancestors and "older than all"', () => {
    fc.assert(
      fc.property(histories, (commits) => {
        const graph = makeGraph(commits, ends)
        for (const { id } of commits) {
          const suspects: number[] = []
          eachSuspect(graph, id, (culprit) => suspects.push(culprit))
          const names = suspects.filter((one) => one !== older(graph)).map((one) => commits[one]!.id)
          expect(new Set(names)).toEqual(ancestorsOf(commits, id))
          expect(suspects).toContain(older(graph))
          for (let culprit = 0; culprit <= commits.length; culprit++)
            expect(isSuspect(graph, id, culprit)).toBe(suspects.includes(culprit))
        }
      }),
      { numRuns: 50 },
    )
  })

  test('of a good end are only "older than all", of a bad end outside --path all commits', () => {
    const graph = makeGraph([commit('a', ['good']), commit('b', ['a'])], ends)
    const suspects = (id: string): readonly number[] => {
      const found: number[] = []
      eachSuspect(graph, id, (culprit) => found.push(culprit))
      return found.sort()
    }
    expect(suspects('good')).toEqual([2])
    expect(suspects('bad')).toEqual([0, 1, 2])
  })

  test('makeGraph refuses a child before its parent', () => {
    expect(() => makeGraph([commit('b', ['a']), commit('a', ['good'])], ends)).toThrow('before its parent')
  })
})
