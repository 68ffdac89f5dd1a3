// SPDX-License-Identifier: MIT

const SECTION = /^<!-- generated: ([^;\n]+)(?:;.*)? -->\n[\s\S]*?^<!-- end -->\n?/gm

const section = (name: string, text: string): string =>
  `<!-- generated: ${name}; do not edit, run: npm run docs -->\n\n${text}\n\n<!-- end -->\n`

/**
 * A document with what stands between its markers renewed. A section that has no markers yet goes to the end,
 * and one that nothing generates any more goes away.
 */
export const withSections = (document: string, sections: Readonly<Record<string, string>>): string => {
  const placed = new Set([...document.matchAll(SECTION)].map(([, name]) => name))
  const renewed = document.replace(SECTION, (_, name: string) => {
    const text = sections[name]
    return text === undefined ? '' : section(name, text)
  })
  const missing = Object.entries(sections).filter(([name]) => !placed.has(name))
  return [renewed, ...missing.map(([name, text]) => section(name, text))].filter((part) => part !== '').join('\n')
}
