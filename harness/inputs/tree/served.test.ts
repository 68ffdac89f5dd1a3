// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { UsageError } from '../../model/errors.ts'
import { chooseOffer, notServed, type Offer, parseMadison } from './served.ts'
import { parseTreeSpec, type TreeSpec } from './spec.ts'

const spec = (text: string) => parseTreeSpec(text) as Extract<TreeSpec, { kind: 'debian' }>
const offer = (version: string, release = '6.12'): Offer => ({ release, version })

const MADISON = `linux-source-6.12 | 6.12.118-1 | http://m/debian-security trixie-security/main amd64 Packages
linux-source-6.12 | 6.12.117-1 | http://m/debian trixie/main amd64 Packages
linux-source-6.12 | 6.12.117-1 | http://m/debian-security trixie-security/main amd64 Packages
linux-source-6.12 | 6.12.95-1~bpo12+1 | http://m/debian bookworm-backports/main all Packages
linux-source-6.1 |  6.1.192-2 | http://m/debian-security bookworm-security/main amd64 Packages
linux-source-6.1 |  6.1.192-2 | http://m/debian-security bookworm-security/main Sources
W: Unable to locate package linux-source-6.13
`

describe('what apt-cache madison prints', () => {
  test('is each version once, in its order', () => {
    expect(parseMadison(MADISON)).toEqual([
      offer('6.12.118-1'),
      offer('6.12.117-1'),
      offer('6.12.95-1~bpo12+1'),
      offer('6.1.192-2', '6.1'),
    ])
  })

  test('of the source package alone is no offer', () => {
    expect(parseMadison('linux-source-6.1 | 6.1.9-1 | http://m/debian bookworm/main Sources')).toEqual([])
  })
})

describe('the offer that is chosen', () => {
  const offers = parseMadison(MADISON)
  test.each([
    ['debian:6.12', '6.12.118-1'],
    ['debian:6.1', '6.1.192-2'],
    ['debian:6.12=6.12.117-1', '6.12.117-1'],
    ['debian:6.12=6.12.117-1~deb12u1', undefined],
    ['debian:6.12=6.12.11', undefined],
    ['debian:6.13', undefined],
  ])('for %s is %s', (text, version) => {
    expect(chooseOffer(spec(text), offers)?.version).toBe(version)
  })
})

describe('the error for what is not served', () => {
  const offers = [
    offer('6.12.9-1'),
    offer('6.12.6-1'),
    offer('6.12.9-1'),
    offer('7.3.4-1', '7.3'),
    offer('6.1.8-1', '6.1'),
  ]
  test.each([
    ['debian:6.13', 'served are 6.1 (6.1.8-1), 6.12 (6.12.9-1), 7.3 (7.3.4-1)'],
    ['debian:6.13=6.13.1-1', 'served are 6.1 (6.1.8-1), 6.12 (6.12.9-1), 7.3 (7.3.4-1)'],
    ['debian:6.12=6.12.7-1', 'the versions of 6.12 that are served are 6.12.9-1, 6.12.6-1'],
  ])('%s lists what is: %s', (text, words) => {
    const error = notServed(spec(text), offers)
    expect(error).toBeInstanceOf(UsageError)
    expect(error.message).toBe(`--tree ${text} is not served; ${words}`)
  })

  test('without any offer says so', () => {
    expect(notServed(spec('debian:6.1'), []).message).toBe('--tree debian:6.1 is not served; no kernel is')
  })
})
