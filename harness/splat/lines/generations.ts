// SPDX-License-Identifier: MIT

/** A table of bounded size: when it is full, what was not asked for since it was full before is forgotten. */
export class Generations<Key, Value> {
  #young = new Map<Key, Value>()
  #old: ReadonlyMap<Key, Value> = new Map()
  #weight = 0
  readonly #most: number
  readonly #weigh: (value: Value) => number

  /** Both generations hold values of this weight, and of one value's more. */
  constructor(most: number, weigh: (value: Value) => number) {
    this.#most = most
    this.#weigh = weigh
  }

  get(key: Key): Value | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: Key, value: Value): void {
    if (this.#weight >= this.#most) {
      this.#old = this.#young
      this.#young = new Map()
      this.#weight = 0
    }
    this.#young.set(key, value)
    this.#weight += this.#weigh(value)
  }

  /** The weight of all values. */
  get weight(): number {
    let sum = 0
    for (const table of [this.#young, this.#old]) for (const value of table.values()) sum += this.#weigh(value)
    return sum
  }
}
