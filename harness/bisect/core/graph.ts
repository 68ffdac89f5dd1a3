// SPDX-License-Identifier: MIT

/** One commit between the ends. */
export interface Commit {
  readonly id: string
  readonly parents: readonly string[]
  readonly subject: string
  readonly author: string
  /** ISO 8601. */
  readonly date: string
}

/** A commit id, or one with a prefix such as `revert:`, with the hash shortened to 12 digits. */
export const shortId = (id: string): string => id.replace(/[0-9a-f]{40,64}/, (hash) => hash.slice(0, 12))

/** The commits that the user gave; `bases` are the merge bases for good ends that are not ancestors of the bad end. */
export interface Ends {
  readonly bad: string
  readonly good: readonly string[]
  readonly bases: readonly string[]
}

/**
 * The commits that may have introduced the symptom: reachable from the bad end, not from a good one. A culprit is
 * given by its index; `commits.length` stands for "older than all of them".
 */
export interface Graph {
  readonly ends: Ends
  /** Every parent before its children. */
  readonly commits: readonly Commit[]
  readonly indexOf: ReadonlyMap<string, number>
  /** 32-bit words in a row of `ancestry`. */
  readonly words: number
  /** One row of bits for each commit: itself and its ancestors. */
  readonly ancestry: Uint32Array
}

/** With more commits, the ancestry alone would take half a gigabyte. */
export const MAX_COMMITS = 65_536

/** A graph of commits that come oldest first, as `git rev-list --topo-order --reverse` writes them. */
export const makeGraph = (commits: readonly Commit[], ends: Ends): Graph => {
  if (commits.length > MAX_COMMITS) throw new RangeError(`${commits.length} commits are too many to search at once`)
  const indexOf = new Map(commits.map(({ id }, index) => [id, index]))
  const words = Math.ceil(commits.length / 32)
  const ancestry = new Uint32Array(commits.length * words)
  commits.forEach(({ id, parents }, index) => {
    const row = ancestry.subarray(index * words, (index + 1) * words)
    for (const parent of parents) {
      const at = indexOf.get(parent)
      if (at === undefined) continue
      if (at >= index) throw new RangeError(`${id} comes before its parent ${parent}`)
      const from = at * words
      for (let word = 0; word < words; word++) row[word]! |= ancestry[from + word]!
    }
    row[index >>> 5]! |= 1 << (index & 31)
  })
  return { ends, commits, indexOf, words, ancestry }
}

/** The index of the culprit "older than every commit here". */
export const older = (graph: Graph): number => graph.commits.length

/** Calls `visit` with each culprit that would make `id` bad. */
export const eachSuspect = (graph: Graph, id: string, visit: (culprit: number) => void): void => {
  visit(older(graph))
  const index = graph.indexOf.get(id)
  if (index === undefined) {
    // --path may leave the bad end out of the commits; good ends and bases are older than all of them.
    if (id === graph.ends.bad) for (let culprit = 0; culprit < graph.commits.length; culprit++) visit(culprit)
    return
  }
  const { words, ancestry } = graph
  for (let word = 0; word <= index >>> 5; word++) {
    let bits = ancestry[index * words + word]!
    while (bits !== 0) {
      const low = 31 - Math.clz32(bits & -bits)
      visit(word * 32 + low)
      bits &= bits - 1
    }
  }
}

/** True when `culprit` would make `id` bad. */
export const isSuspect = (graph: Graph, id: string, culprit: number): boolean => {
  if (culprit === older(graph)) return true
  const index = graph.indexOf.get(id)
  if (index === undefined) return id === graph.ends.bad
  return ((graph.ancestry[index * graph.words + (culprit >>> 5)]! >>> (culprit & 31)) & 1) === 1
}
