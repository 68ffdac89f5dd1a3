// SPDX-License-Identifier: MIT
import { UsageError } from '../../model/errors.ts'
import type { TreeSpec } from './spec.ts'

type DebianSpec = Extract<TreeSpec, { kind: 'debian' }>

/** One version of one kernel series that a package list has. */
export interface Offer {
  readonly release: string
  readonly version: string
}

/** Parses the output of `apt-cache madison linux-source-…`: the newest version of each package first. */
export const parseMadison = (text: string): readonly Offer[] => {
  const offers = text.split('\n').flatMap((line) => {
    const match = /^\s*linux-source-(\d+\.\d+) \|\s*(\S+) \| .* Packages$/.exec(line)
    return match ? [{ release: match[1]!, version: match[2]! }] : []
  })
  // A version is listed once for each suite that has it.
  return [...new Map(offers.map((offer) => [`${offer.release} ${offer.version}`, offer])).values()]
}

/** The version that the spec asks for: the pinned one and no other, else the newest. */
export const chooseOffer = ({ release, version }: DebianSpec, offers: readonly Offer[]): Offer | undefined =>
  offers.find((offer) => offer.release === release && (version === undefined || offer.version === version))

const byRelease = (a: Offer, b: Offer): number => a.release.localeCompare(b.release, 'en', { numeric: true })

/** One offer for each kernel series: the first, which an unpinned spec takes. */
const newestOfEach = (offers: readonly Offer[]): readonly Offer[] =>
  offers.filter(({ release }, index) => offers.findIndex((other) => other.release === release) === index)

const describeSeries = (offers: readonly Offer[]): string =>
  [...newestOfEach(offers)]
    .sort(byRelease)
    .map(({ release, version }) => `${release} (${version})`)
    .join(', ')

/** The error for a version or a kernel series that is not among `offers`; it lists what is served. */
export const notServed = ({ text, release, version }: DebianSpec, offers: readonly Offer[]): UsageError => {
  const versions = [...new Set(offers.filter((offer) => offer.release === release).map((offer) => offer.version))]
  if (version !== undefined && versions.length > 0)
    return new UsageError(
      `--tree ${text} is not served; the versions of ${release} that are served are ${versions.join(', ')}`,
      `write debian:${release}=VERSION, or debian:${release} for the newest; Debian drops old versions`,
    )
  const served = offers.length === 0 ? 'no kernel is' : `served are ${describeSeries(offers)}`
  return new UsageError(
    `--tree ${text} is not served; ${served}`,
    'for another kernel use a release (--tree 6.18.2), git:URL#REF, tar:PATH or dir:PATH',
  )
}
