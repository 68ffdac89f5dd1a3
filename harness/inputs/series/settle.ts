// SPDX-License-Identifier: MIT
import { basename, join } from 'node:path'
import { readMeta } from '../../lib/cache/meta.ts'
import { inTempDir } from '../../lib/files/temp.ts'
import { InterruptedError, UsageError } from '../../model/errors.ts'
import { checkoutFiles, listingOf, requireFiles } from '../tree/files.ts'
import type { TreeMeta } from '../tree/model.ts'
import { tryPatch } from './apply.ts'
import { otherReadings, proofOf, type Reading, readingOn } from './legs.ts'
import type { Patch, Series } from './model.ts'
import { reachedBy, sourceKey } from './source.ts'

/** How a series is read on a tree, and what decided it. */
export interface Settled extends Reading {
  /** `version`: what series.yaml says, right or not. `text`: that does not apply, and only this reading does. */
  readonly by: 'version' | 'text'
}

type Tree = Pick<TreeMeta, 'key' | 'listing' | 'version'>

interface SettleOptions {
  readonly cache: string
  readonly signal: AbortSignal
}

/** Whether these patches apply to the tree, one after the other. */
const applyTo = async (tree: Tree, patches: readonly Patch[], { cache, signal }: SettleOptions): Promise<boolean> => {
  // A source is made of a whole list of patches, so that all of them applied.
  if (await readMeta(join(cache, 'sources'), sourceKey(tree.key, patches))) return true
  const touched = reachedBy(patches, await listingOf(cache, tree.listing, signal))
  return inTempDir('settle', async (scratch) => {
    const dir = join(scratch, 'tree')
    await checkoutFiles(cache, touched, dir, signal)
    await requireFiles(cache, touched, dir, signal)
    for (const patch of patches) {
      if (signal.aborted) throw new InterruptedError()
      if (!(await tryPatch(dir, patch))) return false
    }
    return true
  })
}

/**
 * Decides which legs a series has on a tree: those of series.yaml, if they apply. If not, a tree may have the change, or
 * a base, although its version does not say so: then its text decides, if it leaves no choice. Otherwise the answer is
 * that of series.yaml, and its legs report why they do not apply.
 */
export const settle = async (tree: Tree, series: Series, options: SettleOptions): Promise<Settled> => {
  const first = readingOn(series, tree.version)
  const fits = (reading: Reading): Promise<boolean> => applyTo(tree, proofOf(reading), options)
  const right: Reading[] = []
  const lookElsewhere = async (): Promise<void> => {
    for (const reading of otherReadings(series, first)) if (await fits(reading)) right.push(reading)
  }
  if (await fits(first)) {
    // Nothing but its text says which way a bare patch goes, and git finds a second place for a short one.
    if (series.applicability.length === 0 && series.patches.length > 0) await lookElsewhere()
    if (right.length === 0) return { ...first, by: 'version' }
    throw new UsageError(
      `${series.name} applies to this tree, and can be taken out of it too: nothing says which is meant`,
      'give the patch more context (git format-patch -U10), or write a series.yaml with its applicability',
    )
  }
  await lookElsewhere()
  const [only, ...more] = right
  return only && more.length === 0 ? { ...only, by: 'text' } : { ...first, by: 'version' }
}

const listed = (names: readonly string[]): string => names.join(', ')

/** What the text of a tree decided, in one sentence; undefined when it had nothing to decide. */
export const describeSettled = (
  { series, state, required, basesInTree, by }: Settled,
  treeSpec: string,
): string | undefined => {
  if (by === 'version') return undefined
  const bases = basesInTree ? `${listed(required)} is in the tree already` : ''
  const files = listed([...new Set(series.patches.map(({ file }) => basename(file)))])
  const own = {
    applies: `${series.name} is not in the tree: after adds ${files}`,
    'already-applied': `${series.name} is in the tree already: before has ${files} taken out`,
    reintroduces: `before adds ${files}`,
  }[state]
  return `${treeSpec}: by its text, not by its version, ${[bases, own].filter((part) => part !== '').join(', and ')}`
}
