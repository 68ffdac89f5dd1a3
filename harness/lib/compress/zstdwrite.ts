// SPDX-License-Identifier: MIT

// Higher levels take several times as long for a few percent.
const LEVEL = 9

/** These bytes as one zstd frame. The same bytes give the same frame. */
export const zstd = async (data: Uint8Array): Promise<Uint8Array> => {
  // Most commands write none, and the library takes a while to load.
  const { Zstd } = await import('@hpcc-js/wasm-zstd')
  return (await Zstd.load()).compress(data, LEVEL)
}
