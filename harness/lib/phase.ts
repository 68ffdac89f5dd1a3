// SPDX-License-Identifier: MIT

/** Takes what a phase of the work took, in milliseconds. */
export type Spent = (phase: string, ms: number) => void

/** What takes the phases of the work for a cell or a tree. */
export type SpentOn = (scope: string) => Spent

/** Does a phase of the work and says what it took, failed or not. Phases may overlap. */
export const inPhase = async <T>(
  { spent }: { readonly spent?: Spent | undefined },
  phase: string,
  work: () => Promise<T>,
): Promise<T> => {
  const started = performance.now()
  try {
    return await work()
  } finally {
    spent?.(phase, performance.now() - started)
  }
}
