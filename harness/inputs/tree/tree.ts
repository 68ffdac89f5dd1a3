// SPDX-License-Identifier: MIT
import { obtainDebian } from './debian.ts'
import { obtainDir } from './dir.ts'
import { obtainGit } from './git.ts'
import type { TreeEntry, TreeOptions } from './model.ts'
import { obtainRelease } from './release.ts'
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
