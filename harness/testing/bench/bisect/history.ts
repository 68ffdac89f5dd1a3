// SPDX-License-Identifier: MIT
import { type Commit, type Graph, isSuspect, makeGraph } from '../../../bisect/core/graph.ts'

/** A history with a known culprit, to be found through runs only. */
export interface Riddle {
  readonly graph: Graph
  readonly culprit: string
  /** Share of a bad commit's runs that show the symptom. */
  readonly rate: number
  readonly skipped: ReadonlySet<string>
}

export interface RiddleOptions {
  readonly commits: number
  readonly rate: number
  /** Share of commits that cannot be tested. */
  readonly skips: number
  /** Share of commits that start or end a side branch. */
  readonly merges: number
}

const pick = <T>(items: readonly T[], random: () => number): T => items[Math.floor(random() * items.length)]!

/** Grows a history with side branches; one tip is left at the end. */
const grow = ({ commits, merges }: RiddleOptions, random: () => number): readonly Commit[] => {
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
    // A branch goes on from where it started, as long as another is left to merge it into.
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

/** Single broken commits and short broken ranges; never the newest, which is the bad end. */
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

/** A random history, its culprit anywhere in it, a commit that cannot be tested included. */
export const makeRiddle = (options: RiddleOptions, random: () => number): Riddle => {
  const commits = grow(options, random)
  const graph = makeGraph(commits, { bad: commits.at(-1)!.id, good: ['good'], bases: [] })
  return {
    graph,
    culprit: pick(commits, random).id,
    rate: options.rate,
    skipped: breakSome(graph, options.skips, random),
  }
}

/** One run of a commit of the riddle. */
export const runOnce = (riddle: Riddle, commit: string, random: () => number): 'bad' | 'clean' | 'skip' => {
  if (riddle.skipped.has(commit)) return 'skip'
  if (commit === 'good') return 'clean'
  const isBad = isSuspect(riddle.graph, commit, riddle.graph.indexOf.get(riddle.culprit)!)
  return isBad && random() < riddle.rate ? 'bad' : 'clean'
}
