// SPDX-License-Identifier: MIT
import { type Commit, type Graph, isSuspect, makeGraph } from '../../../bisect/core/graph.ts'

/** A simulated history with a known culprit. */
export interface SimulatedHistory {
  readonly graph: Graph
  readonly culprit: string
  /** The share of runs of a bad commit that show the symptom. */
  readonly rate: number
  readonly skipped: ReadonlySet<string>
}

/** The parameters of a simulated history. */
export interface HistoryOptions {
  readonly commits: number
  readonly rate: number
  /** The share of commits that cannot be tested. */
  readonly skips: number
  /** The share of commits that start or end a side branch. */
  readonly merges: number
}

const pick = <T>(items: readonly T[], random: () => number): T => items[Math.floor(random() * items.length)]!

/** A random history with side branches, all merged at the end. */
const grow = ({ commits, merges }: HistoryOptions, random: () => number): readonly Commit[] => {
  const made: Commit[] = []
  let tips = ['good']
  const add = (parents: readonly string[]): string => {
    const id = `c${made.length}`
    made.push({ id, parents, subject: id, author: 'a', date: '2023-01-01' })
    return id
  }
  while (made.length + tips.length - 1 < commits) {
    const tip = pick(tips, random)
    const others = tips.filter((other) => other !== tip)
    const id = add([tip])
    // A new branch leaves its parent as a tip; a merge needs another tip.
    if (random() < merges && tips.length < 4) tips = [...tips, id]
    else if (random() < merges && others.length > 0) {
      const other = pick(others, random)
      tips = [...others.filter((one) => one !== other), add([other, id])]
    } else tips = [...others, id]
  }
  let last = tips[0]!
  for (const tip of tips.slice(1)) last = add([last, tip])
  return made
}

/** Chooses untestable commits, single and in short ranges; never the newest, which is the bad end. */
const breakSome = (graph: Graph, share: number, random: () => number): ReadonlySet<string> => {
  const skipped = new Set<string>()
  const ids = graph.commits.map(({ id }) => id).slice(0, -1)
  while (skipped.size < share * ids.length) {
    const at = Math.floor(random() * ids.length)
    const length = random() < 0.3 ? 3 : 1
    for (const id of ids.slice(at, at + length)) skipped.add(id)
  }
  return skipped
}

/** A random history; any commit can be the culprit, also one that cannot be tested. */
export const simulateHistory = (options: HistoryOptions, random: () => number): SimulatedHistory => {
  const commits = grow(options, random)
  const graph = makeGraph(commits, { bad: commits.at(-1)!.id, good: ['good'], bases: [] })
  return {
    graph,
    culprit: pick(commits, random).id,
    rate: options.rate,
    skipped: breakSome(graph, options.skips, random),
  }
}

/** Simulates one run of a commit. */
export const runOnce = (history: SimulatedHistory, commit: string, random: () => number): 'bad' | 'clean' | 'skip' => {
  if (history.skipped.has(commit)) return 'skip'
  if (commit === 'good') return 'clean'
  const isBad = isSuspect(history.graph, commit, history.graph.indexOf.get(history.culprit)!)
  return isBad && random() < history.rate ? 'bad' : 'clean'
}
