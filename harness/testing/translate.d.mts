// SPDX-License-Identifier: MIT
/** Translates the text of one source file; the path is for its extension and for errors. */
export const translate: (text: string, path: string) => Promise<string>
