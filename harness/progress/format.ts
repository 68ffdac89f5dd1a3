// SPDX-License-Identifier: MIT

/** How the progress of a run is shown. */
export type Format = 'tty' | 'plain' | 'jsonl' | 'github'

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '' && value !== 'false'

/** A live tree at a terminal, lines everywhere else. */
export const chooseFormat = (
  env: Readonly<Record<string, string | undefined>> = process.env,
  out: { readonly isTTY?: boolean | undefined } = process.stdout,
): Format => {
  if (isSet(env.GITHUB_ACTIONS)) return 'github'
  return out.isTTY === true && !isSet(env.CI) && env.TERM !== 'dumb' ? 'tty' : 'plain'
}
