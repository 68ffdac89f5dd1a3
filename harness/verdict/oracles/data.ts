// SPDX-License-Identifier: MIT
import { ofType } from '../../guest/records.ts'
import { findingOf, type Oracle } from '../observation.ts'

/** Every page must come back as it was written. */
export const data: Oracle = {
  name: 'data',
  check: ({ testimony }) => {
    const wrong = ofType(testimony.records, 'wrongPage')
    const first = wrong[0]
    if (!first) return []
    const { lane, region, index, generation, offset, expected, got } = first
    const detail = `expected every page as written, saw ${wrong.length} wrong; the first: region ${region} page ${index} generation ${generation} at byte ${offset}: ${got} for ${expected}`
    return [findingOf('data', { kind: 'lost-data', title: 'a page came back wrong', detail, lane })]
  },
}
