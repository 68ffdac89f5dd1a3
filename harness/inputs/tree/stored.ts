// SPDX-License-Identifier: MIT
import type { TreeOptions } from './model.ts'
import { note } from './progress.ts'

/** Takes a download from the store, by the sha256 that its publisher signs or lists; returns whether it had it. */
export const fromStore = async (sha256: string, to: string, { store, context }: TreeOptions): Promise<boolean> => {
  const found = await store?.get('tree', sha256, to, sha256)
  if (found) note(context, 'info', `${to.split('/').at(-1)} is taken from the store`)
  return found !== undefined
}

/** Gives the store a download, if it lacks it, while `work` uses the file. */
export const besideUpload = async <T>(
  sha256: string,
  file: string,
  { store }: TreeOptions,
  work: () => Promise<T>,
): Promise<T> => {
  const uploaded = store?.put('tree', sha256, file)
  try {
    return await work()
  } finally {
    await uploaded
  }
}
