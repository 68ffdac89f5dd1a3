// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { readMeta } from '../lib/cache/meta.ts'
import { lockFile } from '../lib/cache/store.ts'
import { tryLock } from '../lib/locks/lock.ts'
import { type BuildIdentity, type Candidate, differingOptions, donorsFor } from './donor.ts'
import { objectDir } from './layout.ts'
import { forecastTakenOver } from './progress.ts'

interface Keyed extends BuildIdentity {
  readonly key: string
}

/** A finished build that cannot be evicted while its objects are copied. */
interface Donor<T> extends AsyncDisposable, Candidate<T> {
  readonly dir: string
}

const hold = async <T extends Keyed>(root: string, candidate: Candidate<T>): Promise<Donor<T> | undefined> => {
  const { key } = candidate.meta
  const lock = await tryLock(lockFile(root, key), 'shared')
  // Another run may have evicted it since it was listed.
  if (!lock || (await readMeta(root, key)) === undefined) {
    await lock?.[Symbol.asyncDispose]()
    return undefined
  }
  return { ...candidate, dir: join(root, key), [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose]() }
}

const objectsAgain = async (want: BuildIdentity, { meta, differing, dir }: Donor<BuildIdentity>): Promise<number> => {
  const options = differingOptions(want.options, meta.options)
  return (await forecastTakenOver(objectDir(dir), options, differing)).objects
}

/** The finished build in `root` whose objects save the most work; undefined when none can be the donor. */
export const takeDonor = async <T extends Keyed>(
  root: string,
  want: BuildIdentity,
  candidates: readonly Candidate<T>[],
): Promise<Donor<T> | undefined> => {
  let best: { readonly donor: Donor<T>; readonly again: number } | undefined
  for (const candidate of donorsFor(want, candidates)) {
    const donor = await hold(root, candidate)
    if (!donor) continue
    const again = await objectsAgain(want, donor)
    if (best && again >= best.again) await donor[Symbol.asyncDispose]()
    else {
      await best?.donor[Symbol.asyncDispose]()
      best = { donor, again }
    }
    // Only files differ, which no donor with other options can beat.
    if (differingOptions(want.options, candidate.meta.options).length === 0) break
  }
  return best?.donor
}
