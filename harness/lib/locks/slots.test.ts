// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { seatsFor } from './slots.ts'

test.each([
  ['the usual guest', 0, 4, 1],
  ['a guest with a part of its seat', 0.2, 4, 1],
  ['a guest with the memory of two seats', 0.3, 4, 2],
  ['a guest with all of the memory', 1, 4, 4],
  ['a guest with more than there is', 3, 4, 4],
  ['a machine with one seat', 0.9, 1, 1],
])('%s', (_, share, seats, taken) => expect(seatsFor(share, seats)).toBe(taken))
