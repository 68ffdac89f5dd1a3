// SPDX-License-Identifier: MIT
import { identifyDebian, obtainDebian } from './debian.ts'
import { obtainDir } from './dir.ts'
import { identifyGit, obtainGit } from './git.ts'
import type { TreeEntry, TreeOptions } from './model.ts'
import { identifyRelease, obtainRelease } from './release.ts'
import type { TreeSpec } from './spec.ts'
import { obtainTar } from './tar.ts'

/** The kernel source that `spec` names, complete and in the cache. Read only; it cannot be evicted until disposed. */
export const obtainTree = (spec: TreeSpec, options: TreeOptions): Promise<TreeEntry> => {
  switch (spec.kind) {
    case 'debian':
      return obtainDebian(spec, options)
    case 'release':
      return obtainRelease(spec, options)
    case 'git':
      return obtainGit(spec, options)
    case 'dir':
      return obtainDir(spec, options)
    case 'tar':
      return obtainTar(spec, options)
  }
}

/**
 * What decides the files of the tree that `obtainTree` would give now, without its sources: at most lists and checksums are
 * fetched. Undefined where only the files tell.
 */
export const identifyTree = async (spec: TreeSpec, options: TreeOptions): Promise<string | undefined> => {
  switch (spec.kind) {
    case 'debian':
      return identifyDebian(spec, options)
    case 'release':
      return identifyRelease(spec, options)
    case 'git':
      return identifyGit(spec, options)
    case 'dir':
    case 'tar':
      return undefined
  }
}

/** The same of a tree that is there. */
export const identityOf = ({ identity, meta }: Pick<TreeEntry, 'identity' | 'meta'>): string =>
  identity ?? `files ${meta.listing}`
