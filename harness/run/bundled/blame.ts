// SPDX-License-Identifier: MIT
import type { Bundle } from '../../bundle/open.ts'
import type { TreeAnswers } from '../../kernel/guilty/guilty.ts'

// The folders of a kernel's source that have code of the kernel.
const IN_TREE =
  /^(?:arch|block|certs|crypto|drivers|fs|include|init|io_uring|ipc|kernel|lib|mm|net|rust|security|sound|virt)\/[\w./-]+$/

/** What a bundle knows of its tree: who maintains the files of the series. */
export const askBundle = ({ series }: Bundle): TreeAnswers => ({
  isFile: async (path) => IN_TREE.test(path),
  definitions: async () => 'the bundle has no tree',
  maintainers: async (file) => {
    const maintainers = Object.hasOwn(series.maintainers, file) ? series.maintainers[file] : undefined
    return maintainers === undefined
      ? { reason: 'the bundle names only the maintainers of the files that the series touches' }
      : { maintainers }
  },
})
