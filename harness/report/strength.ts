// SPDX-License-Identifier: MIT

const logChoose = (n: number, k: number): number => {
  let sum = 0
  for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i)
  return sum
}

/** The chance of `k` or more failures in `n` boots that each fail with chance `p`. */
const atLeast = (k: number, n: number, p: number): number => {
  let sum = 0
  for (let i = k; i <= n; i++) sum += Math.exp(logChoose(n, i) + i * Math.log(p) + (n - i) * Math.log1p(-p))
  return sum
}

/** The failure rate that `k` failures in `n` boots show at 95 % confidence: the lower Clopper–Pearson bound. */
export const failureRateAtLeast = (k: number, n: number): number => {
  if (k === 0) return 0
  let [low, high] = [0, 1]
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (atLeast(k, n, middle) < 0.05) low = middle
    else high = middle
  }
  return low
}
