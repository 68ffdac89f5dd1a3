// SPDX-License-Identifier: MIT
import { plainName } from './title.ts'

const NAME = String.raw`([A-Za-z_$.][\w.$]*)`

const FORMS: readonly RegExp[] = [
  // With an offset, or with the file and line that a symbolising script put in its place.
  new RegExp(String.raw` in ${NAME}(?:\+0x|(?: [\w./+-]+\.(?:[chS]|rs):\d| \([^\s()]+:\d))`),
  // A detector that names the function alone. Other headers go on with a word: `in process`, `in preemptible`.
  new RegExp(`^BUG: K[A-Za-z]+: [a-z -]+? in ${NAME}(?: at addr [\\s\\S]*|,[\\s\\S]*)?$`),
  // `at mm/foo.c:12 foo`; since 6.18 `mm/foo.c:12 at foo`.
  new RegExp(String.raw` at [^\s:]+:\d+ (?:at )?${NAME}`),
  new RegExp(String.raw` [^\s:]+:\d+ at ${NAME}`),
  // A WARNING whose file is not known.
  new RegExp(String.raw` at ${NAME}\+0x`),
]

// The panic prints where the check found the damage.
const SMASHED = new RegExp(String.raw`Kernel stack is corrupted in: ${NAME}\+0x`)

/** The function that a header line names; `panic` is the whole line of a panic, which names one only sometimes. */
export const namedIn = (header: string, panic: string | undefined): string | undefined => {
  const forms = panic === undefined ? FORMS : [SMASHED]
  for (const form of forms) {
    const name = form.exec(panic ?? header)?.[1]
    if (name !== undefined) return plainName(name)
  }
  return undefined
}
