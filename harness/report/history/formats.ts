// SPDX-License-Identifier: MIT
import type { History } from './schema.ts'

// Each is loaded only when it is written: the page brings a renderer of its own, and every command loads this file.
const FORMATS = {
  html: async () => (await import('./html.tsx')).htmlHistory,
  markdown: async () => (await import('./markdown.ts')).markdownHistory,
  json: async () => (history: History) => `${JSON.stringify(history, null, 2)}\n`,
} as const satisfies Record<string, () => Promise<(history: History) => string>>

export type HistoryFormat = keyof typeof FORMATS
export const historyFormats = Object.keys(FORMATS) as readonly HistoryFormat[]

/** The page of a history. */
export const renderHistory = async (format: HistoryFormat, history: History): Promise<string> =>
  (await FORMATS[format]())(history)
