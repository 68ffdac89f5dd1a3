// SPDX-License-Identifier: MIT
import type { ObjectSize } from '../model/results.ts'

/** How the patch changes an object's size, as text. */
export const describeObject = ({ textBytes, textBytesBefore }: ObjectSize): string => {
  if (textBytes === null) return 'not built'
  if (textBytesBefore === null) return `${textBytes} bytes of text`
  const more = textBytes - textBytesBefore
  return `${textBytesBefore} → ${textBytes} bytes of text (${more > 0 ? '+' : ''}${more})`
}
