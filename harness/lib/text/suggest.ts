// SPDX-License-Identifier: MIT

const distance = (a: string, b: string): number => {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1))
      // Two swapped neighbours are one typo, not two.
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      next.push(cost)
    }
    before = row
    row = next
  }
  return row[b.length]!
}

/** The candidate of which `word` is most likely a typo, if any is close enough. */
export const closest = (word: string, candidates: readonly string[]): string | undefined => {
  let best: { candidate: string; cost: number } | undefined
  for (const candidate of candidates) {
    const cost = distance(word.toLowerCase(), candidate.toLowerCase())
    if (cost <= Math.max(1, Math.floor(candidate.length / 3)) && cost < (best?.cost ?? Number.POSITIVE_INFINITY))
      best = { candidate, cost }
  }
  return best?.candidate
}

/** ` — did you mean x?`, or an empty text. */
export const didYouMean = (word: string, candidates: readonly string[]): string => {
  const near = closest(word, candidates)
  return near === undefined ? '' : ` — did you mean ${near}?`
}
