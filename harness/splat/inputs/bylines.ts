// SPDX-License-Identifier: MIT
import { makeLineSource } from '../lines/source.ts'
import type { Input } from './input.ts'

/** An input that is read line by line; `end` is called after the last one. */
export const byLines = (line: (text: string, number: number) => void, end: () => void = () => {}): Input => {
  const source = makeLineSource({ idle: false, line }, () => -1)
  return {
    push: (chunk) => source.push(chunk),
    end: () => {
      const lines = source.end()
      end()
      return { lines, unread: undefined }
    },
  }
}
