// SPDX-License-Identifier: MIT

/** Text as Markdown that shows it as it is. */
export const escaped = (text: string): string => text.replace(/[\\`*<|]/g, '\\$&')

/** Text in code style, also inside a table. */
export const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``

/** A table; its cells are Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** A block of code. */
export const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``
