// SPDX-License-Identifier: MIT

/** One word for a POSIX shell, whatever characters it has; no NUL can be in it. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
