// SPDX-License-Identifier: MIT
import type { Report } from '../model.ts'
import type { Corpus } from './schema.ts'

// Each is loaded only when it is written: the page brings a renderer of its own, and every command loads this file.
const FORMATS = {
  html: async () => (await import('./html.tsx')).htmlCorpus,
  markdown: async () => (await import('./markdown.ts')).markdownCorpus,
  json: async () => (corpus: Corpus) => `${JSON.stringify(corpus, null, 2)}\n`,
} as const satisfies Record<string, () => Promise<(corpus: Corpus) => string>>

export type CorpusFormat = keyof typeof FORMATS
export const corpusFormats = Object.keys(FORMATS) as readonly CorpusFormat[]

/** The page of the corpus, of a loaded run. */
export const renderCorpus = async (format: CorpusFormat, report: Report): Promise<string> => {
  const { corpusOf } = await import('./corpus.ts')
  return (await FORMATS[format]())(corpusOf(report))
}
