// SPDX-License-Identifier: MIT

/** `Promise.all` that throws only once all have ended: none is left behind, working in a folder that is gone. */
export const together = async <const T extends readonly unknown[]>(
  ...all: T
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> => {
  const ended = await Promise.allSettled(all)
  const failed = ended.find(({ status }) => status === 'rejected')
  if (failed) throw (failed as PromiseRejectedResult).reason
  return ended.map((one) => (one as PromiseFulfilledResult<unknown>).value) as never
}
