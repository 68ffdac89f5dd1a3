// SPDX-License-Identifier: MIT

const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Text of a log as a terminal may have it: no control character survives. */
export const printable = (text: string): string =>
  text.replace(UNSAFE, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`).replaceAll('\t', '    ')
