// SPDX-License-Identifier: MIT
import { blobsRoot } from '../lib/cache/listed.ts'
import { readListingText } from '../lib/cache/listings.ts'
import { differingTexts, formatListing, type Listing } from '../lib/files/listing.ts'
import { type BytePath, shownPath } from '../lib/files/look.ts'
import { type BuildIdentity, type Candidate, fits } from './donor.ts'
import { isLeftOver } from './seed.ts'

// Beyond, nearly everything would be compiled again: 6.12 to 6.13 changes 13,000 files, a stable update some hundred.
const MOST_FILES = 3_000

// The steps that follow take names as text: with another one they would find nothing to compile again.
const isText = (path: BytePath): boolean => Buffer.from(shownPath(path)).toString('latin1') === path

/**
 * Whether make, or what is removed before it, compiles again what this file is part of. Host tools and scripts are read by
 * steps that name no prerequisite, such as kallsyms by the last link. Other files reach a kernel only by `.incbin` or a
 * script, and then no record may name them.
 */
export const isFollowed = (path: string): boolean =>
  !/^(?:scripts|arch\/[^/]+\/tools)\/|^tools\/(?:objtool|lib|include|arch|build|bpf\/resolve_btfids)\//.test(path) &&
  (/(?:^|\/)(?:Makefile|Kbuild|Kconfig)[^/]*$|\.(?:[chS]|rs|rst|dtsi?|yaml)$/.test(path) ||
    /^(?:Documentation|LICENSES|samples|tools)\/|^[A-Z]+$|(?:^|\/)\.[^/]*$/.test(path))

/** The text of a source, and its links: one to a folder leads to files whose names are in no difference. */
interface Wanted {
  readonly text: string
  readonly links: ReadonlySet<BytePath>
}

const differenceTo = async (
  cache: string,
  { text, links }: Wanted,
  listing: string,
): Promise<readonly string[] | undefined> => {
  const have = await readListingText(blobsRoot(cache), listing)
  if (have === undefined) return undefined
  const { changed, added, removed } = differingTexts(have, text)
  const all = [...changed, ...added, ...removed].filter((path) => !isLeftOver(path))
  return all.every((path) => isText(path) && isFollowed(path) && !links.has(path))
    ? all.map(shownPath).sort()
    : undefined
}

/** Those of the builds, whatever tree they are of, whose source is like that of `want`, with the files that differ. */
export const candidatesFor = async <T extends BuildIdentity>(
  cache: string,
  want: BuildIdentity,
  source: Listing,
  builds: readonly T[],
): Promise<readonly Candidate<T>[]> => {
  const links = new Set(source.filter(({ kind }) => kind === 'l').map(({ path }) => path))
  const wanted = { text: formatListing(source), links }
  const differences = new Map<string, readonly string[] | undefined>([[want.listing, []]])
  const found: Candidate<T>[] = []
  for (const meta of builds.filter((have) => fits(want, have))) {
    if (!differences.has(meta.listing)) differences.set(meta.listing, await differenceTo(cache, wanted, meta.listing))
    const differing = differences.get(meta.listing)
    if (differing !== undefined && differing.length <= MOST_FILES) found.push({ meta, differing })
  }
  return found
}
