// SPDX-License-Identifier: MIT
import type { Series } from './model.ts'

/** Files, and what runs their code. Elsewhere they are not even compiled, and a pair there would say nothing. */
interface Exercise {
  readonly files: RegExp
  readonly settings: Pick<Series['settings'], 'configs' | 'lanes'>
}

const EXERCISES: readonly Exercise[] = [
  { files: /^drivers\/block\/zram\//, settings: { configs: ['zpool-off'], lanes: ['zram'] } },
  { files: /^(?:mm\/zswap\.c|mm\/zpool\.c|include\/linux\/(?:zswap|zpool)\.h)$/, settings: { configs: ['zpool-on'] } },
]

/** What a patch without a series.yaml runs by default: what exercises all the files that it touches, else everything. */
export const exerciseOf = (touches: readonly string[]): Series['settings'] =>
  EXERCISES.find(({ files }) => touches.length > 0 && touches.every((file) => files.test(file)))?.settings ?? {}
